"""Which cards are to run again, and which run each is to have."""

from __future__ import annotations

import pytest

from cli.enqueue.rerun import NoRerun, Rerun, plan_rerun
from cli.enqueue.selection import RerunRequest, WantedFailures, select_reruns
from shared.times import rfc3339
from shared.workers import OneByOne
from tests.support.pipelines import START, World

KEY = "uploads/a.jpg"


@pytest.mark.parametrize(("seconds", "run"), [(-1, 3), (0, None), (1, None)])
def test_a_rerun_of_the_second_in_which_a_call_began_counts_as_its_own(
    seconds: int, run: int | None
) -> None:
    world = World()
    world.store.upload(KEY)
    photo = world.store.head_photo(KEY)
    assert photo is not None
    name = f"ocr/results/{KEY}.{photo.etag}~2.json"
    world.store.objects[name] = b"{}"
    world.store.written_at[name] = START + seconds
    planned = plan_rerun(world.context(), RerunRequest(KEY), rfc3339(START), None)
    assert planned == (Rerun(photo, run) if run else NoRerun.RERAN)


@pytest.mark.parametrize("named", [(), (KEY,)])
def test_another_choice_of_codes_has_a_place_of_its_own_to_go_on_from(
    named: tuple[str, ...],
) -> None:
    identities = {
        select_reruns(World().context(), OneByOne(), named, None, None, failures).identity
        for failures in (
            WantedFailures(),
            WantedFailures(frozenset({"InternalError"})),
            WantedFailures(frozenset({"InternalError", "SourceGone"})),
        )
    }
    assert len(identities) == 3
