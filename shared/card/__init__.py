"""The card: what CI read (IdInfo elements) -> normalised fields, items and checks.

`reading.read_card` is the way from the ones to the others. It isn't imported here: `submit` reads
no card, and starts sooner without.

Pure functions on the standard library. Nothing in here raises for any text CI can send, and no
detail of a check repeats a value from the card.

checks    the checks on a card. One that doesn't apply is absent
dates     dates as cards and CI write them
labels    which field a label names
model     one `IdInfo` element as CI gave it
number    the number of a resident identity card (GB 11643), which is a driving licence's number
          too
reading   turn what CI read into fields, items and checks
text      return the text as it is compared
validity  A licence's period of validity
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
