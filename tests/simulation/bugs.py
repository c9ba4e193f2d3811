"""Deliberate bugs that the simulation has to notice, each bound to names.

A bug replaces functions or constants by others. A name that is gone fails loudly, and a rename
within an expression breaks no bug.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.documents import AttemptError, object_in
from shared.errors import PhotoUnreadable, StorageFault
from shared.jobs import Unknown, Waiting
from shared.pipeline import claim as claims
from shared.pipeline import decide as decisions
from shared.pipeline.attempt import decide_claimed
from shared.pipeline.claim import Claim, ClaimRefused, NoClaim
from shared.pipeline.context import Context
from shared.pipeline.decide import Silence
from shared.pipeline.job_lookup import JobIdentity
from shared.pipeline.perform import first_attempt
from shared.pipeline.steps import GiveUp, Leave, Post, WriteResult
from shared.store import Photo
from shared.store.layout import etag_of, pending_name, result_name
from shared.times import from_rfc3339

Make = Callable[[Any], Any]


class Change(NamedTuple):
    """A name, as `module:name` or `module:Class.name`, and what takes the original's place."""

    target: str
    make: Make


class Bug(NamedTuple):
    """A bug; `told_by` names the histories that show it."""

    name: str
    changes: tuple[Change, ...]
    told_by: str = "history"


def _bug(name: str, target: str, make: Make, told_by: str = "history") -> Bug:
    return Bug(name, (Change(f"shared.{target}", make),), told_by)


def _constant(value: object) -> Make:
    return lambda _original: value


def _always(value: object) -> Make:
    return lambda _original: lambda *_arguments, **_named: value


# -- what takes a function's place ----------------------------------------------------------------


def _unclaimed(context: Context, attempt: Any) -> Claim:
    """A claim that nobody made."""
    named = attempt._replace(owner="nobody")
    name = claims.name_of(context, named)
    return Claim(named.dated(context.at()), name, context.now())


