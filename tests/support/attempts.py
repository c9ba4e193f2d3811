"""An attempt in its middle, and what stands around it: its photo, its job, its card."""

from __future__ import annotations

from typing import Any

from shared.documents import Attempt, AttemptError, PastAttempt, ResultError, Source, State
from shared.jobs import Job, RefusalClass
from shared.pipeline.decide import CiSays, Limits, ResultSeen, Silence, decide
from shared.pipeline.steps import GiveUp, PendingCard, Step, WriteResult
from shared.store import Photo
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.environment import BUCKET, REGION
from tests.support.pipelines import START

KEY = "uploads/a.jpg"
HOUR, DAY = 3600, 86_400
CLAIMED_AT = START + DAY
NOW = CLAIMED_AT + 2 * DAY
AT = rfc3339(NOW)
SOURCE = Source(BUCKET, REGION, KEY, "e1", 9, rfc3339(START), None)
PHOTO = Photo(KEY, "e1", 9, rfc3339(START), "image/jpeg", None, None, int(START) + 5)
LIMITS = Limits(max_attempts=3, give_up_after_seconds=DAY)
EARLIER = PastAttempt(1, rfc3339(START), "j1", "Failed", "InternalError")


def attempt(state: State = "submitted", **changes: Any) -> Attempt:
    """The second attempt of a card whose first one had a job that failed."""
    return Attempt(
        source=SOURCE,
        card_type="IDCard",
        version="e1",
        attempt=2,
        owner="an-owner",
        state=state,
        trigger="upload",
        job_id="j2" if state == "submitted" else None,
        first_claimed_at=rfc3339(START),
        claimed_at=rfc3339(CLAIMED_AT),
        updated_at=rfc3339(CLAIMED_AT + 1),
        first_sent_at=rfc3339(START),
        refusals=1,
        attempts=(EARLIER,),
    )._replace(**changes)


def pending(state: State = "submitted", unchanged_for: float = DAY, **changes: Any) -> PendingCard:
    return PendingCard(attempt(state, **changes), ("…0002.json",), NOW - unchanged_for, NOW)


def noted(code: str, seconds_ago: float, refusal: RefusalClass | None = None) -> AttemptError:
    return AttemptError(code, "why", refusal, rfc3339(NOW - seconds_ago))


def job(**changes: Any) -> Job:
    return finished_job(job_id="j2", key=KEY)._replace(**changes)


def own_entry(**changes: Any) -> PastAttempt:
    entry = PastAttempt(2, rfc3339(CLAIMED_AT), "j2", "unknown", None)
    return entry._replace(**changes)


def assert_is(step: object, expected: object) -> None:
    """Steps are tuples, and two that hold the same are equal whatever they are."""
    assert type(step) is type(expected)
    assert step == expected


def given_up(attempt: Attempt, error: ResultError, job: Job | None) -> GiveUp:
    """The step that gives a card up under this claim, with that error."""
    return GiveUp(attempt, WriteResult("failed", error, job))


def decided(
    card: PendingCard,
    ci: CiSays = Silence.NOT_ASKED,
    result: ResultSeen = ResultSeen.ABSENT,
    **limits: Any,
) -> Step:
    """What is decided about a card whose result was looked for and isn't there."""
    return decide(card, ci, LIMITS._replace(**limits), result)
