"""Many results, as the bucket has them: listed, grouped by card, and read.

catalogue   which results there are, and which of a card's is the current one
document    a result's body, or None where it is none
reading     bodies, several at a time, in order
"""

from __future__ import annotations

from typing import Any, NamedTuple

Document = dict[str, Any]


class Stored(NamedTuple):
    """A result as the listings show it.

    `key` is the photograph's as it stands in the name, which may be its shortened form; `etag` is
    the result's own. `current`: the content it was read from lies at the key now.
    """

    name: str
    etag: str
    key: str
    version: str
    current: bool


class CardResult(NamedTuple):
    """A result and its body, which fits docs/result.schema.json as far as it is used here."""

    stored: Stored
    document: Document