def _without_first_claim(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        return original(context, attempt) if attempt.attempt > 1 else _unclaimed(context, attempt)

    return acquire


def _without_next_claim(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        is_next = attempt.attempt > 1 and attempt.state == "claimed"
        return _unclaimed(context, attempt) if is_next else original(context, attempt)

    return acquire


def _without_claim_to_give_up(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        gives_up = attempt.attempt > 1 and attempt.state == "waiting"
        return _unclaimed(context, attempt) if gives_up else original(context, attempt)

    return acquire


def _claimed_after_post(original: Any) -> Any:
    def begin(performer: Any, photo: Any, trigger: Any) -> Any:
        context = performer._context  # noqa: SLF001 — it stands in for a method
        attempt = first_attempt(context, photo, trigger)
        claim = _unclaimed(context, attempt)
        step = decide_claimed(claim.attempt, photo, context.settings)
        if not isinstance(step, Post):
            return original(performer, photo, trigger)
        with performer._gate.slot() as slot:  # noqa: SLF001
            performer._post(claim, step, context.monotonic(), slot)  # noqa: SLF001
        claims.acquire_claim(context, attempt)
        return None

    return begin


def _taken_is_used(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        claim = original(context, attempt)
        if isinstance(claim, ClaimRefused) and claim.reason is NoClaim.TAKEN:
            return _unclaimed(context, attempt)
        return claim

    return acquire


def _result_before_claim(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        if claims.has_result(context, attempt):
            return ClaimRefused(NoClaim.DONE, attempt)
        return original(context, attempt)

    return acquire


def _unknown_result_is_none(original: Any) -> Any:
    def unless_done(context: Context, claim: Claim) -> Any:
        try:
            claims.has_result(context, claim.attempt)
        except StorageFault:
            return claim
        return original(context, claim)

    return unless_done


class _AskedTwice:
    """A job service that sends once more after a lost reply."""

    def __init__(self, below: Any) -> None:
        self._below = below

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def submit(self, *arguments: Any) -> Any:
        submission = self._below.submit(*arguments)
        again = isinstance(submission, Unknown)
        return self._below.submit(*arguments) if again else submission


def _retried_post(original: Any) -> Any:
    def post(performer: Any, *arguments: Any) -> Any:
        context = performer._context  # noqa: SLF001
        performer._context = context._replace(jobs=_AskedTwice(context.jobs))  # noqa: SLF001
        try:
            return original(performer, *arguments)
        finally:
            performer._context = context  # noqa: SLF001

    return post


class _Changed:
    """A store whose creations look otherwise."""

    def __init__(self, below: Any, **changes: Any) -> None:
        self._below = below
        self._changes = changes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def create_once(self, name: str, body: bytes) -> Any:
        created = self._below.create_once(name, body)
        if created is None:
            return None
        changes = {key: value() for key, value in self._changes.items()}
        changes = {"at": created.at or changes["at"]} if "at" in changes else changes
        return created._replace(**changes)


def _undated_used(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        dated = _Changed(context.store, at=context.at)
        return original(context._replace(store=dated), attempt)

    return acquire


def _versioning_unseen(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        unversioned = _Changed(context.store, versioned=lambda: False)
        return original(context._replace(store=unversioned), attempt)

    return acquire


def _unknown_is_refused(original: Any) -> Any:
    def decide(attempt: Any, submission: Any, at: str) -> Any:
        if isinstance(submission, Unknown):
            submission = Waiting(submission.code, None, "capacity")
        return original(attempt, submission, at)

    return decide


def _absent_at_once(original: Any) -> Any:
    def answer(lookup: Any, card: Any) -> Any:
        found = original(lookup, card)
        return Silence.ABSENT if found is Silence.UNPROVEN else found

    return answer


def _absent_at_the_end(original: Any) -> Any:
    def answer(lookup: Any, card: Any) -> Any:
        found = original(lookup, card)
        is_at_end = lookup._is_at_end and isinstance(found, Silence)  # noqa: SLF001
        return Silence.ABSENT if is_at_end else found

    return answer


def _old_claim_used(original: Any) -> Any:
    def claim_next(performer: Any, card: Any, attempt: Any, then: Any) -> Any:
        if isinstance(then, WriteResult):
            return original(performer, card, attempt, then)
        context = performer._context  # noqa: SLF001
        photo = context.store.head_photo(attempt.source.key)
        claim = Claim(card.attempt._replace(state="claimed"), card.names[-1], context.now())
        step = decide_claimed(claim.attempt, photo, context.settings)
        if isinstance(step, Post):
            return performer._post(claim, step, context.monotonic(), then)  # noqa: SLF001
        return performer._end(claim, step)  # noqa: SLF001

    return claim_next


def _rejected_unclaimed(original: Any) -> Any:
    def begin(performer: Any, photo: Any, trigger: Any) -> Any:
        context = performer._context  # noqa: SLF001
        claim = _unclaimed(context, first_attempt(context, photo, trigger))
        step = decide_claimed(claim.attempt, photo, context.settings)
        if isinstance(step, WriteResult):
            return performer._end(claim, step)  # noqa: SLF001
        return original(performer, photo, trigger)

    return begin


def _given_up_is_sent(original: Any) -> Any:
    def give_up(*arguments: Any, **named: Any) -> Any:
        step = original(*arguments, **named)
        if isinstance(step, GiveUp):
            return step._replace(attempt=step.attempt._replace(state="claimed", error=None))
        return step

    return give_up


def _delete_pending(context: Context, result: Any) -> None:
    prefix, key = context.settings.output_prefix, result.source.key
    context.store.delete(pending_name(prefix, key, result.version, result.attempt))


def _overwritten(_original: Any) -> Any:
    def write_result(context: Context, result: Any) -> bool:
        prefix = context.settings.output_prefix
        name = result_name(prefix, result.source.key, result.version)
        context.store.replace(name, result.body())
        return True

    return write_result


def _deleted_first(original: Any) -> Any:
    def write_result(context: Context, result: Any) -> bool:
        _delete_pending(context, result)
        return bool(original(context, result))

    return write_result


def _deleted_on_conflict(original: Any) -> Any:
    def write_result(context: Context, result: Any) -> bool:
        is_written = bool(original(context, result))
        if not is_written and context.deliverer == "callback":
            _delete_pending(context, result)
        return is_written

    return write_result


def _another_attempts_job(original: Any) -> Any:
    def see(lookup: Any, job: Any) -> None:
        for identity in lookup._cards:  # noqa: SLF001
            if identity.key == job.key:
                lookup._found.setdefault(identity, (job,))  # noqa: SLF001
        original(lookup, job)

    return see


def _any_attempts_job(original: Any) -> Any:
    """A job is a card's by key and version alone."""

    def see(lookup: Any, job: Any) -> None:
        original(lookup, job)
        found = JobIdentity(job.key or "", "", 0)
        for identity in lookup._cards:  # noqa: SLF001
            is_of_version = f":{identity.version}:" in _payload(job.user_data)
            if identity.key == found.key and is_of_version:
                lookup._found.setdefault(identity, (job,))  # noqa: SLF001

    return see


def _payload(token: str | None) -> str:
    from shared.callback_token import _decoded  # noqa: PLC0415

    parts = (token or "..").split(".")
    return _decoded(parts[1]) if len(parts) > 1 else ""


def _replacement_unseen(original: Any) -> Any:
    def decide(attempt: Any, photo: Any, *arguments: Any) -> Any:
        same = photo and photo._replace(etag=etag_of(attempt.version))
        return original(attempt, same, *arguments)

    return decide


def _not_looked_at_again(original: Any) -> Any:
    def decide(attempt: Any, step: Any, photo: Any, **named: Any) -> Any:
        if photo is not None and photo.etag != attempt.source.etag:
            same = {"etag": attempt.source.etag, "last_modified": attempt.source.last_modified}
            photo = photo._replace(**same)
        return original(attempt, step, photo, **named)

    return decide


def _written_again_unseen(original: Any) -> Any:
    def compared(attempt: Any, photo: Any) -> Any:
        if photo is None:
            return original(attempt, photo)
        return original(attempt, photo._replace(last_modified=attempt.source.last_modified))

    return compared


def _gone_unmarked(original: Any) -> Any:
    def compared(attempt: Any, photo: Any) -> Any:
        found = original(attempt, photo)
        return found._replace(passed=True, detail=None) if photo is None else found

    return compared


def _any_signature(original: Any) -> Any:
    def signer(encoded: str, signature: str, secrets: Any) -> Any:
        return original(encoded, signature, secrets) or secrets[0]

    return signer


def _passing_always(original: Any) -> Any:
    def outcome(job: Any) -> Any:
        return Leave("InternalError") if job.state == "Failed" else original(job)

    return outcome


def _denied_once(_original: Any) -> Any:
    def denied(card: Any, limits: Any, result: Any) -> Any:
        past = (*card.attempt.attempts, card.attempt.past())
        return decisions._next_attempt(card, limits, result, past)  # noqa: SLF001

    return denied


def _closed_unheeded(_original: Any) -> Any:
    def wait(slot: Any) -> None:
        slot._gate.rate.wait()  # noqa: SLF001
        slot.is_used = True

    return wait


def _attempts_without_limit(original: Any) -> Any:
    def next_attempt(card: Any, limits: Any, *arguments: Any) -> Any:
        return original(card, limits._replace(max_attempts=10**6), *arguments)

    return next_attempt


def _not_heeded(*codes: str) -> Make:
    def make(original: Any) -> Any:
        def ask(holds: Any, context: Context) -> Any:
            closed = original(holds, context)
            return None if closed and closed.code in codes else closed

        return ask

    return make


def _unreadable_is_gone(original: Any) -> Any:
    def head(context: Context, key: str) -> Photo | None:
        try:
            photo: Photo | None = original(context, key)
        except PhotoUnreadable:
            return None
        return None if photo and photo.problem in {"denied", "unreadable"} else photo

    return head


def _denied_for_good(original: Any) -> Any:
    def head(context: Context, key: str) -> Photo | None:
        photo: Photo | None = original(context, key)
        is_denied = photo is not None and photo.problem == "denied"
        return photo._replace(problem="unreadable") if photo and is_denied else photo

    return head


def _as_it_is(_original: Any) -> Any:
    return lambda data, errors: data.decode(errors=errors)


def _note_needed(_original: Any) -> Any:
    def load(context: Context, name: str) -> dict[str, object]:
        path = f"{context.settings.output_prefix}state/{name}"
        return object_in(context.store.read(path))

    return load


def _archived_sent(original: Any) -> Any:
    def claimed(attempt: Any, photo: Any, *arguments: Any) -> Any:
        return original(attempt, photo and photo._replace(problem=None), *arguments)

    return claimed


def _output_is_input(original: Any) -> Any:
    def submit_upload(context: Context, gate: Any, upload: Any) -> None:
        settings = context.settings._replace(input_prefix="")
        original(context._replace(settings=settings), gate, upload)

    return submit_upload


def _fault_is_gone(original: Any) -> Any:
    def head(context: Context, key: str) -> Photo | None:
        try:
            photo: Photo | None = original(context, key)
        except StorageFault:
            return None
        return photo

    return head


def _not_asked_whether_pending(original: Any) -> Any:
    def claimed(context: Context, token: Any, key: str) -> Any:
        found = original(context, token, key)
        if found is not None:
            return found
        empty = context._replace(store=_Emptied(context.store))
        return original(empty, token, key)

    return claimed


class _Emptied:
    """A store in which every object is there and holds nothing of ours."""

    def __init__(self, below: Any) -> None:
        self._below = below

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def read(self, _name: str) -> bytes:
        return b""


def _refusals_uncounted(original: Any) -> Any:
    def decide(attempt: Any, submission: Any, at: str) -> Any:
        step = original(attempt, submission, at)
        if isinstance(submission, Waiting) and not isinstance(step, WriteResult):
            return step._replace(attempt=step.attempt._replace(refusals=0))
        return step

    return decide


def _by_first_claim(_original: Any) -> Any:
    return property(lambda card: card.attempt.first_claimed_at)


def _history_lost(original: Any) -> Any:
    return lambda card, _past: original(card, card.attempt.attempts)


def _signed_by_machine(_original: Any) -> Any:
    return lambda claim: claim.asked_at + claims.SIGNED_SECONDS


def _signed_by_first(_original: Any) -> Any:
    return lambda claim: from_rfc3339(claim.attempt.first_claimed_at) + claims.SIGNED_SECONDS


def _expired_accepted(original: Any) -> Any:
    return lambda text, secrets, _now: original(text, secrets, 0)


def _body_believed(_original: Any) -> Any:
    return lambda _context, _token, reported, _reread: (reported, False)


def _stale_source(_original: Any) -> Any:
    return lambda _performer, attempt, _photo: attempt


def _never_noted(original: Any) -> Any:
    def is_given_up(card: Any, limits: Any, code: str) -> bool:
        error = AttemptError(code, None, None, "1970-01-02T00:00:00Z")
        return bool(
            original(card._replace(attempt=card.attempt._replace(error=error)), limits, code)
        )

    return is_given_up


_P = "pipeline"
_ACQUIRE = f"{_P}.claim:acquire_claim"
_HEAD = f"{_P}.perform:head_photo"
_BEGIN = f"{_P}.perform:Performer.begin"

BUGS = (
    _bug("no claim", _ACQUIRE, _without_first_claim),
    _bug("claim after POST", _BEGIN, _claimed_after_post),
    _bug("a taken claim is used all the same", _ACQUIRE, _taken_is_used),
    Bug(
        "result checked before the claim",
        (
            Change(f"shared.{_ACQUIRE}", _result_before_claim),
            Change(
                f"shared.{_P}.claim:_unless_done", lambda _original: lambda _context, claim: claim
            ),
        ),
    ),
    _bug(
        "result not checked at all",
        f"{_P}.claim:_unless_done",
        lambda _original: lambda _context, claim: claim,
    ),
    _bug(
        "sent although nobody knows of a result",
        f"{_P}.claim:_unless_done",
        _unknown_result_is_none,
    ),
    _bug("retry under POST", f"{_P}.perform:Performer._post", _retried_post),
    _bug("a claim that never grows old", f"{_P}.claim:CLAIM_SECONDS", _constant(10**12)),
    _bug("a signature by this machine's clock", f"{_P}.claim:signed_until", _signed_by_machine),
    _bug("a signature by the first claim's time", f"{_P}.claim:signed_until", _signed_by_first),
    _bug("a signature that never ends", f"{_P}.claim:SIGNED_SECONDS", _constant(700)),
    _bug("a claim without a date used", _ACQUIRE, _undated_used),
    _bug("unknown taken for refused", f"{_P}.attempt:decide_answer", _unknown_is_refused),
    _bug("unknown sent again at once", f"{_P}.job_lookup:JobLookup.answer", _absent_at_once),
    _bug(
        "waiting sent again under its old claim",
        f"{_P}.perform:Performer._claim_next",
        _old_claim_used,
    ),
    _bug("two sweeps without the next claim", _ACQUIRE, _without_next_claim),
    _bug("rejection without a claim", _BEGIN, _rejected_unclaimed),
    _bug("give-up without a claim", _ACQUIRE, _without_claim_to_give_up),
    _bug("a card given up in vain is sent again", f"{_P}.decide:_give_up", _given_up_is_sent),
    _bug("result overwritten", f"{_P}.perform:write_result", _overwritten),
    _bug(
        "pending deleted before the result is written", f"{_P}.perform:write_result", _deleted_first
    ),
    _bug("stale after one minute", f"{_P}.decide:STALE_SECONDS", _constant(60)),
    _bug(
        "absence believed from an empty listing",
        f"{_P}.job_lookup:JobLookup.answer",
        _absent_at_the_end,
    ),
    _bug(
        "absence believed from any later job",
        f"{_P}.job_lookup:PROOF_AFTER_SECONDS",
        _constant(0),
    ),
    _bug("another version's job adopted", f"{_P}.job_lookup:JobLookup._see", _another_attempts_job),
    _bug("another attempt's job adopted", f"{_P}.job_lookup:JobLookup._see", _any_attempts_job),
    _bug(
        "photo not looked at before the next attempt",
        f"{_P}.attempt:decide_claimed",
        _replacement_unseen,
    ),
    _bug("photo not looked at again", f"{_P}.attempt:decide_result", _not_looked_at_again),
    _bug(
        "a photo written again goes unnoticed",
        f"{_P}.attempt:_compared",
        _written_again_unseen,
        "replaced",
    ),
    _bug("a photo that is gone goes unmarked", f"{_P}.attempt:_compared", _gone_unmarked),
    _bug(
        "token without the key digest",
        "callback_token:CallbackToken.is_for",
        _always(value=True),
        "twins",
    ),
    _bug("UserData not compared", f"{_P}.callback:_is_same", _always(value=True)),
    _bug("the body believed", f"{_P}.callback:_believed", _body_believed),
    _bug("a wrong signature accepted", "callback_token:_signer", _any_signature),
    _bug("an old token accepted", "callback_token:verify", _expired_accepted),
    _bug("a passing failure made final", f"{_P}.attempt:PASSING", _constant(frozenset())),
    _bug("a final failure made passing", f"{_P}.attempt:job_outcome", _passing_always),
    _bug("reconcile without since.json", f"{_P}.state:since", _always("1970-01-01T00:00:00Z")),
    _bug("reconcile never runs", f"{_P}.reconcile:reconcile", _always(None)),
    _bug("a job denied once taken for lost", f"{_P}.decide:_decide_denied", _denied_once),
    Bug(
        "nothing is too young to give up",
        (
            Change(f"shared.{_P}.decide:_was_sent_long_ago", _always(value=True)),
            Change(f"shared.{_P}.decide:_is_given_up", _never_noted),
        ),
    ),
    _bug("sent on after a refusal", f"{_P}.gate:Circuit.hear", _always(None)),
    _bug(
        "sent on after a refusal of another card at work", f"{_P}.gate:Slot.wait", _closed_unheeded
    ),
    _bug("the day's limit not heeded", f"{_P}.budget:Budget.take", _always(value=True)),
    _bug("a refused card is due at once", f"{_P}.decide:_wait_of", _always(0)),
    _bug("attempts without a limit", f"{_P}.decide:_next_attempt", _attempts_without_limit),
    _bug("an archived note stops the sweep", f"{_P}.state:load", _note_needed, "archived"),
    _bug(
        "an archived attempt left alone",
        f"{_P}.scan:Scan._read_name",
        _always(None),
        "archived",
    ),
    _bug("a photo that COS won't show taken for gone", _HEAD, _unreadable_is_gone, "refused"),
    _bug("a denied photo rejected", _HEAD, _denied_for_good, "refused"),
    _bug("a byte order mark is no reply", "jobs.reply:_decoded", _as_it_is, "history"),
    _bug("an archived photo is sent", f"{_P}.attempt:decide_claimed", _archived_sent, "archived"),
    _bug("the canary not heeded", f"{_P}.state:creates_once", _always(value=True)),
    _bug("a hold not heeded", f"{_P}.gate:Holds.ask", _not_heeded("Held", "OverBudget")),
    _bug("a hold asked for once", f"{_P}.gate:ASK_AGAIN_SECONDS", _constant(10**6)),
    _bug("the day's jobs not counted", f"{_P}.budget:_count", _always(0)),
    Bug(
        "sent although nobody knows of holds",
        (
            Change(f"shared.{_P}.gate:Holds.ask", _not_heeded("GateUnknown")),
            Change(f"shared.{_P}.gate:Gate.is_up_to_date", _always(value=True)),
        ),
    ),
    _bug("versioning not noticed", _ACQUIRE, _versioning_unseen),
    _bug("output taken for input", f"{_P}.submit:submit_upload", _output_is_input),
    _bug("an event with a fault not asked for again", _HEAD, _fault_is_gone),
    # -- what the design pinned later
    _bug(
        "a callback for a card that is not pending",
        f"{_P}.callback:_claimed",
        _not_asked_whether_pending,
        "forgotten",
    ),
    _bug(
        "a conflict's pending object deleted by callback",
        f"{_P}.perform:write_result",
        _deleted_on_conflict,
        "denied",
    ),
    _bug("no wait for COS's clock", f"{_P}.attempt:clock_wait", _always(0), "replaced"),
    _bug("what HEAD saw is not in the claim", f"{_P}.perform:Performer._as_seen", _stale_source),
    _bug("refusals not counted", f"{_P}.attempt:decide_answer", _refusals_uncounted),
    _bug(
        "age from the first claim",
        f"{_P}.decide:PendingCard.first_sent_at",
        _by_first_claim,
        "held",
    ),
    _bug("attempts before forgotten", f"{_P}.decide:_following", _history_lost),
    _bug("no deletion record", f"{_P}.perform:Performer._record_jobs", _always(None), "denied"),
    _bug(
        "no end after twenty refused cards",
        f"{_P}.gate:REFUSED_IN_A_ROW",
        _constant(10**6),
        "starved",
    ),
    _bug("sending begins at the start", f"{_P}.sweep:_sends_on_after", _always(None), "starved"),
    _bug("the first job not alone", f"{_P}.gate:Gate.is_first_answered", _always(value=True)),
    Bug(
        "forget without its first look",
        (Change("cli.delete.forget:FIRST_LOOK_SECONDS", _constant(0)),),
        "forgotten",
    ),
    Bug(
        "forget without its second look",
        (Change("cli.delete.forget:_is_done", _always(value=True)),),
        "forgotten",
    ),
)
