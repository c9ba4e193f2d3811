"""The corpus: one file per family, whose cases have a name, an input and the answer it gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

FOLDER = Path(__file__).parent / "corpus"


class Case(NamedTuple):
    """`input` is a description that `inputs.build` understands; `expected` is the family's own."""

    name: str
    input: Any
    expected: Any


def families() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(family: str) -> list[Case]:
    text = (FOLDER / f"{family}.json").read_text(encoding="utf-8")
    return [Case(**case) for case in json.loads(text)]


def cases(family: str) -> pytest.MarkDecorator:
    """Parametrises a test with `case`, one for each of the family."""
    given = read(family)
    return pytest.mark.parametrize("case", given, ids=[case.name for case in given])
