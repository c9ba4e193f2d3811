"""The survivors that are no fault of the tests, each with its reason.

A mutant whose change makes no difference can't be killed. The list names each by its lines, so an
edit that touches them takes it off the list by itself. Where every change of a line has the same
reason, `becomes` is "*"; where every change of a class has, `was` is too.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml

ANY = "*"
LIST = Path(__file__).with_name("accepted.yaml")


class Change(NamedTuple):
    """What tells one mutant from another: the file, the function or class, and the lines."""

    path: str
    place: str
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.path}, {self.place}\n    - {self.was}\n    + {self.becomes}"


class Accepted(NamedTuple):
    """A survivor: the file, the function or class, the lines before and after, and the reason."""

    path: str
    place: str
    was: str
    becomes: str
    why: str

    def covers(self, change: Change) -> bool:
        """Return whether a change is the one that this entry names, or one of them."""
        is_there = (self.path, self.place) == (change.path, change.place)
        is_line = self.was in {change.was, ANY}
        return is_there and is_line and self.becomes in {change.becomes, ANY}


def accepted_survivors() -> list[Accepted]:
    """Return the list."""
    entries = yaml.safe_load(LIST.read_text(encoding="utf-8")) or []
    return [Accepted(**entry) for entry in entries]
