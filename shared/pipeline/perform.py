"""Does one step about a card: the only place that sends jobs and writes results.

The methods that do a step return what is pending of the card afterwards, None once the card has its
result.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from shared import callback_token
from shared.documents import (
    Attempt,
    AttemptError,
    DeletionRecord,
    PastAttempt,
    Result,
    ResultError,
    object_in,
    read_attempt,
)
from shared.errors import ARCHIVED, PhotoUnreadable, StorageFault
from shared.jobs import Job, NewJob, Unknown, Waiting
from shared.pipeline import steps
from shared.pipeline.attempt import (
    DENIED_TEXT,
    SOURCE_UNREADABLE,
    decide_answer,
    decide_claimed,
    decide_result,
    result_of,
)
from shared.pipeline.claim import (
    CLAIM_SECONDS,
    Claim,
    ClaimRefused,
    NoClaim,
    acquire_claim,
    has_result,
    left_to_sweep,
    name_of,
    release,
    save,
    signed_until,
)
from shared.pipeline.context import Context
from shared.pipeline.gate import Gate, Slot
from shared.pipeline.steps import PendingCard, Step, Wait, WriteResult
from shared.store import ETAG, Listed, Photo, PhotoProblem
from shared.store.layout import deletion_name, result_name
from shared.times import rfc3339

_GONE = object()


class HeadedPhoto(NamedTuple):
    """A photo, None if it is gone, and when HEAD showed it, on the monotonic clock."""

    photo: Photo | None
    at: float


class Performer:
    """Does steps for one run, through its gate."""

    def __init__(self, context: Context, gate: Gate) -> None:
        self._context = context
        self._gate = gate

    def perform(  # noqa: PLR0911 — one step each
        self, card: PendingCard, step: Step
    ) -> Attempt | None:
        """Do what was decided about a pending card.

        Raises:
            CloudFault: COS or CI failed; the card stays as it is.
        """
        match step:
            case steps.Adopt(attempt) | steps.Note(attempt):
                return self._rewrite(card, attempt)
            case steps.Delete():
                self._delete(card)
                return None
            case steps.Finish():
                return self._finish(card, step)
            case steps.GiveUp(attempt, error, job):
                return self._give_up(card, attempt, error, job)
            case steps.NextAttempt(attempt):
                with self._gate.slot() as slot:
                    if slot.closed is not None:
                        return card.attempt
                    return self._send_next(card, attempt, slot)
            case _:  # a question that nobody could answer, or nothing to do
                return card.attempt

    def begin(self, attempt: Attempt, headed: HeadedPhoto) -> Attempt | None:
        """Make the first attempt of a photo: claim it, and send its job if the gate is open.

        Return what is pending, None if the card is another's or has its result.

        Raises:
            StorageFault: before the claim existed.
            ConfigurationError: the output bucket has versioning.
        """
        claim = acquire_claim(self._context, attempt)
        if isinstance(claim, ClaimRefused):
            return claim.attempt if claim.reason is NoClaim.RELEASED else None
        try:
            step = decide_claimed(claim.attempt, headed.photo, self._context.settings)
            if not isinstance(step, steps.Post):
                return self._end(claim, step)
            with self._gate.slot() as slot:
                return self._post(claim, step, headed, slot)
        except Exception as error:  # noqa: BLE001 — the pending object is the queue
            self._context.log.unexpected(error)
            return claim.attempt

    def _send_next(self, card: PendingCard, attempt: Attempt, slot: Slot) -> Attempt | None:
        headed = head_photo(self._context, attempt.source.key)
        claim = acquire_claim(self._context, self._as_seen(attempt, headed.photo))
        if isinstance(claim, ClaimRefused):
            return self._unclaimed(card, claim)
        step = decide_claimed(claim.attempt, headed.photo, self._context.settings)
        if isinstance(step, steps.Post):
            left = self._post(claim, step, headed, slot)
        else:
            left = self._end(claim, step)
        return self._cleared(card, left)

    def _give_up(
        self, card: PendingCard, attempt: Attempt, error: ResultError, job: Job | None
    ) -> Attempt | None:
        headed = head_photo(self._context, attempt.source.key)
        claim = acquire_claim(self._context, self._as_seen(attempt, headed.photo))
        if isinstance(claim, ClaimRefused):
            return self._unclaimed(card, claim)
        step = decide_claimed(claim.attempt, headed.photo, self._context.settings, error)
        if isinstance(step, WriteResult) and step.error is error:
            step = step._replace(job=job)
        return self._cleared(card, self._end(claim, step))

    def _cleared(self, card: PendingCard, left: Attempt | None) -> Attempt | None:
        """Delete the card's earlier attempts once its result exists."""
        if left is None and self._is_unchanged(card):
            self._delete_names(card)
        return left

    def _is_unchanged(self, card: PendingCard) -> bool:
        """Return False if the attempt was unanswered when it was read, and was rewritten since."""
        attempt = card.attempt
        if not card.is_unanswered:
            return True
        return self._updated_at(card.names[-1]) == attempt.updated_at

    def _as_seen(self, attempt: Attempt, photo: Photo | None) -> Attempt:
        """Return the attempt with what HEAD saw, if that is still the photo it is about."""
        if photo is None or photo.etag != attempt.source.etag:
            return attempt
        card_type = attempt.card_type or self._context.card_type(photo)
        return attempt._replace(source=self._context.source(photo), card_type=card_type)

    def _unclaimed(self, card: PendingCard, refused: ClaimRefused) -> Attempt | None:
        if refused.reason is NoClaim.DONE:
            self._delete(card)
            return None
        return refused.attempt if refused.reason is NoClaim.RELEASED else card.attempt

    def _post(
        self, claim: Claim, step: steps.Post, headed: HeadedPhoto, slot: Slot
    ) -> Attempt | None:
        """POST the job, once, when the gate lets it through; write down what became of it."""
        context, attempt = self._context, claim.attempt
        left = headed.at + step.delay - context.monotonic()
        if step.delay > 0 and left > 0:
            context.sleep(left)
        closed = slot.wait()
        if closed is not None:
            return release(context, claim, Wait(closed.code, closed.why))
        token = callback_token.issue(
            context.settings.callback_secrets[0],
            bucket=context.settings.input_bucket,
            key=attempt.source.key,
            version=attempt.version,
            attempt=attempt.attempt,
            now=context.now(),
        )
        job = NewJob(attempt.source.key, step.card_type, token)
        not_after = claim.asked_at + CLAIM_SECONDS
        submission = context.jobs.submit(job, not_after, signed_until(claim))
        slot.answered((attempt.source.key, attempt.version), submission)
        request_id = submission.request_id if isinstance(submission, Unknown | Waiting) else None
        return self._end(claim, decide_answer(attempt, submission, context.at()), request_id)

    def _end(
        self,
        claim: Claim,
        step: steps.Post | Wait | steps.Record | WriteResult,
        request_id: str | None = None,
    ) -> Attempt | None:
        """Write down what a claim came to."""
        context = self._context
        match step:
            case steps.Record(attempt):
                return save(context, claim.name, attempt, request_id)
            case WriteResult():
                return self._end_with_result(claim, step)
            case Wait():
                return release(context, claim, step)
            case steps.Post():  # a claim that was made to give the card up sends nothing
                return claim.attempt

    def _end_with_result(self, claim: Claim, step: WriteResult) -> Attempt | None:
        """Write the result that this claim allows. If COS won't, sweep tries again."""
        context = self._context
        result = result_of(context.settings, claim.attempt, step, context.evidence(), context.at())
        try:
            if not write_result(context, result):
                return claim.attempt  # beside another's result it is sweep's
            context.store.delete(claim.name)
        except StorageFault as fault:
            left_to_sweep(context, claim.attempt, fault)
            if (
                step.error is None
                or step.error.stage != "submit"
                or claim.attempt.state != "claimed"
            ):
                return release(context, claim, Wait("StoreFault", str(fault)))
            refused = Waiting(step.error.code, step.error.message, "other")  # no job was made
            record = decide_answer(claim.attempt, refused, context.at())
            return self._end(claim, record)
        return None

    def _finish(self, card: PendingCard, step: steps.Finish) -> Attempt | None:
        """Write the result of an ended job, as callback does, and delete what was pending.

        If COS denies the photo, say so in the pending object, and try again in the next run.
        """
        context, attempt = self._context, card.attempt
        if not self._gate.creates_once and has_result(context, attempt):
            self._delete(card, step.job)  # create-once wouldn't guard the result
            return None
        try:
            photo = photo_after_job(context, attempt.source.key)
        except PhotoUnreadable:
            return self._note_denied(card)
        written = decide_result(attempt, step, photo)
        attempt = with_source(context, attempt, photo)
        result = result_of(context.settings, attempt, written, context.evidence(), context.at())
        if write_result(context, result):
            self._delete_names(card)
        else:
            self._delete(card, step.job)
        return None

    def _note_denied(self, card: PendingCard) -> Attempt:
        error = card.attempt.error
        if error is not None and error.code == SOURCE_UNREADABLE:
            return card.attempt
        at = self._context.at()
        error = AttemptError(SOURCE_UNREADABLE, DENIED_TEXT, "configuration", at)
        return self._rewrite(card, card.attempt._replace(error=error))

    def _rewrite(self, card: PendingCard, attempt: Attempt) -> Attempt:
        """Rewrite a pending object, unless its creator has rewritten it since it was read."""
        name, store = name_of(self._context, attempt), self._context.store
        if self._updated_at(name) != card.attempt.updated_at:
            return card.attempt
        attempt = attempt._replace(updated_at=self._context.at())
        store.replace(name, attempt.body())
        return attempt

    def _updated_at(self, name: str) -> object:
        """GET a pending object, and return when it was rewritten.

        Return None if it is archived or holds no such time, and what equals no time if it is gone.
        """
        try:
            body = self._context.store.read(name)
        except StorageFault as fault:
            if fault.code != ARCHIVED:
                raise
            return None
        return object_in(body).get("updated_at", _GONE)

    def _delete(self, card: PendingCard, job: Job | None = None) -> None:
        """Delete what is pending beside a result. First record the jobs that it doesn't name.

        `job` is the attempt's, as CI showed it last.
        """
        attempt = card.attempt
        own = (attempt.past(job),) if attempt.may_have_job else ()
        self._delete_names(card, (*attempt.attempts, *own))

    def _delete_names(self, card: PendingCard, jobs: tuple[PastAttempt, ...] = ()) -> None:
        """Delete a card's pending objects. First record the jobs that its result doesn't name."""
        jobs += self._late_jobs(card)
        if jobs:
            self._record_jobs(card, jobs)
        for name in card.names:
            self._context.store.delete(name)

    def _late_jobs(self, card: PendingCard) -> tuple[PastAttempt, ...]:
        """Return the jobs of earlier attempts that the last attempt's history lacks.

        A submit that stood still can write its JobId after sweep has made the next attempt. One
        that is written between this GET and the deletion is lost.
        """
        earlier = [self._read_attempt(name) for name in card.names[:-1]]
        found = {
            (past.attempt, past.job_id): past
            for one in earlier
            if one is not None
            for past in (*one.attempts, one.past())
            if past.job_id is not None
        }
        known = {(past.attempt, past.job_id) for past in card.attempt.attempts}
        return tuple(past for job, past in found.items() if job not in known)

    def _read_attempt(self, name: str) -> Attempt | None:
        """GET an earlier attempt. Return None if it is gone, unreadable or none of ours."""
        try:
            attempt = read_attempt(self._context.store.read(name) or b"")
        except StorageFault as fault:
            if not fault.is_of_one_object:
                raise
            return None
        is_ours = attempt is not None and name_of(self._context, attempt) == name
        return attempt if is_ours else None

    def _record_jobs(self, card: PendingCard, jobs: tuple[PastAttempt, ...]) -> None:
        context, prefix = self._context, self._context.settings.output_prefix
        named = self._named_by_result(card.attempt)
        unnamed = tuple(job for job in jobs if (job.attempt, job.job_id) not in named)
        if not unnamed:
            return
        digests = tuple(hashlib.sha256(name.encode()).hexdigest() for name in card.names)
        record = DeletionRecord(
            by="sweep",
            why="ResultExists",
            at=context.at(),
            objects=tuple((digest, "pending") for digest in digests),
            attempts=unnamed,
        )
        told = tuple(f"{job.attempt}.{job.job_id}" for job in unnamed)
        name = deletion_name(prefix, record.at[:10], (*digests, *told))
        context.store.create_once(name, record.body())

    def _named_by_result(self, attempt: Attempt) -> set[tuple[object, object]]:
        """Return the attempts and JobIds that the result names; an archived one names nothing."""
        prefix = self._context.settings.output_prefix
        try:
            body = self._context.store.read(
                result_name(prefix, attempt.source.key, attempt.version)
            )
        except StorageFault as fault:
            if not fault.is_of_one_object:
                raise
            return set()
        return _named_in(body)


