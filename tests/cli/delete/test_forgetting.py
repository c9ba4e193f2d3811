"""How far `forget` has come, and when it looks again."""

from __future__ import annotations

import hashlib
import json

import pytest

from cli.delete.forget import FIRST_LOOK_SECONDS, SECOND_LOOK_SECONDS, Forgetting
from shared.errors import StorageFault
from shared.store import Page
from tests.support.memory import failing_at
from tests.support.sweeps import KEY, SweptWorld


def begun(world: SweptWorld) -> Forgetting:
    """A deletion whose next look is due."""
    forgetting = Forgetting(world.context(), KEY, world.store)
    forgetting.go_on()
    world.pass_time(FIRST_LOOK_SECONDS)
    return forgetting


def test_the_last_look_comes_five_minutes_after_the_deletion_also_if_that_was_interrupted() -> None:
    world = SweptWorld()
    world.pend("submitted")
    forgetting = begun(world)
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
    assert forgetting.go_on() == again + SECOND_LOOK_SECONDS
    assert world.store.names("deleted") == []
    world.pass_time(SECOND_LOOK_SECONDS)
    assert forgetting.go_on() is None
    assert len(world.store.names("deleted")) == 1


@pytest.mark.parametrize("run", ["", "~2"])
@pytest.mark.parametrize("folder", ["pending", "results", "reviews"])
def test_what_a_listing_that_lags_does_not_show_is_deleted_too(folder: str, run: str) -> None:
    world = SweptWorld()
    number = {"pending": ".0001", "results": "", "reviews": ".0001"}[folder]
    name = f"ocr/{folder}/{KEY}.{world.version}{run}{number}.json"
    forgetting = Forgetting(world.context(), KEY, world.store)
    world.store.list_objects = lambda *_: Page((), None, world.clock())  # type: ignore[method-assign]
    forgetting.go_on()
    # Given an object that was written after the photo's deletion, and that no listing shows yet
    world.store.replace(name, b"{}")
    while forgetting.go_on() is not None:
        world.pass_time(FIRST_LOOK_SECONDS)
    assert name not in world.store.objects


def test_an_archived_pending_object_is_deleted_unread() -> None:
    world = SweptWorld()
    name = world.pend("submitted")
    world.store.before = failing_at("read", name, StorageFault("GET", "InvalidObjectState"))
    forgetting = begun(world)
    forgetting.go_on()
    assert world.pending() == {}


def test_what_versioning_still_keeps_is_deleted_and_recorded() -> None:
    world = SweptWorld()
    world.store.photos.clear()
    world.store.versions = ["a content", "its delete marker"]
    forgetting = Forgetting(world.context(), KEY, world.store)
    world.store.before = failing_at("delete_photo", "", StorageFault("DELETE", "AccessDenied"))
    with pytest.raises(StorageFault):
        forgetting.go_on()
    world.store.before = failing_at("nothing")
    world.pass_time(FIRST_LOOK_SECONDS)
    assert forgetting.go_on() is not None
    # Given that it is uploaded and deleted again between two looks
    world.store.versions = ["another content", "its delete marker"]
    world.pass_time(SECOND_LOOK_SECONDS)
    while forgetting.go_on() is not None:
        world.pass_time(FIRST_LOOK_SECONDS)
    assert world.store.versions == []
    (name,) = world.store.names("deleted")
    assert world.store.document(name)["counts"] == {"photo": 1}


OBJECT = ["0" * 64, "result"]
ATTEMPT = [1, None, "j1", "unknown", None]


def noted(world: SweptWorld, **members: object) -> Forgetting:
    """A deletion whose note somebody else wrote."""
    name = f"ocr/state/forget/{hashlib.sha256(KEY.encode()).hexdigest()}.json"
    world.store.objects[name] = json.dumps(members).encode()
    return Forgetting(world.context(), KEY, world.store)


@pytest.mark.parametrize("next_at", [1e300, 9e15, float("inf"), float("nan"), 10**400, True, "x"])
def test_a_time_that_no_call_has_noted_is_none(next_at: object) -> None:
    world = SweptWorld()
    forgetting = noted(world, next_at=next_at)
    assert not forgetting.is_begun()
    assert forgetting.go_on() == world.clock() + FIRST_LOOK_SECONDS


