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
    """One `IdInfo` element as CI gave it: label, text, score 0-100, corners in pixels."""

    label: str
    text: str
    score: float | None
    polygon: tuple[Point, ...]


Item = tuple[IdInfo, str | None]
"""What CI read, and the field that it fills: None where the label is unknown."""


class Check(NamedTuple):
    """What was checked and, where it failed, why; `detail` holds no value from the card."""

    name: str
    passed: bool
    detail: str | None


class ReadCard(NamedTuple):
    """A card as read: every field name of its type, every item, the checks that apply."""

    fields: dict[str, str | None]
    items: tuple[Item, ...]
    checks: tuple[Check, ...]


class Reading(NamedTuple):
    """What the text of one item gives.

    `field` is the item's own, `values` what each field gets from it (None: it stands there and
    can't be read), `years` a term that is counted from the start of the validity.
    """

    field: str | None
    values: Mapping[str, str | None]
    years: int | None = None


def no_fields(card_type: CardType) -> dict[str, None]:
    """Return every field name of the card type, in order, without a value."""
    return dict.fromkeys(FIELD_NAMES[card_type])
