"""Card checks. Checks that don't apply are omitted.

A licence's number is an ID number: its checks carry the name of its own field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.card.model import Check, Item
from shared.card.number import IdNumber, parse_id_number
from shared.card.text import fold

_IS_MALE = {"男": True, "male": True, "m": True, "女": False, "female": False, "f": False}


def number_checks(number_field: str, fields: Mapping[str, str | None]) -> list[Check]:
    """Check the number by itself, and the date of birth and the gender against it."""
    text = fields[number_field]
    if text is None:
        return []
    number = parse_id_number(text)
    if number is None:
        return [_failed(f"{number_field}.check_digit", "not the shape of an ID number")]
    checks = (
        _check_digit_check(f"{number_field}.check_digit", number),
        _birth_date_check(f"{number_field}.birth_date", number, fields["birth_date"]),
        _gender_check(f"{number_field}.gender", number, fields["gender"]),
    )
    return [check for check in checks if check]


def score_check(items: Iterable[Item], minimum_score: int) -> list[Check]:
    """Check the scores of recognised fields, if CI gave any."""
    scores = [
        (field, info.score)
        for info, field in items
        if field and info.score is not None and info.text.strip()
    ]
    if not scores:
        return []
    low = dict.fromkeys([field for field, score in scores if not score >= minimum_score])
    return [
        _check(
            "score.minimum",
            passed=not low,
            otherwise=f"below {minimum_score}: {', '.join(low)}",
        )
    ]


def format_checks(unread: Iterable[str]) -> list[Check]:
    """Return a failed check for each date that is on the card and can't be read."""
    return [_failed(f"{field}.format", "what was read here is no date") for field in unread]


def _check_digit_check(name: str, number: IdNumber) -> Check | None:
    if number.check_digit_fits is None:
        return None
    return _check(
        name,
        passed=number.check_digit_fits,
        otherwise="the check digit does not fit the other digits",
    )


def _birth_date_check(name: str, number: IdNumber, birth_date: str | None) -> Check | None:
    in_number = number.birth_date
    if in_number is None:
        return _failed(name, "the number holds no calendar date")
    if birth_date is None:
        return None
    return _check(
        name,
        passed=birth_date == in_number.isoformat(),
        otherwise="the number holds another date of birth",
    )


def _gender_check(name: str, number: IdNumber, gender: str | None) -> Check | None:
    if gender is None:
        return None
    is_male = _IS_MALE.get(fold(gender))
    if is_male is None:
        return _failed(name, "what was read as the gender names none")
    return _check(
        name, passed=number.is_male == is_male, otherwise="the number is of the other gender"
    )


def _check(name: str, *, passed: bool, otherwise: str) -> Check:
    return Check(name, passed, None if passed else otherwise)


def _failed(name: str, detail: str) -> Check:
    return Check(name, passed=False, detail=detail)
