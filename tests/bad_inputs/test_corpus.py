"""The corpus itself: large enough, well formed, and used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_inputs.corpus import families, read

LEAST = 1500


def test_there_are_enough_cases() -> None:
    assert sum(len(read(family)) for family in families()) >= LEAST


@pytest.mark.parametrize("family", families())
def test_every_case_of_a_family_has_a_name_of_its_own(family: str) -> None:
    names = [case.name for case in read(family)]
    assert names
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("family", families())
def test_every_case_of_a_family_says_what_must_come_of_it(family: str) -> None:
    assert [case.name for case in read(family) if case.expected in (None, {}, [])] == []


def test_every_family_is_used_by_a_test() -> None:
    tests = Path(__file__).parent.glob("test_*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in tests)
    assert [family for family in families() if f'@cases("{family}")' not in source] == []
