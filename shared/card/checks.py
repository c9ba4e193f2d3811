"""The checks on a card that was read. A check that doesn't apply is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from shared.card import CardType, Check, Item
from shared.card.values import (
    CLOSED_FIELDS,
    ID_LENGTH,
    LONG_TERM,
    TEXT_FIELDS,
    add_years,
    closed_value,
    is_near,
    numbers_in,
    parse_id_number,
)

NUMBER_FIELDS: Mapping[CardType, str] = {
    "IDCard": "id_number",
    "DriverLicense": "license_number",
}
_MAY_LACK = frozenset({"issuing_authority"})
_OF_RESIDENCE_PERMITS = ("81", "82", "83")  # they print no ethnicity
_LONGEST_LABEL = 12
_FIRST_BIRTH = "1900-01-01"
YOUNGEST_HOLDER = 16
_TERMS = (6, 10)
_NEITHER = frozenset({*NUMBER_FIELDS.values(), *CLOSED_FIELDS})  # neither free text nor dates
_NEXT_DAY_FROM = "16"  # this hour of UTC is midnight of UTC+8
_DAY = timedelta(days=1)


class Doubts(NamedTuple):
    """The fields of which an item can't be read, has a bad score, or differs from another.

    A field is half-read if one of its items has a place and no text, and another item filled it.
    """

    unread: frozenset[str]
    badly_scored: frozenset[str | None]
    differing: frozenset[str]
    half_read: frozenset[str] = frozenset()


def status_check(status: str | None, *, has_text: bool) -> tuple[Check, ...]:
    """Check CI's Status, 1 if it detected a card and 0 if not, against what it read.

    If CI gives 1 and 0 at once, the check fails.
    """
    if status not in {"0", "1", "0,1", "1,0"}:
        return ()
    otherwise = "CI says it detected nothing" if has_text else "CI says it detected a card"
    passed = status == ("1" if has_text else "0")
    return (_check("status.agrees", passed=passed, otherwise=otherwise),)


def card_checks(
    card_type: CardType,
    fields: Mapping[str, str | None],
    items: Sequence[Item],
    doubts: Doubts,
    *,
    at: str,
    minimum_score: int,
) -> tuple[Check, ...]:
    """Check a card of which CI read some text.

    `at` is when the job was created, in RFC 3339. `minimum_score` is in CI's unit, 0-100.
    """
    number_field = NUMBER_FIELDS[card_type]
    return (
        _complete(fields, items, number_field),
        _consistent(fields, items, number_field, doubts.differing),
        *_number_checks(number_field, fields),
        *_format_checks(fields, doubts),
        *_known_checks(fields),
        *_order(fields, at),
        *_minimum(items, minimum_score),
    )


def _complete(fields: Mapping[str, str | None], items: Sequence[Item], number_field: str) -> Check:
    may_lack = set(_MAY_LACK)
    if (fields[number_field] or "").startswith(_OF_RESIDENCE_PERMITS):
        may_lack.add("ethnicity")
    missing = [field for field, value in fields.items() if value is None and field not in may_lack]
    if not missing:
        return _passed("fields.complete")
    labels = dict.fromkeys(
        label
        for info, field in items
        if field is None and info.text.strip() and _is_shown(label := info.label.strip())
    )
    others = f"; labels that fill no field: {', '.join(labels)}" if labels else ""
    return _failed("fields.complete", f"no value: {', '.join(missing)}{others}")


def _is_shown(label: str) -> bool:
    """Return whether a detail may show a label. A long one, or one with a digit, can be a value."""
    is_short = 0 < len(label) <= _LONGEST_LABEL
    return is_short and not any(character.isdigit() for character in label)


def _consistent(
    fields: Mapping[str, str | None],
    items: Sequence[Item],
    number_field: str,
    differing: frozenset[str],
) -> Check:
    if differing:
        return _failed("fields.consistent", f"items differ: {', '.join(sorted(differing))}")
    values = [*fields.values()]
    same = [name for name in TEXT_FIELDS if (text := fields.get(name)) and values.count(text) > 1]
    if same:
        return _failed(
            "fields.consistent", f"same text as another field: {', '.join(sorted(same))}"
        )
    number = fields[number_field]
    others = [
        text
        for info, _ in items
        for text in (info.label, info.text)
        if len(text) >= ID_LENGTH and text != number
    ]
    return _check(
        "fields.consistent",
        passed=not number or {*chain(*map(numbers_in, others))} <= {number},
        otherwise="another person's number is on the photo",
    )


def _number_checks(field: str, fields: Mapping[str, str | None]) -> Iterator[Check]:
    """Check the number by itself, and the date of birth and the gender against it.

    A licence's number is an ID number: its checks have the name of the licence's field.
    """
    text, birth_date, gender = fields[field], fields["birth_date"], fields["gender"]
    if text is None:
        return
    number = parse_id_number(text)
    if number is None:
        yield _failed(f"{field}.form", "not the 18 characters of an ID number")
        return
    yield _passed(f"{field}.form")
    yield _check(
        f"{field}.check_digit",
        passed=number.has_its_check_digit,
        otherwise="the check digit does not fit the other digits",
    )
    if number.birth_date is None:
        yield _failed(f"{field}.birth_date", "the number holds no calendar date")
    elif birth_date is not None:
        yield _check(
            f"{field}.birth_date",
            passed=birth_date == number.birth_date,
            otherwise="the number holds another date of birth",
        )
    if gender in {"男", "女"}:
        yield _check(
            f"{field}.gender",
            passed=gender == number.gender,
            otherwise="the number is of the other gender",
        )


def _format_checks(fields: Mapping[str, str | None], doubts: Doubts) -> Iterator[Check]:
    """Return a failed check for each field with an item that can't be relied on."""
    if not doubts.unread and not doubts.badly_scored and not doubts.half_read:
        return
    for field in fields:
        if field in doubts.unread:
            what = "is too long" if field in _NEITHER else "is no date, or is cut off"
            if field in TEXT_FIELDS:
                what = f"is no {field}, or is masked or cut off"
            yield _failed(f"{field}.format", f"what was read here {what}")
        elif field in doubts.badly_scored:
            yield _failed(f"{field}.format", "the score is no number from 0 to 100")
        elif field in doubts.half_read:
            yield _failed(f"{field}.format", "an item of this field has a place and no text")


