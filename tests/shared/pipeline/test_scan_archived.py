"""Pending objects and results that a lifecycle rule archived: sweep goes by their names."""

from __future__ import annotations

import pytest

from shared.times import rfc3339
from tests.support.claims import LoggedWorld
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal


def archived(state: str = "submitted", attempt: int = 1) -> tuple[SweptWorld, str]:
    """A card whose last attempt was written at START and is archived by now."""
    world = SweptWorld()
    name = world.pend(state, attempt)
    world.store.archived.add(name)
    world.pass_time(HOUR)
    return world, name


def test_the_job_of_an_archived_attempt_is_found_in_cis_list_and_its_result_needs_review() -> None:
    world, name = archived()
    world.job(created_at=rfc3339(START - DAY))  # long before the object was last written
    world.sweep()
    adopted = world.store.document(name)
    assert (adopted["state"], adopted["job_id"]) == ("submitted", "j1")
    world.sweep_after(HOUR)
    result = world.result()
    (check,) = [one for one in result["checks"] if one["name"] == "source.unchanged"]
    assert (check["passed"], check["detail"]) == (False, "what the claim saw is not known")
    assert (result["outcome"], result["needs_review"]) == ("recognised", True)
    assert result["source"]["size"] == world.photo.size
    assert world.store.names("pending") == []


@pytest.mark.parametrize(("later_by", "is_sent"), [(100, True), (-10, False)])
def test_an_archived_attempt_without_a_job_is_sent_again_only_if_the_list_proves_it(
    later_by: float, *, is_sent: bool
) -> None:
    world, _ = archived("unknown")
    world.later_job(later_by)
    world.sweep()
    assert bool(world.jobs.requests) is is_sent


def test_what_the_attempts_before_an_archived_one_say_counts() -> None:
    world = SweptWorld()
    error = refusal("QueueSaturated", "capacity")
    names = [world.pend("waiting", number, error=error) for number in range(1, 5)]
    world.store.archived.add(names[-1])
    world.pass_time(HOUR)
    world.later_job()
    world.sweep()
    (request,) = world.jobs.requests  # capacity never expires, and no refusal is a job
    sent = world.pending()[5]
    assert (request.key, sent["refusals"], sent["attempts"]) == (KEY, 3, [])


def test_an_archived_attempt_waits_if_the_ones_before_it_can_not_be_asked_for() -> None:
    world = LoggedWorld()
    names = [world.pend("waiting", number) for number in (1, 2)]
    world.store.archived.add(names[1])
    world.pass_time(HOUR)
    world.store.before = failing_at("read", names[0])
    assert world.sweep().pending["refused InternalError"] == 1
    (line,) = world.logged("not_read")
    assert (line["level"], line["key"]) == ("warning", KEY)


def test_attempts_that_are_archived_too_count_as_unknown() -> None:
    world, _ = archived(attempt=4)
    world.later_job()
    world.sweep()
    assert world.jobs.requests == []
    assert world.result()["error"]["code"] == "AttemptsExhausted"


def test_nothing_is_sent_twice_if_its_creator_writes_meanwhile() -> None:
    world, name = archived()
    world.job()
    body = world.store.objects[name]

    def rewritten(call: str, about: str) -> None:
        if call == "list_created" and not about:
            world.store.replace(name, body)

    world.jobs.before = rewritten
    world.sweep()
    assert world.store.objects[name] == body


def test_an_archived_attempt_beside_its_result_is_deleted() -> None:
    world, _ = archived()
    world.job()
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"{}")
    world.sweep()
    assert world.store.names("pending") == []


def test_an_archived_attempt_of_a_long_key_must_be_restored_and_is_counted() -> None:
    world = LoggedWorld()
    name = world.pend("submitted", key=f"uploads/{'long' * 180}.jpg")
    short = f"ocr/pending/~/{'0' * 64}.{world.version}.0001.json"
    world.store.objects[short] = world.store.objects.pop(name)
    world.store.archived.add(short)
    world.pass_time(HOUR)
    assert world.sweep().pending["unreadable"] == 1
    (line,) = world.logged("unreadable_pending")
    assert line == {
        "level": "error",
        "key": f"~/{'0' * 64}",
        "version": world.version,
        "attempt": 1,
        "problem": "archived",
    }
