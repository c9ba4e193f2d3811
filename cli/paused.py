"""Who holds sending back, since when and why: what `card-ocr pause` wrote down for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cli.output import printable
from shared.pipeline.context import Context
from shared.pipeline.gate import is_paused
from shared.pipeline.state import PAUSED, load


class Paused(NamedTuple):
    """That sending is held back; since when (RFC 3339), by whom and why, as far as it says so."""

    at: str | None
    by: str | None
    why: str | None

    def __str__(self) -> str:
        """`paused since 2026-01-31T08:15:00Z by somebody@here: the bill`."""
        parts = ((" since ", self.at), (" by ", self.by), (": ", self.why))
        return "paused" + "".join(f"{before}{printable(text)}" for before, text in parts if text)


def paused_now(context: Context) -> Paused | None:
    """The pause there is now, if there is one.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    return paused_in(load(context, PAUSED)) if is_paused(context) else None


def paused_in(document: Mapping[str, object]) -> Paused:
    """The pause that such an object makes, whatever it holds."""
    said = (document.get(name) for name in Paused._fields)
    return Paused(*(text if isinstance(text, str) and text else None for text in said))
