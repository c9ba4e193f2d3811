"""The people on the samples: invented, and they look so.

No register has a region 99, so no number below can be a real person's. The check digits are right.
"""

from __future__ import annotations

from typing import Final

Fields = dict[str, str]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"


def id_number(birth_date: str, serial: str) -> str:
    """Return an ID number for a date of birth (ISO). An odd serial is a man's (GB 11643)."""
    digits = "990101" + birth_date.replace("-", "") + serial
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + _CHECK_CHARACTERS[total % 11]


def id_card(name: str, ethnicity: str, birth_date: str, serial: str, address: str) -> Fields:
    """Return the fields of an ID card's front."""
    return {
        "name": name,
        "gender": _gender(serial),
        "ethnicity": ethnicity,
        "birth_date": birth_date,
        "address": address,
        "id_number": id_number(birth_date, serial),
    }


def driver_license(  # noqa: PLR0913 - as many as the card prints
    name: str,
    birth_date: str,
    serial: str,
    address: str,
    *,
    first_issue_date: str,
    vehicle_class: str,
    valid_from: str,
    valid_until: str,
    issuing_authority: str,
    nationality: str = "中国",
) -> Fields:
    """Return the fields of a driving licence's main page."""
    return {
        "license_number": id_number(birth_date, serial),
        "name": name,
        "gender": _gender(serial),
        "nationality": nationality,
        "address": address,
        "birth_date": birth_date,
        "first_issue_date": first_issue_date,
        "vehicle_class": vehicle_class,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "issuing_authority": issuing_authority,
    }


def _gender(serial: str) -> str:
    return "男" if int(serial) % 2 else "女"
