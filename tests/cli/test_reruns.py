"""Which run a card is to have."""

from __future__ import annotations

import pytest

from cli.reruns import NoRerun, Rerun, Wish, plan
from shared.times import rfc3339
from tests.support.pipelines import START, World

KEY = "uploads/a.jpg"


@pytest.mark.parametrize(("seconds", "run"), [(-1, 3), (0, None), (1, None)])
def test_a_rerun_of_the_second_in_which_a_call_began_counts_as_its_own(
    seconds: int, run: int | None
) -> None:
    world = World()
    source = world.store.upload(KEY)
    name = f"ocr/results/{KEY}.{source.etag}~2.json"
    world.store.objects[name] = b"{}"
    world.store.written_at[name] = START + seconds
    planned = plan(world.pipeline(), Wish(KEY), rfc3339(START), failed=False)
    assert planned == (Rerun(source, run) if run else NoRerun.RERAN)
