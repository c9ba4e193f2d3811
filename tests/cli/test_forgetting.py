"""How far `forget` has come, and when it looks again."""

from __future__ import annotations

import pytest

from cli.forgetting import FIRST_LOOK_SECONDS, SECOND_LOOK_SECONDS, Forgetting
from shared.errors import StorageFault
from tests.support.memory import failing_at
from tests.support.sweeps import KEY, SweptWorld


def test_the_last_look_comes_five_minutes_after_the_deletion_also_if_that_was_interrupted() -> None:
    world = SweptWorld()
    world.pend("submitted")
    forgetting = Forgetting(world.context(), KEY, world.store.photos.clear)
    forgetting.go_on()
    world.pass_time(FIRST_LOOK_SECONDS)
    # Given a deletion after which the note of it couldn't be written
    notes = iter([None, StorageFault("PUT", "InternalError")])

    def once(call: str, name: str) -> None:
        if call == "replace" and "state/forget/" in name and (fault := next(notes, None)):
            raise fault

    world.store.before = once
    with pytest.raises(StorageFault):
        forgetting.go_on()
    assert world.pending() == {}
    # Then the next call doesn't take its look for the last one
    again = world.clock()
    assert forgetting.go_on().next_at == again + SECOND_LOOK_SECONDS
    assert world.store.names("deleted") == []
    world.pass_time(SECOND_LOOK_SECONDS)
    assert forgetting.go_on().next_at is None
    assert len(world.store.names("deleted")) == 1


def test_an_archived_pending_object_is_deleted_unread() -> None:
    world = SweptWorld()
    name = world.pend("submitted")
    world.store.before = failing_at("read", name, StorageFault("GET", "InvalidObjectState"))
    forgetting = Forgetting(world.context(), KEY, world.store.photos.clear)
    forgetting.go_on()
    world.pass_time(FIRST_LOOK_SECONDS)
    forgetting.go_on()
    assert world.pending() == {}
