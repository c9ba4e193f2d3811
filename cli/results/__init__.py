"""Many results: those that count, read.

document    a result's body, or None if it is none
gather      the results of a listing with their bodies
"""

from __future__ import annotations

from typing import Any, NamedTuple

Document = dict[str, Any]


class WantedResults(NamedTuple):
    """Whose keys begin with `prefix` (None: all); with `every`, all contents and runs of a card."""

    prefix: str | None = None
    every: bool = False


class CardResult(NamedTuple):
    """A result with its body, which fits docs/result.schema.json as far as it is used here.

    `is_current`: the content it was read from is at the key now.
    """

    version: str
    is_current: bool
    document: Document
