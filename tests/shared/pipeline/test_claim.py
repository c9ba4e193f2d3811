"""The claim: what is created, what comes back, what is stored and what is logged."""

from __future__ import annotations

from typing import Any

import pytest

from shared.documents import Attempt, AttemptError, Source
from shared.errors import ConfigurationError, StorageFault
from shared.pipeline.claim import (
    Claim,
    ClaimRefused,
    NoClaim,
    acquire_claim,
    has_result,
    left_to_sweep,
    log_attempt,
    release,
    save,
    signed_until,
    unread_attempt,
)
from shared.pipeline.steps import Wait
from shared.store import Created
from shared.times import rfc3339
from tests.support.claims import AT, LoggedWorld
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import KEY

LATER = rfc3339(START + 9)


@pytest.fixture
def world() -> LoggedWorld:
    return LoggedWorld()


def claim_of(world: LoggedWorld, **changes: Any) -> Claim:
    attempt = world.attempt(owner="owner1", updated_at=AT, **changes).dated(AT)
    return Claim(attempt, world.name(attempt.attempt), START)


def line(world: LoggedWorld, level: str = "info", **changes: Any) -> dict[str, Any]:
    return {
        "level": level,
        "key": KEY,
        "version": world.version,
        "attempt": 1,
        "state": "claimed",
        "trigger": "upload",
        **changes,
    }


def test_a_claim_is_the_attempt_with_its_owner_and_the_time_of_cos(world: LoggedWorld) -> None:
    claim = acquire_claim(world.context(), world.attempt())
    assert claim == claim_of(world)
    assert isinstance(claim, Claim)
    assert world.store.calls == [
        ("create_once", world.name()),
        ("exists", f"ocr/results/{KEY}.{world.version}.json"),
    ]


def test_what_is_created_has_no_time_of_its_claim(world: LoggedWorld) -> None:
    acquire_claim(world.context(), world.attempt())
    stored = world.stored()
    assert stored == world.attempt(owner="owner1", updated_at=AT)


def test_the_claim_is_as_old_as_its_asking_by_this_machines_clock(world: LoggedWorld) -> None:
    create_once = world.store.create_once

    def slow(name: str, body: bytes) -> Created | None:
        world.pass_time(9)
        return create_once(name, body)

    world.store.create_once = slow  # type: ignore[method-assign]
    claim = acquire_claim(world.context(), world.attempt())
    assert isinstance(claim, Claim)
    assert (claim.asked_at, claim.attempt.claimed_at) == (START, LATER)


def test_an_attempt_that_another_has_claimed_is_taken(world: LoggedWorld) -> None:
    acquire_claim(world.context(), world.attempt())
    refused = acquire_claim(world.context(), world.attempt())
    expected = ClaimRefused(NoClaim.TAKEN, world.attempt(owner="owner2", updated_at=AT))
    assert refused == expected
    assert isinstance(refused, ClaimRefused)
    assert world.logged("claim_taken") == [line(world)]


def test_a_claim_whose_reply_was_lost_is_found(world: LoggedWorld) -> None:
    create_once = world.store.create_once

    def unheard(name: str, body: bytes) -> Created | None:
        create_once(name, body)
        world.pass_time(9)
        return create_once(name, body)

    world.store.create_once = unheard  # type: ignore[method-assign]
    assert acquire_claim(world.context(), world.attempt()) == claim_of(world)


def test_a_claim_of_a_card_with_a_result_is_deleted(world: LoggedWorld) -> None:
    world.store.objects[f"ocr/results/{KEY}.{world.version}.json"] = b"{}"
    refused = acquire_claim(world.context(), world.attempt())
    assert refused == ClaimRefused(NoClaim.DONE, claim_of(world).attempt)
    assert world.stored() is None
    assert world.logged("result_exists") == [line(world)]
    assert world.logged("left_to_sweep") == []


def test_a_claim_beside_a_result_that_can_not_be_deleted_is_left_to_sweep(
    world: LoggedWorld,
) -> None:
    world.store.objects[f"ocr/results/{KEY}.{world.version}.json"] = b"{}"
    world.store.before = failing_at("delete")
    refused = acquire_claim(world.context(), world.attempt())
    assert refused == ClaimRefused(NoClaim.DONE, claim_of(world).attempt)
    problem = str(StorageFault("a request", "InternalError"))
    expected = {"level": "warning", "key": KEY, "problem": problem}
    assert world.logged("left_to_sweep") == [expected]


def test_a_claim_whose_result_can_not_be_looked_for_is_released(world: LoggedWorld) -> None:
    world.store.before = failing_at("exists")
    refused = acquire_claim(world.context(), world.attempt())
    why = "the result could not be looked for: InternalError"
    waiting = claim_of(world).attempt._replace(
        state="waiting", error=AttemptError("StoreFault", why, "held", AT)
    )
    assert refused == ClaimRefused(NoClaim.RELEASED, waiting)
    assert world.stored() == waiting