def head_photo(context: Context, key: str) -> HeadedPhoto:
    """HEAD a photo, and note when. One that COS won't show is known from a listing alone.

    Raises:
        StorageFault: COS couldn't be asked, or doesn't list it either.
    """
    try:
        photo = context.store.head_photo(key)
    except PhotoUnreadable as fault:
        page = context.store.list_photos(key, None)
        found = next((listed for listed in page.objects if listed.key == key), None)
        if found is None:
            raise
        if not ETAG.fullmatch(found.etag):
            raise StorageFault("GET of a listing", "UnreadableETag") from None
        photo = _photo_in(found, is_denied=fault.is_denied)
    return HeadedPhoto(photo, context.monotonic())


def photo_after_job(context: Context, key: str) -> Photo | None:
    """HEAD the photo of a job that has ended. Return None if it is gone, or unreadable for good.

    Raises:
        PhotoUnreadable: COS denies it; it may show it later.
    """
    try:
        return context.store.head_photo(key)
    except PhotoUnreadable as fault:
        if fault.is_denied:
            raise
        return None


def with_source(context: Context, attempt: Attempt, photo: Photo | None) -> Attempt:
    """Return the attempt with what HEAD shows, if its own object couldn't be read."""
    is_unread = attempt.source.size is None
    if not is_unread or photo is None or photo.etag != attempt.source.etag:
        return attempt
    return attempt._replace(source=context.source(photo))