@pytest.mark.parametrize("objects", [[1, OBJECT], [[], OBJECT], [["a", {}], OBJECT]])
@pytest.mark.parametrize("attempts", [[[1, 2], ATTEMPT], [[[], {}, 1, None, 2], ATTEMPT]])
def test_what_no_call_has_noted_is_not_recorded(
    objects: list[object], attempts: list[object]
) -> None:
    world = SweptWorld()
    world.store.photos.clear()
    forgetting = noted(world, next_at=1, is_begun=True, objects=objects, attempts=attempts)
    assert forgetting.go_on() is None
    (name,) = world.store.names("deleted")
    record = world.store.document(name)
    assert [one["kind"] for one in record["objects"]] == ["result"]
    assert [one["job_id"] for one in record["attempts"]] == ["j1"]


@pytest.mark.parametrize(
    "seen",
    [
        {f"b.jpg.{'0' * 32}": [0, 0]},  # of another card
        {"0" * 32: [10**5, 0]},
        {"0" * 32: [0, -1]},
        {"0" * 32: [True, 0]},
        {"0" * 32: 1},
        [["0" * 32, 0, 0]],
    ],
)
def test_what_no_call_has_seen_is_not_looked_for(seen: object) -> None:
    world = SweptWorld()
    world.store.photos.clear()
    noted(world, next_at=1, is_begun=True, seen=seen).go_on()
    assert [name for call, name in world.store.calls if call == "exists"] == []


def test_only_the_last_attempts_and_reviews_are_looked_for_beside_the_listing() -> None:
    world = SweptWorld()
    world.store.photos.clear()
    noted(world, next_at=1, is_begun=True, seen={"0" * 32: [9999, 9999]}).go_on()
    assert len([call for call, _ in world.store.calls if call == "exists"]) < 60


@pytest.mark.parametrize("why", ["样本甲 990101199001020022", "x" * 3000, f"about {KEY}", 1, None])
def test_a_reason_that_no_call_has_noted_is_not_recorded(why: object) -> None:
    world = SweptWorld()
    world.store.photos.clear()
    assert noted(world, next_at=1, is_begun=True, objects=[OBJECT], why=why).go_on() is None
    (name,) = world.store.names("deleted")
    assert world.store.document(name)["why"] == "Forgotten"


def ended(world: SweptWorld) -> list[list[object]]:
    """Forget the card, and return the attempts that the record names."""
    forgetting = Forgetting(world.context(), KEY, world.store)
    while forgetting.go_on() is not None:
        world.pass_time(FIRST_LOOK_SECONDS)
    (name,) = world.store.names("deleted")
    return [list(entry.values()) for entry in world.store.document(name)["attempts"]]


def test_a_pending_object_that_can_not_be_read_is_an_attempt_that_may_have_had_a_job() -> None:
    world = SweptWorld()
    name = world.pend("submitted", 3)
    world.store.before = failing_at("read", name, StorageFault("GET", "InvalidObjectState", 403))
    assert ended(world) == [[3, "2026-01-02T03:04:05Z", None, "unknown", None]]


def test_a_claim_that_nobody_has_rewritten_is_recorded_with_its_time() -> None:
    world = SweptWorld()
    world.pend("claimed")
    assert ended(world) == [[1, "2026-01-02T03:04:05Z", None, "unknown", None]]


@pytest.mark.parametrize("part", ["state/forget/", "pending/"])
def test_a_refusal_of_the_key_deletes_nothing_unrecorded(part: str) -> None:
    world = SweptWorld()
    world.pend("submitted")
    forgetting = begun(world)
    fault = StorageFault("GET", "RequestTimeTooSkewed", 403)
    world.store.before = failing_at("read", part, fault)
    with pytest.raises(StorageFault):
        forgetting.go_on()
    assert len(world.pending()) == 1
    world.store.before = lambda _call, _name: None
    assert [entry[2] for entry in ended(world)] == ["j1"]
