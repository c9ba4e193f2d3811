"""The card: what CI read (IdInfo elements) -> normalised fields, items and checks.

Pure functions on the standard library. Nothing in here raises for any text CI can send, and no
detail of a check repeats a value from the card.
"""

from __future__ import annotations

from shared.card.model import (
    CARD_TYPES,
    FIELD_NAMES,
    Card,
    CardType,
    Check,
    IdInfo,
    Item,
    Point,
    no_fields,
)
from shared.card.reading import read_card

__all__ = [
    "CARD_TYPES",
    "FIELD_NAMES",
    "Card",
    "CardType",
    "Check",
    "IdInfo",
    "Item",
    "Point",
    "no_fields",
    "read_card",
]
