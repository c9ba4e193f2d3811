"""What is wrong with seals as a chain."""

from __future__ import annotations

import pytest

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


NAMES_ONE = stored(1, seal=Seal(1, "0" * 64, None, DAY, is_deep=False))
ENDS_LATE = stored(1, seal=Seal(1, None, None, DAY + 1, is_deep=False))
EARLY = stored(1, written_at=DAY + MARGIN_SECONDS - 61)
LATE = stored(1, written_at=2 * DAY + MARGIN_SECONDS + 61)
# Clocks of COS may differ by a minute
JUST_EARLY = stored(1, written_at=DAY + MARGIN_SECONDS - 60)
JUST_LATE = stored(2, written_at=3 * DAY + MARGIN_SECONDS + 60)


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ([], []),
        ([stored(1), stored(2), stored(3)], []),
        ([JUST_EARLY, JUST_LATE, stored(3)], []),
        ([stored(2)], ["2: before it, 1 isn't there or can't be read"]),
        ([stored(1), stored(5)], ["5: before it, 2 to 4 isn't there or can't be read"]),
        ([NAMES_ONE], ["1: it is the first and names a seal before"]),
        ([stored(1, sha256="f" * 64), stored(2)], ["1: it isn't the one that seal 2 names"]),
        ([ENDS_LATE, stored(2)], ["2: it doesn't begin where seal 1 ends"]),
        ([EARLY], ["1: it names a time that hadn't come when it was written"]),
        ([LATE, stored(2)], ["1: it was written again since seal 2"]),
        # Beside a body that is no seal the others are still compared
        ([stored(1), stored(2, seal=None), stored(3)], ["2: its body is no seal of this number"]),
    ],
)
def test_each_problem_of_a_chain_is_named(chain: list[StoredSeal], said: list[str]) -> None:
    assert [f"{number}: {text}" for number, text in problems_of(chain)] == said