def _photo_in(listed: Listed, *, is_denied: bool) -> Photo:
    written = rfc3339(listed.last_modified)
    problem: PhotoProblem = "denied" if is_denied else "unreadable"
    photo = Photo(listed.key, listed.etag, listed.size, written, "", None)
    return photo._replace(problem=problem)


def write_result(context: Context, result: Result) -> bool:
    """Write a result, once. Only then may what is pending be deleted.

    Return False if there was a result already: it never changes, and what is pending beside it is
    left to sweep.

    Raises:
        StorageFault: COS didn't say whether the result exists.
    """
    prefix, key = context.settings.output_prefix, result.source.key
    name = result_name(prefix, key, result.version)
    created = context.store.create_once(name, result.body())
    if created is None and not context.store.exists(name):
        raise StorageFault("PUT of a result", "FileAlreadyExists")
    context.log.info(
        "result" if created else "result_exists",
        key=context.log.key(key),
        version=result.version,
        attempt=result.attempt,
        outcome=result.outcome,
        code=result.error.code if result.error else None,
        delivered_by=result.evidence.delivered_by,
        job_id=result.job.job_id if result.job else None,
    )
    return created is not None


def _named_in(body: bytes | None) -> set[tuple[object, object]]:
    """Return the attempts and JobIds that a result names; none if it can't be read."""
    entries = object_in(body).get("attempts")
    found = entries if isinstance(entries, list) else []
    return {
        (entry.get("attempt"), entry.get("job_id")) for entry in found if isinstance(entry, dict)
    }
