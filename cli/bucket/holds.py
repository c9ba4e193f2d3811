"""Who holds sending, since when and why: the objects under `state/holds/`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from cli.bucket.documents import document_in
from cli.terminal.formats import local_time
from cli.terminal.output import printable
from shared.documents import encode
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.pipeline.gate import HELD, list_holds
from shared.store import Store
from shared.store.layout import date_of_budget, holds_folder

_PAUSE = "pause.json"


class Hold(NamedTuple):
    """A hold; since when (RFC 3339), by whom and why, as far as it says so."""

    name: str
    at: str | None
    by: str | None
    why: str | None

    def __str__(self) -> str:
        """`held since 2026-01-31 16:15:00+08:00 by somebody@here: the bill`."""
        since = self.at and local_time(self.at)
        parts = ((" since ", since), (" by ", self.by), (": ", self.why))
        return "held" + "".join(f"{before}{printable(text)}" for before, text in parts if text)


def holds_now(store: Store, prefix: str) -> list[Hold]:
    """Return the holds that close the gate now; the budget's only if it is of today.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    names = list_holds(store, prefix).names_now
    return [_hold(name, _body(store, holds_folder(prefix) + name)) for name in names]


def make_hold(store: Store, prefix: str, at: str, by: str, why: str | None) -> bool:
    """Hold sending, uploads too. Return False if it is paused already: the first reason stays."""
    body = encode({"at": at, "by": by, "why": why})
    return store.create_once(holds_folder(prefix) + _PAUSE, body) is not None


def delete_holds(store: Store, prefix: str) -> list[Hold]:
    """Delete every hold that a person made, under any name. Return them."""
    holds = [hold for hold in holds_now(store, prefix) if date_of_budget(hold.name) is None]
    for hold in holds:
        store.delete(holds_folder(prefix) + hold.name)
    return holds


def stopped_text(context: Context, why: str) -> str:
    """Write why nothing is sent, as sweep says it; of holds, who made them and why."""
    if why != HELD:
        return why
    with suppress(StorageFault):
        holds = holds_now(context.store, context.settings.output_prefix)
        return "; ".join(map(str, holds)) or why
    return why


def _body(store: Store, name: str) -> Mapping[str, object]:
    try:
        return document_in(store.read(name)) or {}
    except StorageFault:  # it closes the gate even if it can't be read
        return {}


def _hold(name: str, document: Mapping[str, object]) -> Hold:
    at, by, why = (document.get(member) for member in ("at", "by", "why"))
    return Hold(name, _text(at), _text(by), _text(why))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
