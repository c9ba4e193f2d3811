from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from shared.card.checks import format_checks, number_checks, score_check
from shared.card.dates import add_years, read_date
from shared.card.labels import field_named
from shared.card.model import CardType, IdInfo, ReadCard, Reading, no_fields
from shared.card.validity import read_validity

_DATE_FIELDS = frozenset({"birth_date", "first_issue_date"})
_VALIDITY_FIELDS = frozenset({"valid_from", "valid_until"})
_NUMBER_FIELDS = {"IDCard": "id_number", "DriverLicense": "license_number"}


def read_card(card_type: CardType, id_infos: Iterable[IdInfo], *, minimum_score: int) -> ReadCard:
    """Turn what CI read into fields, items and checks; never raises, whatever the text.

    Dates become ISO 8601. Everything else is as CI read it without the white space around it:
    the number too, since what stands inside it may be a misreading that a reader should see; the
    checks look through white space, width and case. If several items fill one field, the
    first that can be read counts. `minimum_score` is in CI's unit, 0-100.
    """
    infos = tuple(id_infos)
    readings = [_read(field_named(card_type, info.label), info.text) for info in infos]
    items = tuple((info, reading.field) for info, reading in zip(infos, readings, strict=True))
    fields, unread = _fields(card_type, readings)
    checks = (
        *number_checks(_NUMBER_FIELDS[card_type], fields),
        *score_check(items, minimum_score),
        *format_checks(unread),
    )
    return ReadCard(fields, items, checks)


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
    card_type: CardType, readings: Sequence[Reading]
) -> tuple[dict[str, str | None], list[str]]:
    """Return the fields, and the names of those whose text can't be read."""
    fields: dict[str, str | None] = {**no_fields(card_type)}
    unread = set()
    years = None
    for reading in readings:
        years = years or reading.years
        for field, value in reading.values.items():
            if value is None:
                unread.add(field)
            else:
                fields[field] = fields[field] or value
    if years and fields["valid_until"] is None:
        start = fields["valid_from"]
        end = add_years(date.fromisoformat(start), years) if start else None
        if end:
            fields["valid_until"] = end.isoformat()
        else:
            unread.add("valid_until")  # a term is no date where its start isn't known
    return fields, [field for field in fields if field in unread]
