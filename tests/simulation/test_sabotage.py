from __future__ import annotations

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.planted import Bug, Change, original_of, plant
from tests.simulation.sabotage import caught
from tests.simulation.stories import STORIES


def test_every_bug_still_finds_its_names() -> None:
    for bug in BUGS:
        for change in bug.changes:
            original = original_of(change)
            assert change.make(original) is not original, bug.name
        assert bug.told_by in STORIES, bug.name


def test_a_bug_whose_name_is_gone_fails_loudly() -> None:
    bug = Bug("none", (Change("shared.pipeline.decide:nothing_of_that_name", lambda _: None),))
    with pytest.raises(AttributeError, match="nothing_of_that_name"):
        plant(bug)


def test_the_bugs_have_names_of_their_own() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS)


def test_a_bug_is_caught() -> None:
    bug = next(bug for bug in BUGS if bug.name == "a passing failure made final")
    found = caught(bug, seeds=40)
    assert found is not None
    assert "every end has its reason" in found


def test_what_is_no_bug_is_not_caught() -> None:
    assert not [name for name in {bug.told_by for bug in BUGS} if STORIES[name](1).broken]
