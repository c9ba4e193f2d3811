"""The card: what CI read (IdInfo elements) -> normalised fields, items and checks.

`reading.read_card` is the way from the ones to the others. It isn't imported here: `submit` reads
no card, and starts sooner without.

Pure functions on the standard library. Nothing in here raises for any text CI can send, and no
detail of a check repeats a value from the card.
"""

from __future__ import annotations

from shared.card.model import (
    CARD_TYPES,
    FIELD_NAMES,
    CardType,
    Check,
    IdInfo,
    Item,
    Point,
    ReadCard,
    no_fields,
)

__all__ = [
    "CARD_TYPES",
    "FIELD_NAMES",
    "CardType",
    "Check",
    "IdInfo",
    "Item",
    "Point",
    "ReadCard",
    "no_fields",
]