def test_a_claim_without_a_date_is_released_under_the_time_of_this_machine(
    world: LoggedWorld,
) -> None:
    create_once = world.store.create_once

    def dateless(name: str, body: bytes) -> Created | None:
        created = create_once(name, body)
        world.pass_time(9)
        return created and created._replace(at=None)

    world.store.create_once = dateless  # type: ignore[method-assign]
    refused = acquire_claim(world.context(), world.attempt())
    why = "COS's reply to the claim had no Date"
    waiting = claim_of(world).attempt._replace(
        state="waiting", error=AttemptError("StoreFault", why, "held", LATER), updated_at=LATER
    )
    assert refused == ClaimRefused(NoClaim.RELEASED, waiting)


def test_a_versioned_bucket_is_a_configuration_error_that_the_attempt_names(
    world: LoggedWorld,
) -> None:
    world.store.versioned = True
    with pytest.raises(ConfigurationError) as caught:
        acquire_claim(world.context(), world.attempt())
    assert str(caught.value) == str(
        ConfigurationError(
            "OUTPUT_BUCKET",
            "has versioning, enabled or suspended, so nothing is create-once in it and no job is "
            "sent; set a bucket that never had versioning",
        )
    )
    error = AttemptError("BucketVersioned", None, "configuration", AT)
    assert world.stored() == claim_of(world, error=error).attempt


def test_the_signature_ends_seventy_seconds_after_the_claim(world: LoggedWorld) -> None:
    claim = claim_of(world)
    claim = claim._replace(attempt=claim.attempt._replace(claimed_at=LATER))
    assert signed_until(claim) == START + 9 + 70


def test_the_times_of_a_claim_are_written_once(world: LoggedWorld) -> None:
    first = world.attempt().dated(AT)
    assert (first.claimed_at, first.first_claimed_at) == (AT, AT)
    assert first.dated(LATER) == first
    second = first._replace(claimed_at=None).dated(LATER)
    assert (second.claimed_at, second.first_claimed_at) == (LATER, AT)


@pytest.mark.parametrize("is_there", [True, False])
def test_only_head_decides_that_there_is_a_result(world: LoggedWorld, *, is_there: bool) -> None:
    name = f"ocr/results/{KEY}.{world.version}.json"
    if is_there:
        world.store.objects[name] = b""
    assert has_result(world.context(), world.attempt()) is is_there
    assert world.store.calls == [("exists", name)]


def test_a_claim_that_is_released_says_why_it_waits(world: LoggedWorld) -> None:
    claim = claim_of(world)
    world.pass_time(9)
    left = release(world.context(), claim, Wait("Held", "paused"))
    error = AttemptError("Held", "paused", "held", LATER)
    assert left == claim.attempt._replace(state="waiting", error=error, updated_at=LATER)
    assert world.stored() == left


def test_a_claim_to_give_the_card_up_stays_as_it_is(world: LoggedWorld) -> None:
    claim = claim_of(world, state="waiting")
    assert release(world.context(), claim, Wait("Held", "paused")) is claim.attempt
    assert world.store.calls == []


def test_what_is_saved_is_logged_with_all_that_is_known(world: LoggedWorld) -> None:
    error = AttemptError("SlowDown", "m", "capacity", AT)
    attempt = claim_of(world, job_id="j1", error=error).attempt
    world.pass_time(9)
    left = save(world.context(), world.name(), attempt, "r1")
    assert left == attempt._replace(updated_at=LATER) == world.stored()
    expected = line(world, job_id="j1", code="SlowDown", ci_request_id="r1")
    assert world.logged("attempt") == [expected]


def test_what_can_not_be_saved_is_left_to_sweep(world: LoggedWorld) -> None:
    world.store.before = failing_at("replace")
    attempt = claim_of(world).attempt
    assert save(world.context(), world.name(), attempt) == attempt
    problem = str(StorageFault("a request", "InternalError"))
    assert world.logged("left_to_sweep") == [{"level": "warning", "key": KEY, "problem": problem}]


def test_a_log_line_names_the_attempt_and_the_request(world: LoggedWorld) -> None:
    log_attempt(world.context(), world.attempt(), "attempt")
    log_attempt(world.context(), world.attempt(), "attempt", "r1")
    assert world.logged("attempt") == [line(world), line(world, ci_request_id="r1")]


def test_a_fault_is_logged_in_its_own_words(world: LoggedWorld) -> None:
    left_to_sweep(world.context(), world.attempt(), StorageFault("PUT", "SlowDown"))
    (found,) = world.logged("left_to_sweep")
    assert found["problem"] == str(StorageFault("PUT", "SlowDown"))


def test_an_attempt_that_can_not_be_read_is_known_by_its_name(world: LoggedWorld) -> None:
    settings = world.context().settings
    unread = unread_attempt(settings, KEY, "e1~2", 3)
    source = Source(settings.input_bucket, settings.region, KEY, "e1", None, None, None)
    assert unread == Attempt(source, None, "e1~2", 3, "", "unknown", "upload")
