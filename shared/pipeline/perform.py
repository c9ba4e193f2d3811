"""Does one step about a card: the only place that sends jobs and writes results.

Each method that does a step returns the attempt that is pending afterwards, or None once the card
has its result.
"""

from __future__ import annotations

from shared import callback_token
from shared.documents import (
    Attempt,
    AttemptError,
    DeletionRecord,
    PastAttempt,
    Result,
    Trigger,
    object_in,
)
from shared.errors import ARCHIVED, PhotoUnreadable, StorageFault
from shared.jobs import Job, NewJob, Waiting
from shared.pipeline import steps
from shared.pipeline.attempt import (
    DENIED_TEXT,
    NO_JOB,
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
    read_stored,
    release,
    save,
    signed_until,
)
from shared.pipeline.context import Context
from shared.pipeline.gate import Gate, Slot
from shared.pipeline.steps import PendingCard, Step, Wait, WriteResult
from shared.store import ETAG, Photo, PhotoProblem
from shared.store.layout import deletion_name, name_sha256, result_name
from shared.times import rfc3339

_GONE = object()  # it equals no time


class Performer:
    """Does steps for one run, through its gate."""

    def __init__(self, context: Context, gate: Gate) -> None:
        self._context = context
        self._gate = gate

    def perform(self, card: PendingCard, step: Step) -> Attempt | None:
        """Do the step that was decided for a pending card.

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
            case steps.GiveUp(attempt, result):
                return self._claim_next(card, attempt, result)
            case steps.NextAttempt(attempt):
                with self._gate.slot() as slot:
                    return card.attempt if slot.closed else self._claim_next(card, attempt, slot)
            case _:  # a question that nobody could answer, or nothing to do
                return card.attempt

    def begin(self, photo: Photo, trigger: Trigger) -> Attempt | None:
        """Make the first attempt of a photo: claim it, and send its job if the gate is open.

        Return what is pending, None if another sender has the card or if it has its result.

        Raises:
            StorageFault: COS failed before the claim existed.
            ConfigurationError: the output bucket has versioning.
        """
        headed_at = self._context.monotonic()
        claim = acquire_claim(self._context, first_attempt(self._context, photo, trigger))
        if isinstance(claim, ClaimRefused):
            return claim.attempt if claim.reason is NoClaim.RELEASED else None
        try:
            step = decide_claimed(claim.attempt, photo, self._context.settings)
            if not isinstance(step, steps.Post):
                return self._end(claim, step)
            with self._gate.slot() as slot:
                return self._post(claim, step, headed_at, slot)
        except Exception as error:  # noqa: BLE001 — sweep continues from the pending object
            self._context.log.unexpected(error)
            return claim.attempt

    def _claim_next(
        self, card: PendingCard, attempt: Attempt, then: Slot | WriteResult
    ) -> Attempt | None:
        """Claim a card's next attempt. Send its job through a slot of the gate, or end the card.

        Once the card has its result, delete its earlier attempts.
        """
        photo = head_photo(self._context, attempt.source.key)
        headed_at = self._context.monotonic()
        claim = acquire_claim(self._context, self._as_seen(attempt, photo))
        if isinstance(claim, ClaimRefused):
            return self._unclaimed(card, claim)
        ended = then if isinstance(then, WriteResult) else None
        step = decide_claimed(claim.attempt, photo, self._context.settings, ended)
        if isinstance(step, steps.Post) and isinstance(then, Slot):
            left = self._post(claim, step, headed_at, then)
        else:
            left = self._end(claim, step)
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
        """Return the attempt with what HEAD saw, if HEAD saw the attempt's version of the photo."""
        if photo is None or photo.etag != attempt.source.etag:
            return attempt
        card_type = attempt.card_type or self._context.card_type(photo)
        return attempt._replace(source=self._context.source(photo), card_type=card_type)

    def _unclaimed(self, card: PendingCard, refused: ClaimRefused) -> Attempt | None:
        if refused.reason is NoClaim.DONE:
            self._delete(card)
            return None
        return refused.attempt if refused.reason is NoClaim.RELEASED else card.attempt

    def _post(self, claim: Claim, step: steps.Post, headed_at: float, slot: Slot) -> Attempt | None:
        """POST the job, once, when the gate allows it; write down CI's answer."""
        context, attempt = self._context, claim.attempt
        left = headed_at + step.delay - context.monotonic()
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
        return self._end(claim, decide_answer(attempt, submission, context.at()))

    def _end(
        self, claim: Claim, step: steps.Post | Wait | steps.Record | WriteResult
    ) -> Attempt | None:
        """Do what was decided for a claim: rewrite its attempt, write a result, or release it."""
        context = self._context
        match step:
            case steps.Record(attempt, request_id):
                return save(context, claim.name, attempt, request_id)
            case WriteResult():
                return self._end_with_result(claim, step)
            case Wait():
                return release(context, claim, step)
            case steps.Post():  # a claim that was made to give the card up sends nothing
                return claim.attempt

    def _end_with_result(self, claim: Claim, step: WriteResult) -> Attempt | None:
        """Write the result that this claim allows. If COS fails, sweep tries again."""
        context = self._context
        result = result_of(context.settings, claim.attempt, step, context.evidence(), context.at())
        try:
            if not write_result(context, result):
                return claim.attempt  # another result exists: sweep deletes this
            context.store.delete(claim.name)
        except StorageFault as fault:
            left_to_sweep(context, claim.attempt, fault)
            error = step.error
            if error is None or error.stage != "submit" or claim.attempt.state != "claimed":
                return release(context, claim, Wait("StoreFault", str(fault)))
            refused = Waiting(error.code, error.message, "other")  # no job was made
            return self._end(claim, decide_answer(claim.attempt, refused, context.at()))
        return None

    def _finish(self, card: PendingCard, step: steps.Finish) -> Attempt | None:
        """Write the result of an ended job, as callback does, and delete what was pending.

        If COS denies the photo, say so in the pending object, and try again in the next run. If CI
        denied the job once, take that note off first: should COS fail now, the next denial counts
        as the first.
        """
        context, attempt = self._context, card.attempt
        if not self._gate.creates_once and has_result(context, attempt):
            self._delete(card, step.job)  # create-once wouldn't guard the result
            return None
        if attempt.error is not None and attempt.error.code == NO_JOB:
            attempt = self._rewrite(card, attempt._replace(error=None))
            card = card._replace(attempt=attempt)
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

        Return None if it is archived or its `updated_at` is null. Return `_GONE` if it is gone.
        """
        try:
            body = self._context.store.read(name)
        except StorageFault as fault:
            if fault.code != ARCHIVED:
                raise
            return None
        return object_in(body).get("updated_at", _GONE)

    def _delete(self, card: PendingCard, job: Job | None = None) -> None:
        """Delete what is pending beside a result. First record the jobs that the result lacks.

        `job` is the job of the last attempt, as CI last showed it.
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

        A `submit` that SCF had frozen can write its JobId after sweep made the next attempt. A
        JobId that is written after this GET is lost.
        """
        earlier = [read_stored(self._context, name) for name in card.names[:-1]]
        found = {
            (past.attempt, past.job_id): past
            for one in earlier
            if one is not None
            for past in (*one.attempts, one.past())
            if past.job_id is not None
        }
        known = {(past.attempt, past.job_id) for past in card.attempt.attempts}
        return tuple(past for job, past in found.items() if job not in known)

    def _record_jobs(self, card: PendingCard, jobs: tuple[PastAttempt, ...]) -> None:
        context, prefix = self._context, self._context.settings.output_prefix
        named = self._named_by_result(card.attempt)
        unnamed = tuple(job for job in jobs if (job.attempt, job.job_id) not in named)
        if not unnamed:
            return
        digests = tuple(map(name_sha256, card.names))
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
        """Return the attempts and JobIds that the result names: none if the result is archived."""
        prefix = self._context.settings.output_prefix
        name = result_name(prefix, attempt.source.key, attempt.version)
        try:
            entries = object_in(self._context.store.read(name)).get("attempts")
        except StorageFault as fault:
            if not fault.is_of_one_object:
                raise
            entries = None
        named = entries if isinstance(entries, list) else []
        return {(one.get("attempt"), one.get("job_id")) for one in named if isinstance(one, dict)}


def first_attempt(context: Context, photo: Photo, trigger: Trigger) -> Attempt:
    """Return the first attempt of a photo."""
    return Attempt(
        source=context.source(photo),
        card_type=context.card_type(photo),
        version=photo.etag,
        attempt=1,
        owner="",
        state="claimed",
        trigger=trigger,
    )


def head_photo(context: Context, key: str) -> Photo | None:
    """HEAD a photo. If COS refuses to show it, return what a listing says. None if it is gone.

    Raises:
        StorageFault: COS couldn't be asked, or doesn't list it either.
    """
    try:
        return context.store.head_photo(key)
    except PhotoUnreadable as fault:
        page = context.store.list_photos(key, None)
        found = next((listed for listed in page.objects if listed.key == key), None)
        if found is None:
            raise
        if not ETAG.fullmatch(found.etag):
            raise StorageFault("GET of a listing", "UnreadableETag") from None
        problem: PhotoProblem = "denied" if fault.is_denied else "unreadable"
        written = rfc3339(found.last_modified)
        return Photo(key, found.etag, found.size, written, "", None, problem=problem)


def photo_after_job(context: Context, key: str) -> Photo | None:
    """HEAD the photo of a job that has ended. Return None if it is gone, or unreadable for good.

    Raises:
        PhotoUnreadable: COS denies the photo, and may show it later.
    """
    try:
        return context.store.head_photo(key)
    except PhotoUnreadable as fault:
        if fault.is_denied:
            raise
        return None


def with_source(context: Context, attempt: Attempt, photo: Photo | None) -> Attempt:
    """Return the attempt with what HEAD shows, if its pending object couldn't be read."""
    is_unread = attempt.source.size is None
    if not is_unread or photo is None or photo.etag != attempt.source.etag:
        return attempt
    return attempt._replace(source=context.source(photo))


def write_result(context: Context, result: Result) -> bool:
    """Write a result, once. The caller may delete pending objects only after that.

    Return False if there was a result already: it never changes, and sweep deletes what is pending
    beside it.

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
        needs_review=result.needs_review or None,
        code=result.error.code if result.error else None,
        delivered_by=result.evidence.delivered_by,
        job_id=result.job.job_id if result.job else None,
    )
    return created is not None