def _known_checks(fields: Mapping[str, str | None]) -> Iterator[Check]:
    for field in CLOSED_FIELDS:
        value = fields.get(field)
        if value is not None:
            yield _check(
                f"{field}.known",
                passed=closed_value(field, value) is not None,
                otherwise="what was read here is none of the values this field can have",
            )


def _order(fields: Mapping[str, str | None], at: str) -> Iterator[Check]:
    birth, first_issue = fields["birth_date"], fields.get("first_issue_date")
    start, end = fields.get("valid_from"), fields.get("valid_until")
    if not (birth or first_issue or start or end):
        return
    last = None if end == LONG_TERM else end
    today = _day_of(at)
    wrong = {
        "birth_date is before 1900": birth and birth < _FIRST_BIRTH,
        "birth_date is after the job's day": birth and birth > today,
        "first_issue_date is after the job's day": first_issue and first_issue > today,
        "first_issue_date is less than 16 years after birth_date": (
            birth and first_issue and _is_too_young(birth, first_issue)
        ),
        "valid_from is more than a year after the job's day": (
            start and start > f"{int(today[:4]) + 1}{today[4:]}"
        ),
        "birth_date is not before valid_from": _is_late(birth, start, equal=True),
        "first_issue_date is after valid_from": _is_late(first_issue, start),
        "valid_from is not before valid_until": _is_late(start, last, equal=True),
        "the validity is neither 6 nor 10 years": start and last and not _is_term(start, last),
    }
    found = [what for what, is_so in wrong.items() if is_so]
    yield _check("dates.order", passed=not found, otherwise="; ".join(found))


def _is_late(earlier: str | None, later: str | None, *, equal: bool = False) -> bool:
    """Return whether two known dates are in the wrong order; `equal`: the same day is wrong too."""
    if earlier is None or later is None:
        return False
    return earlier > later or (equal and earlier == later)


def _day_of(at: str) -> str:
    """Return the day in UTC+8 of a moment in RFC 3339."""
    day = date.fromisoformat(at[:10])
    if at[11:13] >= _NEXT_DAY_FROM and day < date.max:
        day += _DAY
    return day.isoformat()


def _is_too_young(birth: str, first_issue: str) -> bool:
    """Return whether a first licence was issued before the holder was 16."""
    old_enough = add_years(date.fromisoformat(birth), YOUNGEST_HOLDER)
    return old_enough is None or first_issue < old_enough.isoformat()


def _is_term(start: str, end: str) -> bool:
    ends = (add_years(date.fromisoformat(start), years) for years in _TERMS)
    return any(last is not None and is_near(end, last) for last in ends)


def _minimum(items: Sequence[Item], minimum_score: int) -> Iterator[Check]:
    """Check the scores of recognised fields, if CI gave any."""
    given = [
        (field, score)
        for info, field in items
        if field and (score := info.score) is not None and info.text.strip()
    ]
    low = dict.fromkeys([field for field, score in given if not score >= minimum_score])
    if low:
        yield _failed("score.minimum", f"below {minimum_score}: {', '.join(low)}")
    elif given:
        yield _passed("score.minimum")


def _check(name: str, *, passed: bool, otherwise: str) -> Check:
    return _passed(name) if passed else _failed(name, otherwise)


@lru_cache(maxsize=64)  # nearly every check passes, and there are few names
def _passed(name: str) -> Check:
    return Check(name, passed=True, detail=None)


def _failed(name: str, detail: str) -> Check:
    return Check(name, passed=False, detail=detail)
