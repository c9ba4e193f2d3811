"""Many results, as the bucket has them: listed, grouped by card, and read.

catalogue   which results there are, and which of a card's is the current one
document    a result's body, or None if it is none
gather      them with their bodies
"""

from __future__ import annotations

from typing import Any, NamedTuple

from shared.store import Listed

Document = dict[str, Any]


class WantedResults(NamedTuple):
    """Whose keys begin with `prefix`; with `every`, all contents and runs of a card."""

    prefix: str = ""
    every: bool = False


class Stored(NamedTuple):
    """A result as the listings show it.

    `listed` is the result's own object. `key` is the photo's as it stands in the name, which
    may be its shortened form. `current`: the content it was read from lies at the key now.
    """

    listed: Listed
    key: str
    version: str
    current: bool


class CardResult(NamedTuple):
    """A result and its body, which fits docs/result.schema.json as far as it is used here."""

    stored: Stored
    document: Document
