"""Decides what to do next about a card. Everything here is pure: no request, no clock, no log.

`decide` returns a step for every pending card, whatever CI and COS say of it.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from shared.documents import Attempt, AttemptError, PastAttempt, ResultError
from shared.jobs import Job
from shared.pipeline import steps
from shared.pipeline.attempt import (
    AFTER_A_JOB,
    EXHAUSTED,
    LOST,
    NO_JOB,
    NO_RESULT,
    PASSING,
    job_outcome,
)
from shared.pipeline.steps import PendingCard, Step
from shared.store.layout import MAX_ATTEMPT
from shared.times import from_rfc3339, rfc3339

STALE_SECONDS = 1200  # an attempt is unanswered for so long before CI's list is read for its job
NOTED_SECONDS = 3600  # a reason must have been noted for so long before a card is given up
GIVING_UP_SECONDS = 300  # the run that made a claim to give a card up may work for so long
FIRST_WAIT_SECONDS = 300  # after the first refusal; each further refusal doubles it
LONGEST_WAIT_SECONDS = 3600
_DOUBLED_AT_MOST = 10  # far beyond an hour
OVERDUE_SECONDS = 300  # from one run to the next
DENIED_AFTER_SECONDS = 3600  # since the claim: CI's denials of a job count only after so long
DENIED_AGAIN_SECONDS = 300  # between the two denials

UNKNOWN = "SubmissionUnknown"
NOT_LISTED = "NotListed"
NOT_SENT = "nothing is sent now"
OTHER_CARD = "job_of_another_card"
_UNKNOWN_TEXT = "whether CI took the job could not be found out"


class Limits(NamedTuple):
    """What a run may do: `sends` is False in a scan that makes no attempts.

    `creates_once` is False if create-once may have no effect. The run then makes no claim, and only
    finishes jobs that exist.
    """

    max_attempts: int
    give_up_after_seconds: int
    sends: bool = True
    is_gate_open: bool = True
    creates_once: bool = True


class Silence(Enum):
    """What CI says if it shows no job of the attempt."""

    NOT_ASKED = auto()  # nobody has asked
    NO_ANSWER = auto()  # CI could not be asked for the job
    DENIED = auto()  # CI doesn't know the job id
    ABSENT = auto()  # CI's list proves that no job was made
    UNPROVEN = auto()  # CI's list shows no job, which proves nothing
    UNREAD = auto()  # there was no time to read CI's list
    REFUSED = auto()  # CI refused to show its list


class FoundJobs(NamedTuple):
    """The jobs of an attempt in CI's list, the oldest first; at least one."""

    jobs: tuple[Job, ...]


CiSays = Silence | Job | FoundJobs


class ResultSeen(Enum):
    """What COS says of the card's result."""

    NOT_ASKED = auto()
    ABSENT = auto()
    THERE = auto()


def decide(
    card: PendingCard,
    ci: CiSays,
    limits: Limits,
    result: ResultSeen = ResultSeen.NOT_ASKED,
) -> Step:
    """Decide the next step of a pending card."""
    if result is ResultSeen.THERE:
        return steps.Delete()
    if card.attempt.state == "waiting":
        return _decide_waiting(card, limits, result)
    if card.attempt.job_id is None:
        return _decide_unanswered(card, ci, limits, result)
    if isinstance(ci, Job):
        return _decide_job(card, ci, limits, result)
    if ci is Silence.DENIED:
        return _decide_denied(card, limits, result)
    return steps.Ask.JOB if ci is Silence.NOT_ASKED else steps.Leave("CI said nothing of the job")


def _decide_waiting(card: PendingCard, limits: Limits, result: ResultSeen) -> Step:
    error = card.attempt.error
    if error is not None and error.refusal is None:  # it was claimed to give the card up
        if card.unchanged_for < GIVING_UP_SECONDS:
            return steps.Leave("it is being given up")
        after_job = error.code in AFTER_A_JOB
        ended = ResultError(error.code, error.message, "job" if after_job else "submit")
        return _give_up(card, limits, ended, card.attempt.attempts)
    if error is not None and error.refusal == "other" and _is_given_up(card, limits, error.code):
        ended = ResultError(error.code, error.message, "submit")
        return _give_up(card, limits, ended, card.attempt.attempts)
    if card.unchanged_for < _wait_of(card.attempt):
        return steps.Leave("it is not due yet")
    return _next_attempt(card, limits, result, card.attempt.attempts)


