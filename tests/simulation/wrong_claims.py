"""In place of what claims, sends, finds jobs again and writes results, in a deliberate bug."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.errors import StorageFault
from shared.jobs import Unknown, Waiting
from shared.pipeline import claim as claims
from shared.pipeline.attempt import decide_claimed
from shared.pipeline.claim import Claim, ClaimRefused, NoClaim
from shared.pipeline.context import Context
from shared.pipeline.decide import Silence
from shared.pipeline.job_lookup import JobIdentity
from shared.pipeline.perform import first_attempt
from shared.pipeline.steps import GiveUp, Post, WriteResult
from shared.store.layout import pending_name, result_name

Make = Callable[[Any], Any]


def constant(value: object) -> Make:
    return lambda _original: value


def always(value: object) -> Make:
    return lambda _original: lambda *_arguments, **_named: value


def unclaimed(context: Context, attempt: Any) -> Claim:
    """A claim that nobody made."""
    named = attempt._replace(owner="nobody")
    name = claims.name_of(context, named)
    return Claim(named.dated(context.at()), name, context.now())


def without_first_claim(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        return original(context, attempt) if attempt.attempt > 1 else unclaimed(context, attempt)

    return acquire


def without_next_claim(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        is_next = attempt.attempt > 1 and attempt.state == "claimed"
        return unclaimed(context, attempt) if is_next else original(context, attempt)

    return acquire


def without_claim_to_give_up(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        gives_up = attempt.attempt > 1 and attempt.state == "waiting"
        return unclaimed(context, attempt) if gives_up else original(context, attempt)

    return acquire


def claimed_after_post(original: Any) -> Any:
    def begin(performer: Any, photo: Any, trigger: Any) -> Any:
        context = performer._context  # noqa: SLF001 — it stands in for a method
        attempt = first_attempt(context, photo, trigger)
        claim = unclaimed(context, attempt)
        step = decide_claimed(claim.attempt, photo, context.settings)
        if not isinstance(step, Post):
            return original(performer, photo, trigger)
        with performer._gate.slot() as slot:  # noqa: SLF001
            performer._post(claim, step, context.monotonic(), slot)  # noqa: SLF001
        claims.acquire_claim(context, attempt)
        return None

    return begin


def taken_is_used(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        claim = original(context, attempt)
        if isinstance(claim, ClaimRefused) and claim.reason is NoClaim.TAKEN:
            return unclaimed(context, attempt)
        return claim

    return acquire


def result_before_claim(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        if claims.has_result(context, attempt):
            return ClaimRefused(NoClaim.DONE, attempt)
        return original(context, attempt)

    return acquire


def unknown_result_is_none(original: Any) -> Any:
    def unless_done(context: Context, claim: Claim) -> Any:
        try:
            claims.has_result(context, claim.attempt)
        except StorageFault:
            return claim
        return original(context, claim)

    return unless_done


class AskedTwice:
    """A job service that sends once more after a lost reply."""

    def __init__(self, below: Any) -> None:
        self._below = below

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def submit(self, *arguments: Any) -> Any:
        submission = self._below.submit(*arguments)
        again = isinstance(submission, Unknown)
        return self._below.submit(*arguments) if again else submission


def retried_post(original: Any) -> Any:
    def post(performer: Any, *arguments: Any) -> Any:
        context = performer._context  # noqa: SLF001
        performer._context = context._replace(jobs=AskedTwice(context.jobs))  # noqa: SLF001
        try:
            return original(performer, *arguments)
        finally:
            performer._context = context  # noqa: SLF001

    return post


class Changed:
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


def undated_used(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        dated = Changed(context.store, at=context.at)
        return original(context._replace(store=dated), attempt)

    return acquire


def versioning_unseen(original: Any) -> Any:
    def acquire(context: Context, attempt: Any) -> Any:
        unversioned = Changed(context.store, versioned=lambda: False)
        return original(context._replace(store=unversioned), attempt)

    return acquire


def unknown_is_refused(original: Any) -> Any:
    def decide(attempt: Any, submission: Any, at: str) -> Any:
        if isinstance(submission, Unknown):
            submission = Waiting(submission.code, None, "capacity")
        return original(attempt, submission, at)

    return decide


def absent_at_once(original: Any) -> Any:
    def answer(lookup: Any, card: Any) -> Any:
        found = original(lookup, card)
        return Silence.ABSENT if found is Silence.UNPROVEN else found

    return answer


def absent_at_the_end(original: Any) -> Any:
    def answer(lookup: Any, card: Any) -> Any:
        found = original(lookup, card)
        is_at_end = lookup._is_at_end and isinstance(found, Silence)  # noqa: SLF001
        return Silence.ABSENT if is_at_end else found

    return answer


def old_claim_used(original: Any) -> Any:
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


def rejected_unclaimed(original: Any) -> Any:
    def begin(performer: Any, photo: Any, trigger: Any) -> Any:
        context = performer._context  # noqa: SLF001
        claim = unclaimed(context, first_attempt(context, photo, trigger))
        step = decide_claimed(claim.attempt, photo, context.settings)
        if isinstance(step, WriteResult):
            return performer._end(claim, step)  # noqa: SLF001
        return original(performer, photo, trigger)

    return begin


def given_up_is_sent(original: Any) -> Any:
    def give_up(*arguments: Any, **named: Any) -> Any:
        step = original(*arguments, **named)
        if isinstance(step, GiveUp):
            return step._replace(attempt=step.attempt._replace(state="claimed", error=None))
        return step

    return give_up


def delete_pending(context: Context, result: Any) -> None:
    prefix, key = context.settings.output_prefix, result.source.key
    context.store.delete(pending_name(prefix, key, result.version, result.attempt))


def overwritten(_original: Any) -> Any:
    def write_result(context: Context, result: Any) -> bool:
        prefix = context.settings.output_prefix
        name = result_name(prefix, result.source.key, result.version)
        context.store.replace(name, result.body())
        return True

    return write_result


def deleted_first(original: Any) -> Any:
    def write_result(context: Context, result: Any) -> bool:
        delete_pending(context, result)
        return bool(original(context, result))

    return write_result


def deleted_on_conflict(original: Any) -> Any:
    def write_result(context: Context, result: Any) -> bool:
        is_written = bool(original(context, result))
        if not is_written and context.deliverer == "callback":
            delete_pending(context, result)
        return is_written

    return write_result


def another_attempts_job(original: Any) -> Any:
    def see(lookup: Any, job: Any) -> None:
        for identity in lookup._cards:  # noqa: SLF001
            if identity.key == job.key:
                lookup._found.setdefault(identity, (job,))  # noqa: SLF001
        original(lookup, job)

    return see


def any_attempts_job(original: Any) -> Any:
    """A job is a card's by key and version alone."""

    def see(lookup: Any, job: Any) -> None:
        original(lookup, job)
        found = JobIdentity(job.key or "", "", 0)
        for identity in lookup._cards:  # noqa: SLF001
            is_of_version = f":{identity.version}:" in payload(job.user_data)
            if identity.key == found.key and is_of_version:
                lookup._found.setdefault(identity, (job,))  # noqa: SLF001

    return see


def payload(token: str | None) -> str:
    from shared.callback_token import _decoded  # noqa: PLC0415

    parts = (token or "..").split(".")
    return _decoded(parts[1]) if len(parts) > 1 else ""
