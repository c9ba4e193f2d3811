"""The checks on a card. One that doesn't apply is absent.

A licence's number is an ID number: its checks carry the name of its own field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shared.card.model import Check, Item
from shared.card.number import IdNumber, parse_id_number
from shared.card.text import fold

_IS_MALE = {"男": True, "male": True, "m": True, "女": False, "female": False, "f": False}


def number_checks(number_field: str, fields: Mapping[str, str | None]) -> Iterator[Check]:
    """Check the number by itself, and the date of birth and the gender against it."""
    text = fields[number_field]
    if text is None:
        return
    number = parse_id_number(text)
    if number is None:
        yield _failed(f"{number_field}.check_digit", "not the shape of an ID number")
        return
    if number.has_check_digit:
        yield _check(
            f"{number_field}.check_digit",
            passed=number.check_digit_fits,
            otherwise="the check digit does not fit the other digits",
        )
    yield from _birth_date_check(f"{number_field}.birth_date", number, fields["birth_date"])
    yield from _gender_check(f"{number_field}.gender", number, fields["gender"])


def score_check(items: Iterable[Item], minimum_score: int) -> Iterator[Check]:
    """Check the scores CI gave for the text of recognised fields, where it gave any."""
    scores = [
        (item.field, item.score)
        for item in items
        if item.field and item.score is not None and item.text.strip()
    ]
    low = dict.fromkeys(field for field, score in scores if not score >= minimum_score)
    if scores:
        yield _check(
            "score.minimum",
            passed=not low,
            otherwise=f"below {minimum_score}: {', '.join(low)}",
        )


def format_checks(unread: Iterable[str]) -> Iterator[Check]:
    """Return a failed check for each date that stands on the card and can't be read."""
    for field in unread:
        yield _failed(f"{field}.format", "what was read here is no date")


def _birth_date_check(name: str, number: IdNumber, birth_date: str | None) -> Iterator[Check]:
    in_number = number.birth_date
    if in_number is None:
        yield _failed(name, "the number holds no calendar date")
    elif birth_date is not None:
        yield _check(
            name,
            passed=birth_date == in_number.isoformat(),
            otherwise="the number holds another date of birth",
        )


def _gender_check(name: str, number: IdNumber, gender: str | None) -> Iterator[Check]:
    if gender is None:
        return
    is_male = _IS_MALE.get(fold(gender))
    if is_male is None:
        yield _failed(name, "what was read as the gender names none")
    else:
        yield _check(
            name, passed=number.is_male == is_male, otherwise="the number is of the other gender"
        )


def _check(name: str, *, passed: bool, otherwise: str) -> Check:
    return Check(name, passed, None if passed else otherwise)


def _failed(name: str, detail: str) -> Check:
    return Check(name, passed=False, detail=detail)
