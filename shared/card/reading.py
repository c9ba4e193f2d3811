from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from shared.card.checks import format_checks, number_checks, score_check
from shared.card.dates import add_years, read_date
from shared.card.labels import field_named
from shared.card.model import Card, CardType, IdInfo, Item, Reading, no_fields
from shared.card.validity import read_validity

_DATE_FIELDS = frozenset({"birth_date", "first_issue_date"})
_VALIDITY_FIELDS = frozenset({"valid_from", "valid_until"})
_NUMBER_FIELDS = {"IDCard": "id_number", "DriverLicense": "license_number"}


def read_card(card_type: CardType, id_infos: Iterable[IdInfo], *, minimum_score: int) -> Card:
    """Turn what CI read into fields, items and checks; never raises, whatever the text.

    Dates become ISO 8601. Everything else is as CI read it without the white space around it:
    the number too, since what stands inside it may be a misreading that a reader should see; the
    checks look through white space, width and case. Where several items fill one field, the
    first that can be read does. `minimum_score` is in CI's unit, 0-100.
    """
    infos = tuple(id_infos)
    readings = [_read(field_named(card_type, info.label), info.text) for info in infos]
    items = [
        Item(info.label, reading.field, info.text, info.score, info.polygon)
        for info, reading in zip(infos, readings, strict=True)
    ]
    years = next((reading.years for reading in readings if reading.years), None)
    fields = _fields(card_type, readings, years)
    checks = (
        *number_checks(_NUMBER_FIELDS[card_type], fields),
        *score_check(items, minimum_score),
        *format_checks(_unread(fields, readings, years)),
    )
    return Card(fields, tuple(items), checks)


def _read(field: str | None, text: str) -> Reading:
    value = text.strip()
    if field is None or not value:
        return Reading(field, {})
    if field in _VALIDITY_FIELDS:
        return read_validity(field, value)
    if field in _DATE_FIELDS:
        found = read_date(value)
        return Reading(field, {field: found.isoformat() if found else None})
    return Reading(field, {field: value})


def _fields(
    card_type: CardType, readings: Sequence[Reading], years: int | None
) -> dict[str, str | None]:
    fields: dict[str, str | None] = {**no_fields(card_type)}
    for reading in readings:
        for field, value in reading.values.items():
            fields[field] = fields[field] or value
    start = fields.get("valid_from")
    if years and start and fields["valid_until"] is None:
        end = add_years(date.fromisoformat(start), years)
        fields["valid_until"] = end.isoformat() if end else None
    return fields


def _unread(
    fields: dict[str, str | None], readings: Sequence[Reading], years: int | None
) -> list[str]:
    unread = {
        field for reading in readings for field, value in reading.values.items() if value is None
    }
    if years and fields["valid_until"] is None:
        unread.add("valid_until")  # a term is no date where its start isn't known
    return [field for field in fields if field in unread]