def _decide_unanswered(  # noqa: PLR0911 — one step each
    card: PendingCard, ci: CiSays, limits: Limits, result: ResultSeen
) -> Step:
    attempt = card.attempt
    if card.unchanged_for < STALE_SECONDS:
        return steps.Leave("its creator may still be at work")
    if ci is Silence.NOT_ASKED:
        return steps.Ask.LIST
    if result is ResultSeen.NOT_ASKED:
        return steps.Ask.RESULT
    if isinstance(ci, FoundJobs):
        return steps.Adopt(_adopted(card, ci.jobs))
    if ci is Silence.ABSENT:
        return _next_attempt(card, limits, result, attempt.attempts)
    if ci not in {Silence.UNPROVEN, Silence.REFUSED}:
        return steps.Leave("CI's list was not read")
    is_refused = ci is Silence.REFUSED
    codes = (NOT_LISTED,) if is_refused else (UNKNOWN, NOT_LISTED)
    if limits.is_gate_open and any(_is_given_up(card, limits, code) for code in codes):
        ended = ResultError(UNKNOWN, _UNKNOWN_TEXT, "submit")
        return _give_up(card, limits, ended, (*attempt.attempts, attempt.past()))
    if any(_is_noted(attempt, code) for code in codes):
        return steps.Leave(UNKNOWN)
    if is_refused and not _was_sent_long_ago(card, limits):
        return steps.Leave("CI's list was refused")
    return _note(card, codes[0], _UNKNOWN_TEXT)


def _decide_denied(card: PendingCard, limits: Limits, result: ResultSeen) -> Step:
    """Believe CI's denial only if it comes twice, both long after the claim."""
    if result is ResultSeen.NOT_ASKED:
        return steps.Ask.RESULT
    attempt, long_after = card.attempt, card.claimed_at + DENIED_AFTER_SECONDS
    if card.seen_at < long_after:
        return steps.Leave("CI may not show the job yet")
    noted_at = _noted_at(attempt, NO_JOB)
    if noted_at < long_after:
        error = AttemptError(NO_JOB, "CI doesn't know the job", None, rfc3339(card.seen_at))
        return steps.Note(attempt._replace(error=error))
    if card.seen_at - noted_at < DENIED_AGAIN_SECONDS:
        return steps.Leave("CI denied the job a moment ago")
    return _after_lost_job(card, limits, result, attempt.past())


def _decide_job(  # noqa: PLR0911 — one step each
    card: PendingCard, job: Job, limits: Limits, result: ResultSeen
) -> Step:
    attempt, outcome = card.attempt, job_outcome(job)
    if job.key is not None and job.key != attempt.source.key:
        return steps.Leave(OTHER_CARD)
    if isinstance(outcome, steps.Finish):
        return outcome
    if outcome.why in PASSING:
        return _after_lost_job(card, limits, result, attempt.past(job), job)
    if outcome.why != NO_RESULT:
        if _is_noted(attempt, NO_JOB):  # CI shows it again: the next denial counts as the first
            return steps.Note(attempt._replace(error=None))
        return outcome
    if result is ResultSeen.NOT_ASKED:
        return steps.Ask.RESULT
    text = "the job succeeded and CI shows no result"
    if _is_given_up(card, limits, NO_RESULT):
        ended = ResultError(NO_RESULT, text, "job")
        return _give_up(card, limits, ended, (*attempt.attempts, attempt.past(job)), job)
    return _note(card, NO_RESULT, text)


def _after_lost_job(
    card: PendingCard,
    limits: Limits,
    result: ResultSeen,
    lost: PastAttempt,
    job: Job | None = None,
) -> Step:
    """Adopt another job that CI made from the same POST. If none is left, make the next attempt."""
    other = _other_job(card.attempt)
    if other is not None:
        return steps.Adopt(_in_its_place(card.attempt, lost, other))
    return _next_attempt(card, limits, result, (*card.attempt.attempts, lost), job)


def _other_job(attempt: Attempt) -> PastAttempt | None:
    """Return another job that CI made from the same POST, if that one isn't lost too."""
    for entry in attempt.attempts:
        is_of_this = entry.attempt == attempt.attempt and entry.job_id is not None
        if is_of_this and entry.state not in LOST:
            return entry
    return None


def _in_its_place(attempt: Attempt, failed: PastAttempt, other: PastAttempt) -> Attempt:
    """Return the attempt with the other job as its job, and with the failed job in its history."""
    rest = tuple(entry for entry in attempt.attempts if entry is not other)
    return attempt._replace(job_id=other.job_id, error=None, attempts=(*rest, failed))


