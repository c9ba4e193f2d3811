from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return the text as it is compared: half-width, lower-case, without any white space."""
    half_width = unicodedata.normalize("NFKC", text)
    return "".join(half_width.casefold().split())
