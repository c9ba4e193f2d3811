"""Turns what CI read into fields and items, and checks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from shared.card import CARD_TYPES, FIELD_NAMES, NO_FIELDS, CardType, Check, IdInfo, ReadCard
from shared.card.checks import NUMBER_FIELDS, Doubts, card_checks, status_check
from shared.card.values import (
    CLOSED_FIELDS,
    HAN,
    LONG_TERM,
    LONGEST,
    Values,
    add_years,
    closed_value,
    fold,
    is_address,
    is_near,
    letters,
    normal_number,
    read_date,
    read_text,
    read_validity,
)
from shared.card.vocabulary import LABELS

_DATE_FIELDS = frozenset({"birth_date", "first_issue_date"})
_NUMBER_FIELDS = frozenset(NUMBER_FIELDS.values())
_START, _END = "valid_from", "valid_until"
_VALIDITY = "validity"  # a label that names the start, the end or both
_LONE = "date"  # a date that can be the start or the end
_VALIDITY_LABELS = frozenset({_START, _END, _VALIDITY})

_NUMERALS = "一二三四五六七八九十"
_NEW_ADDRESS = re.compile("..{1,3}省(?!道)|..{1,5}自治区|(?:北京|上海|天津|重庆)市")
_LINES_APART = 2
_SHORTEST_REPEAT = 4


class _Reading(NamedTuple):
    """One item: what its label names, which field it fills, and with which values."""

    info: IdInfo
    label: str | None
    field: str | None
    values: Values


def read_card(
    card_type: CardType,
    id_infos: Iterable[IdInfo],
    *,
    status: str | None,
    at: str,
    minimum_score: int,
) -> ReadCard:
    """Turn what CI read into fields, items and checks. Raise nothing, whatever the text is.

    `status` is CI's Status. `at` is when the job was created, in RFC 3339. `minimum_score` is in
    CI's unit, 0-100.
    """
    infos = tuple(id_infos)
    has_text = any(info.text.strip() for info in infos)
    readings = [_read(card_type, info) for info in infos]
    first = status_check(status, has_text=has_text)
    return _card_of(
        card_type, readings, first, at=at, minimum_score=minimum_score, has_text=has_text
    )


def read_values(card_type: CardType, texts: Mapping[str, str | None], *, at: str) -> ReadCard:
    """Read what a person typed for each field as if CI had read it under the field's own label.

    So typed values get the same normal form and the same checks, except `status.agrees` and
    `score.minimum`. `at` is when the job was created, in RFC 3339.
    """
    readings = [
        _Reading(IdInfo("", text, None, ()), name, name, _values(name, text.strip()))
        for name in FIELD_NAMES[card_type]
        if (text := texts.get(name)) and text.strip()
    ]
    return _card_of(card_type, readings, (), at=at, minimum_score=0)


def _card_of(
    card_type: CardType,
    readings: list[_Reading],
    first: tuple[Check, ...],
    *,
    at: str,
    minimum_score: int,
    has_text: bool = True,
) -> ReadCard:
    """Return the card. `first` are the checks that come before those of its fields."""
    ranked = readings
    if card_type == "DriverLicense":
        readings = _with_validity(readings)
        ranked = _by_rank(readings)
    items = tuple([(reading.info, reading.field) for reading in readings])
    if not has_text:
        return ReadCard({**NO_FIELDS[card_type]}, items, first)
    fields, doubts = _fields(card_type, ranked)
    checks = card_checks(card_type, fields, items, doubts, at=at, minimum_score=minimum_score)
    return ReadCard(fields, items, first + checks)


# -- labels ---------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def label_named(card_type: CardType, label: str) -> str | None:
    """Return the field that a label names on this type of card. Return None if it is unknown.

    Return "validity" if the label may mean the start or the end of a licence's validity. A label is
    matched by its Han part if it has one: cards print a second language or script beside it.
    Numbers in a label are ignored: 姓名2, the label of a second person, means the same as 姓名.
    """
    return _LABELS[card_type].get(_words(label))


def _words(label: str) -> str:
    """Drop what doesn't change a label's meaning: case, width, spaces, signs, numbers."""
    han = "".join(HAN.findall(fold(label))).strip(_NUMERALS)
    return han or letters(label)


_LABELS: Mapping[CardType, Mapping[str, str]] = {
    card_type: {
        _words(label): field
        for label, fields, _ in LABELS
        for field in fields.split()
        if (_START if field == _VALIDITY else field) in FIELD_NAMES[card_type]
    }
    for card_type in CARD_TYPES
}


# -- one item -------------------------------------------------------------------------------------


def _read(card_type: CardType, info: IdInfo) -> _Reading:
    label, text = label_named(card_type, info.label), info.text.strip()
    field = _START if label == _VALIDITY else label
    return _Reading(info, label, field, _values(label, text) if label and text else Values({}))


def _values(label: str, text: str) -> Values:
    if len(text) > LONGEST:
        return Values({_START if label == _VALIDITY else label: None})
    if label in CLOSED_FIELDS:
        return Values({label: closed_value(label, text) or text})
    if label in _DATE_FIELDS:
        return read_date(label, text)
    if label in _NUMBER_FIELDS:
        return Values({label: normal_number(text)})
    return read_validity(text) if label in _VALIDITY_LABELS else read_text(label, text)


# -- the validity of a licence, from all its items ------------------------------------------------


def _with_validity(readings: Sequence[_Reading]) -> list[_Reading]:
    """Decide for each item of the validity whether it is the start or the end.

    If a label can mean both and its text has one date, the date is the start. If another item has
    the start, the date is the end.
    """
    settled = [_settled(one, one.label) if one.label in {_START, _END} else one for one in readings]
    starts = [start for one in _by_rank(settled) if (start := one.values.by_field.get(_START))]
    for place, one in enumerate(settled):
        if one.label == _VALIDITY:
            is_end = starts and one.values.by_field.get(_LONE) not in starts
            settled[place] = _settled(one, _END if is_end else _START)
    starts = [start for one in _by_rank(settled) if (start := one.values.by_field.get(_START))]
    ends = [end for one in settled if (end := one.values.by_field.get(_END))]
    return [
        _with_term(one, years, starts, ends) if (years := one.values.years) else one
        for one in settled
    ]


def _settled(reading: _Reading, field_of_lone_date: str | None) -> _Reading:
    by_field = reading.values.by_field
    if _LONE in by_field and field_of_lone_date:
        values = reading.values._replace(by_field={field_of_lone_date: by_field[_LONE]})
        return reading._replace(field=field_of_lone_date, values=values)
    has_end_alone = _START not in by_field and (_END in by_field or reading.values.years)
    if has_end_alone and reading.label == _START:  # no card prints an end there
        reading = reading._replace(
            values=reading.values._replace(by_field={**by_field, _START: None})
        )
    return reading._replace(field=_END if has_end_alone else _START if by_field else reading.field)


def _with_term(
    reading: _Reading, years: int, starts: Sequence[str], ends: Sequence[str]
) -> _Reading:
    """Count the term from the start. A printed end that is a day off is the same end."""
    values = reading.values
    start = values.by_field.get(_START) or next(iter(starts), None)
    end = add_years(date.fromisoformat(start), years) if start else None
    printed = (day for day in ends if end and day != LONG_TERM and is_near(day, end))
    until = next(printed, end.isoformat() if end else None)
    return reading._replace(values=values._replace(by_field={**values.by_field, _END: until}))


def _by_rank(readings: Sequence[_Reading]) -> list[_Reading]:
    """Put items with an ambiguous label last."""
    return sorted(readings, key=lambda one: one.label == _VALIDITY)


# -- all items ------------------------------------------------------------------------------------


def _fields(
    card_type: CardType, readings: Sequence[_Reading]
) -> tuple[dict[str, str | None], Doubts]:
    """Return the fields, each from its first item that can be read, and what is doubtful."""
    fields: dict[str, str | None] = {**NO_FIELDS[card_type]}
    unread: set[str] = set()
    differing: set[str] = set()
    textless: list[str] = []
    for reading in readings:
        by_field, _, is_cut = reading.values
        if not by_field and reading.field and reading.info.polygon:
            textless.append(reading.field)
        for field, value in by_field.items():
            if value is None or is_cut:
                unread.add(field)
            first = fields[field]
            if first is None:
                fields[field] = value
            elif value is not None and value != first and fold(value) != fold(first):
                differing.add(field)
    pieces = [one for one in readings if one.field == "address" and one.values.by_field]
    if len(pieces) > 1 and fields["address"]:
        pieces = [one for one in pieces if one.values.by_field["address"]]
        names = (one.info for one in readings if one.field == "name" and one.info.polygon)
        fields["address"], is_one = _joined(pieces, next(names, None))
        (differing.discard if is_one else differing.add)("address")
    if (address := fields["address"]) and not is_address(address):
        unread.add("address")
    badly_scored = frozenset(
        [one.field for one in readings if one.info.has_bad_score and one.values.by_field]
    )
    half_read = frozenset([field for field in textless if fields[field] is not None])
    return fields, Doubts(frozenset(unread), badly_scored, frozenset(differing), half_read)


def _joined(pieces: Sequence[_Reading], name: IdInfo | None) -> tuple[str, bool]:
    """Join the pieces of an address. If they aren't one address, return the first and False."""
    distinct = {fold(one.info.text): one.info for one in reversed(pieces)}
    infos = [*distinct.values()][::-1]
    texts = [info.text.strip() for info in infos]
    is_one = all(_continues(upper, lower, name) for upper, lower in pairwise(infos))
    return "".join(texts) if is_one else texts[0], is_one


