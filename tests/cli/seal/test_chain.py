"""What is wrong with seals as a chain."""

from __future__ import annotations

from cli.seal.chain import MARGIN_SECONDS, StoredSeal, problems_of
from cli.seal.manifest import Seal

DAY = 86_400


def stored(number: int, **changes: object) -> StoredSeal:
    """A seal of a day, written when its margin was over."""
    previous = f"{number - 1:064}" if number > 1 else None
    begins = (number - 1) * DAY if number > 1 else None
    seal = Seal(number, previous, begins, number * DAY, is_deep=False)
    written_at = number * DAY + MARGIN_SECONDS
    return StoredSeal(number, written_at, f"{number:064}", seal)._replace(**changes)  # type: ignore[arg-type]


def said(*chain: StoredSeal) -> list[str]:
    return [f"{number}: {text}" for number, text in problems_of(chain)]


def test_a_whole_chain_has_no_problem() -> None:
    assert said(stored(1), stored(2), stored(3)) == []
    assert said() == []


def test_a_gap_is_named() -> None:
    assert said(stored(2)) == ["2: before it, 1 isn't there or can't be read"]
    assert said(stored(1), stored(5)) == ["5: before it, 2 to 4 isn't there or can't be read"]


def test_the_first_names_none_before() -> None:
    seal = Seal(1, "0" * 64, None, DAY, is_deep=False)
    assert said(stored(1, seal=seal)) == ["1: it is the first and names a seal before"]


def test_the_one_that_the_next_names_is_the_one_that_is_there() -> None:
    assert said(stored(1, sha256="f" * 64), stored(2)) == ["1: it isn't the one that seal 2 names"]


def test_a_seal_begins_where_the_one_before_ends() -> None:
    seal = Seal(1, None, None, DAY + 1, is_deep=False)
    assert said(stored(1, seal=seal), stored(2)) == ["2: it doesn't begin where seal 1 ends"]


def test_a_seal_was_written_after_its_time_and_before_the_next() -> None:
    early = stored(1, written_at=DAY + MARGIN_SECONDS - 61)
    assert said(early) == ["1: it names a time that hadn't come when it was written"]
    late = stored(1, written_at=2 * DAY + MARGIN_SECONDS + 61)
    assert said(late, stored(2)) == ["1: it was written again since seal 2"]


def test_clocks_of_cos_may_differ_by_a_minute() -> None:
    early = stored(1, written_at=DAY + MARGIN_SECONDS - 60)
    late = stored(2, written_at=3 * DAY + MARGIN_SECONDS + 60)
    assert said(early, late, stored(3)) == []


def test_beside_a_body_that_is_no_seal_the_others_are_still_compared() -> None:
    assert said(stored(1), stored(2, seal=None), stored(3)) == [
        "2: its body is no seal of this number"
    ]
