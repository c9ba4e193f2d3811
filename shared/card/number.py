"""The number of a resident identity card (GB 11643), which is a driving licence's number too.

Region codes are no check: they change, and old cards keep theirs.
"""

from __future__ import annotations

import re
from datetime import date
from operator import mul
from typing import NamedTuple

from shared.card.text import fold

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9x]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_LENGTH = 18
_WEIGHTS = tuple(2 ** (17 - position) % 11 for position in range(17))
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS = "10X98765432"


class IdNumber(NamedTuple):
    """A number of the right shape: 18 characters, or the 15 digits issued until 1999."""

    characters: str

    @property
    def has_check_digit(self) -> bool:
        """Whether the last character checks the others; 15-digit numbers have none."""
        return len(self.characters) == _LENGTH

    @property
    def check_digit_fits(self) -> bool:
        """Whether the last character is the one the first seventeen ask for."""
        return self.characters[-1] == check_digit(self.characters[:17])

    @property
    def birth_date(self) -> date | None:
        """The date of birth in the number, None where it is no calendar date."""
        digits = self.characters[6:14] if self.has_check_digit else "19" + self.characters[6:12]
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return None

    @property
    def is_male(self) -> bool:
        """Whether the last digit of the sequence number is odd, as men's are."""
        sequence_end = self.characters[16] if self.has_check_digit else self.characters[14]
        return int(sequence_end) % 2 == 1


def parse_id_number(text: str) -> IdNumber | None:
    """Return the number in the text, or None where it has the shape of none.

    White space inside, full-width characters and a small x are let pass.
    """
    characters = fold(text)
    if _EIGHTEEN.fullmatch(characters) or _FIFTEEN.fullmatch(characters):
        return IdNumber(characters.upper())
    return None


def check_digit(seventeen: str) -> str:
    """Return the 18th character for the first seventeen digits (ISO 7064, MOD 11-2)."""
    # An ASCII digit is its value and that of "0", which is taken off once for all.
    return _CHECK_CHARACTERS[(sum(map(mul, seventeen.encode(), _WEIGHTS)) - _ZEROS) % 11]