def _continues(upper: IdInfo, lower: IdInfo, name: IdInfo | None) -> bool:
    """Return whether the lower item is the next line of the upper one's text."""
    longer, shorter = sorted((fold(upper.text), fold(lower.text)), key=len, reverse=True)
    is_repeat = len(shorter) >= _SHORTEST_REPEAT and shorter in longer
    is_new = _NEW_ADDRESS.match(fold(lower.text)) is not None
    return not is_repeat and not is_new and _is_below(upper, lower, name)


# -- where two pieces lie -------------------------------------------------------------------------


class _Box(NamedTuple):
    """The place of an item, turned so that the text runs to the right.

    Compare only boxes that `_box` made with the same `along`: they have the same scale.
    """

    left: float
    top: float
    right: float
    bottom: float


def _is_below(upper: IdInfo, lower: IdInfo, name: IdInfo | None) -> bool:
    """Return whether the lower item is directly below the upper one; False if either has no place.

    Photos are tilted, and turned by quarters. The corners say which way the text runs, unless
    the name contradicts them: every card prints it above the address.
    """
    if not upper.polygon or not lower.polygon:
        return False
    along = max(_direction(upper), _direction(lower), key=abs)
    if not along:
        return False
    one, other = _box(upper, along), _box(lower, along)
    if name and _is_over(one, above := _box(name, along)) and _is_beneath(one, above):
        one, other = _box(upper, -along), _box(lower, -along)
    line = min(one.bottom - one.top, other.bottom - other.top)
    is_near_enough = other.top - one.bottom <= _LINES_APART * line
    return _is_over(one, other) and _is_beneath(one, other) and is_near_enough


def _is_over(one: _Box, other: _Box) -> bool:
    """Return whether the boxes share half the width of the narrower one, or more."""
    beside = min(one.right, other.right) - max(one.left, other.left)
    return beside >= min(one.right - one.left, other.right - other.left) / 2


def _is_beneath(one: _Box, other: _Box) -> bool:
    """Return whether the other box begins below this one, or at most half a line above its end."""
    line = min(one.bottom - one.top, other.bottom - other.top)
    return other.top - one.bottom >= -line / 2


def _direction(info: IdInfo) -> complex:
    """Return the longest side, in the direction of the text: away from the first corner."""
    corners = [complex(*corner) for corner in info.polygon]
    sides = (end - start for start, end in pairwise((*corners, corners[0])))
    side = max(sides, key=abs)
    across = sum(corners) / len(corners) - corners[0]
    return side if (across * side.conjugate()).real >= 0 else -side


def _box(info: IdInfo, along: complex) -> _Box:
    corners = [complex(*corner) * along.conjugate() for corner in info.polygon]
    across, down = [one.real for one in corners], [one.imag for one in corners]
    return _Box(min(across), min(down), max(across), max(down))