def _next_attempt(
    card: PendingCard,
    limits: Limits,
    result: ResultSeen,
    past: tuple[PastAttempt, ...],
    job: Job | None = None,
) -> Step:
    """Make the next attempt, unless the card has had all its jobs."""
    if len({entry.attempt for entry in past}) >= limits.max_attempts:
        text = "every job that was sent for this card failed or was lost"
        return _give_up(card, limits, ResultError(EXHAUSTED, text, "job"), past, job)
    is_sent = limits.sends and limits.is_gate_open
    if result is ResultSeen.NOT_ASKED and (_is_overdue(card) or not is_sent):
        return steps.Ask.RESULT  # otherwise the claim looks for it
    if not is_sent:
        return steps.Leave(NOT_SENT)
    return _under_next_claim(card, limits, steps.NextAttempt(_following(card, past)))


def _give_up(
    card: PendingCard,
    limits: Limits,
    ended: ResultError,
    past: tuple[PastAttempt, ...],
    job: Job | None = None,
) -> Step:
    """End the card under the claim of its next attempt.

    The claim's body has the error from the start. If this run dies after the claim, a later run
    sees the error, gives the card up as well, and sends no second job.
    """
    error = AttemptError(ended.code, ended.message, None, rfc3339(card.seen_at))
    following = _following(card, past)._replace(state="waiting", error=error)
    result = steps.WriteResult("failed", ended, job)
    return _under_next_claim(card, limits, steps.GiveUp(following, result))


def _under_next_claim(
    card: PendingCard, limits: Limits, step: steps.NextAttempt | steps.GiveUp
) -> Step:
    if not limits.creates_once:
        return steps.Leave("a claim would be worthless here")
    if card.attempt.attempt >= MAX_ATTEMPT:  # names have four digits
        return steps.Leave("the attempts' numbers are used up")
    return step


def _following(card: PendingCard, past: tuple[PastAttempt, ...]) -> Attempt:
    return card.attempt._replace(
        attempt=card.attempt.attempt + 1,
        state="claimed",
        job_id=None,
        claimed_at=None,
        first_sent_at=card.first_sent_at,
        error=None,
        attempts=past,
    )


def _adopted(card: PendingCard, jobs: tuple[Job, ...]) -> Attempt:
    """Take the oldest job as the attempt's own; keep the others in its history."""
    attempt = card.attempt
    others = tuple(
        attempt.past(job)
        for job in jobs[1:]
        if job.job_id not in {entry.job_id for entry in attempt.attempts}
    )
    return attempt._replace(
        state="submitted",
        job_id=jobs[0].job_id,
        first_sent_at=attempt.first_sent_at or attempt.claimed_at,
        error=None,
        attempts=attempt.attempts + others,
    )


def _is_overdue(card: PendingCard) -> bool:
    """Return whether a waiting card was due in an earlier run, so that it may have a result now."""
    has_passed = card.unchanged_for >= _wait_of(card.attempt) + OVERDUE_SECONDS
    return card.attempt.state == "waiting" and has_passed


def _wait_of(attempt: Attempt) -> int:
    """Return the seconds that a waiting attempt must wait: doubled by each refusal, up to an hour.

    A card that was never refused, or whose last attempt was only held, is due at once.
    """
    if attempt.error is None or attempt.error.refusal == "held":
        return 0
    wait = FIRST_WAIT_SECONDS << min(max(attempt.refusals - 1, 0), _DOUBLED_AT_MOST)
    return min(wait, LONGEST_WAIT_SECONDS)


def _is_given_up(card: PendingCard, limits: Limits, code: str) -> bool:
    """Return whether a card was sent long enough ago, and the same Code was noted an hour ago."""
    is_old = card.seen_at - _noted_at(card.attempt, code) >= NOTED_SECONDS
    return _is_noted(card.attempt, code) and is_old and _was_sent_long_ago(card, limits)


def _was_sent_long_ago(card: PendingCard, limits: Limits) -> bool:
    if card.first_sent_at is None:
        return False
    return card.seen_at - from_rfc3339(card.first_sent_at) >= limits.give_up_after_seconds


def _is_noted(attempt: Attempt, code: str) -> bool:
    """Return whether the pending object has that Code as its error."""
    return attempt.error is not None and attempt.error.code == code


def _noted_at(attempt: Attempt, code: str) -> float:
    """Return when the pending object got that Code, in Unix seconds, or 0 if it lacks that Code."""
    error = attempt.error
    return from_rfc3339(error.at) if error is not None and error.code == code else 0


def _note(card: PendingCard, code: str, text: str) -> Step:
    """Write into the pending object why the card waits, unless it already says so."""
    error = AttemptError(code, text, None, rfc3339(card.seen_at))
    is_noted = _is_noted(card.attempt, code)
    return steps.Leave(code) if is_noted else steps.Note(card.attempt._replace(error=error))
