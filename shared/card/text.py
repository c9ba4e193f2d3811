from __future__ import annotations

import unicodedata

LONGEST = 1000
"""No text on a card is longer; more is not looked at, since folding can multiply it."""


def fold(text: str) -> str:
    """Return the text as it is compared: half-width, lower-case, without any white space."""
    half_width = unicodedata.normalize("NFKC", text[:LONGEST])
    return "".join(half_width.casefold().split())
