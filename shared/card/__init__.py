"""The card: what CI read (IdInfo elements) -> fields in normal form, items and checks.

`reading.read_card` turns IdInfo elements into fields, items and checks. It isn't imported here,
so that `submit`, which reads no card, starts sooner.

Pure functions on the standard library. Nothing in here raises for any text CI can send, and no
detail of a check repeats the value of a field.

checks      the checks on a card that was read
reading     turns what CI read into fields and items, and calls `checks`
values      the text of one item in its normal form
vocabulary  the labels and the closed vocabularies, as data
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

CardType = Literal["IDCard", "DriverLicense"]
Point = tuple[float, float]

CARD_TYPES: tuple[CardType, ...] = get_args(CardType)

FIELD_NAMES: Mapping[CardType, tuple[str, ...]] = {
    "IDCard": ("name", "gender", "ethnicity", "birth_date", "address", "id_number"),
    "DriverLicense": (
        "license_number",
        "name",
        "gender",
        "nationality",
        "address",
        "birth_date",
        "first_issue_date",
        "vehicle_class",
        "valid_from",
        "valid_until",
        "issuing_authority",
    ),
}


class IdInfo(NamedTuple):
    """One `IdInfo` element as CI gave it: label, text, score 0-100, corners in pixels.

    `score` is None if CI gave none. If CI's score can't be read or is outside 0-100, `score` is
    None too, and `has_bad_score` is true.
    """

    label: str
    text: str
    score: float | None
    polygon: tuple[Point, ...]
    has_bad_score: bool = False


Item = tuple[IdInfo, str | None]
"""What CI read, and the field that it fills: None if the label is unknown."""


class Check(NamedTuple):
    """What was checked and, if it failed, why; `detail` holds no value from the card."""

    name: str
    passed: bool
    detail: str | None


class ReadCard(NamedTuple):
    """A card as read: every field name of its type, every item, the checks that apply."""

    fields: Mapping[str, str | None]
    items: tuple[Item, ...]
    checks: tuple[Check, ...]


NO_FIELDS: Mapping[CardType, Mapping[str, None]] = {
    card_type: dict.fromkeys(names) for card_type, names in FIELD_NAMES.items()
}
"""The fields of a card of which nothing was read, for each type."""
