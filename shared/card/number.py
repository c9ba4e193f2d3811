"""The number of a resident identity card (GB 11643), which is a driving licence's number too.

Region codes are no check: they change, and old cards keep theirs.
"""

from __future__ import annotations

import re
from datetime import date
from operator import mul
from typing import NamedTuple

from shared.card.dates import calendar_date
from shared.card.text import fold

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9x]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_WEIGHTS = tuple(2 ** (17 - position) % 11 for position in range(17))
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS = "10X98765432"


class IdNumber(NamedTuple):
    """What a number of the right shape says: 18 characters, or the 15 digits issued until 1999.

    `birth_date` is None if the number holds no calendar date, `check_digit_fits` if it has 15
    digits and so no check digit.
    """

    birth_date: date | None
    is_male: bool
    check_digit_fits: bool | None


def parse_id_number(text: str) -> IdNumber | None:
    """Parse an ID number. Return None if the text doesn't have the shape of one.

    White space inside, full-width characters and a small x are let pass.
    """
    number = fold(text)
    if _EIGHTEEN.fullmatch(number):
        fits = check_digit(number[:17]) == number[17].upper()
        born = calendar_date(number[6:10], number[10:12], number[12:14])
        return IdNumber(born, _is_mans(number[14:17]), fits)
    if _FIFTEEN.fullmatch(number):
        born = calendar_date(f"19{number[6:8]}", number[8:10], number[10:12])
        return IdNumber(born, _is_mans(number[12:]), None)
    return None


def check_digit(seventeen: str) -> str:
    """Return the 18th character for the first seventeen digits (ISO 7064, MOD 11-2)."""
    # An ASCII digit is its value and that of "0", which is taken off once for all.
    return _CHECK_CHARACTERS[(sum(map(mul, seventeen.encode(), _WEIGHTS)) - _ZEROS) % 11]


def _is_mans(sequence: str) -> bool:
    return int(sequence) % 2 == 1
