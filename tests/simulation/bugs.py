"""Deliberate bugs: each one small patch of the pipeline that the simulation has to notice."""

from __future__ import annotations

from typing import NamedTuple


class Bug(NamedTuple):
    """A patch: `old`, which stands exactly once in the module, becomes `new`."""

    name: str
    module: str
    old: str
    new: str


_PERMIT, _SUBMIT = "shared.pipeline.permit", "shared.pipeline.submit"
_SENDER, _SWEEP = "shared.pipeline.sender", "shared.pipeline.sweep"
_SETTLE = "shared.pipeline.settle"
_FINISH, _CALLBACK = "shared.pipeline.finish", "shared.pipeline.callback"
_LOST, _ENDING = "shared.pipeline.lost", "shared.pipeline.ending"
_PAUSE = "shared.pipeline.pause"
_RECONCILE, _TOKEN = "shared.pipeline.reconcile", "shared.callback_token"

_OPEN = "permit = open_permit(pipeline, _first_attempt(pipeline, source, trigger))"
_UNOPENED = """from shared.store.layout import pending_name
    pending = _first_attempt(pipeline, source, trigger)._replace(permit_at=pipeline.at())
    name = pending_name(pipeline.settings.output_prefix, source.key, source.etag, 1)
    permit = Permit(pending, name, pipeline.now())"""
_POST = "submission = pipeline.jobs.submit(request, permit.asked_at + SECONDS, signed_until)"
_LEFT = "return _use(pipeline, permit, source, turn) if isinstance(permit, Permit) else None"
_AGAIN = """            if turn is None:
                return attempt.pending
            permit = """
_GIVE_UP = """        if self.is_unsafe():
            return attempt.pending
        why = PendingError(error.code, error.message, None, self._pipeline.at())
        permit = """
_NEXT = "permit = open_permit(self._pipeline, following)"
_WRITE = "created = pipeline.store.create_once(name, result.body(settings.minimum_score))"
_DELETE = """    pending = pending_name(settings.output_prefix, key, result.version, result.attempt)
    pipeline.store.delete(pending)
"""
_NO_PERMIT = """Permit(
            self._next(attempt.pending)._replace(permit_at=self._pipeline.at()),
            name_of(self._pipeline, self._next(attempt.pending)),
            self._pipeline.now(),
        )"""

BUGS = (
    Bug("no permit", _SUBMIT, _OPEN, _UNOPENED),
    Bug(
        "permit after POST",
        _SUBMIT,
        f"{_OPEN}\n    turn = turn or UploadTurn()\n    {_LEFT}",
        f"{_UNOPENED}\n    turn = turn or UploadTurn()\n"
        "    sent = _use(pipeline, permit, source, turn)\n"
        "    open_permit(pipeline, pending)\n    return sent",
    ),
    Bug(
        "a taken permit is used all the same",
        _PERMIT,
        "        return NoPermit.TAKEN\n",
        "        pending = pending._replace(permit_at=rfc3339(asked_at))\n"
        "        return Permit(pending, name, asked_at)\n",
    ),
    Bug(
        "result checked before the permit",
        _PERMIT,
        "    created = pipeline.store.create_once(name, pending.body())\n",
        "    result = result_name(pipeline.settings.output_prefix, key, version)\n"
        "    if pipeline.store.exists(result):\n        return NoPermit.DONE\n"
        "    created = pipeline.store.create_once(name, pending.body())\n"
        "    _unless_done = lambda _, permit: permit\n",
    ),
    Bug(
        "result not checked at all",
        _PERMIT,
        "    if not found:\n        return permit\n",
        "    return permit\n",
    ),
    Bug(
        "sent although nobody knows of a result",
        _PERMIT,
        "        put_off(pipeline, permit, fault.code)\n        return NoPermit.FAULT\n",
        "        return permit\n",
    ),
    Bug(
        "retry under POST",
        _PERMIT,
        _POST,
        f"{_POST}\n    if isinstance(submission, Unknown):\n        {_POST}",
    ),
    Bug("a permit that never grows old", _PERMIT, "permit.asked_at + SECONDS,", "10.0**12,"),
    Bug(
        "a signature by this machine's clock",
        _PERMIT,
        'from_rfc3339(pending.permit_at or "") + SIGNED_SECONDS',
        "permit.asked_at + SIGNED_SECONDS",
    ),
    Bug(
        "a signature by the first permit's time",
        _PERMIT,
        'from_rfc3339(pending.permit_at or "") + SIGNED_SECONDS',
        'from_rfc3339(pending.first_permit_at or "") + SIGNED_SECONDS',
    ),
    Bug("a signature that never ends", _PERMIT, "SIGNED_SECONDS = 70", "SIGNED_SECONDS = 700"),
    Bug(
        "a permit without a date used",
        _PERMIT,
        "    if created.at is None:",
        "    if False:",
    ),
    Bug("unknown taken for refused", _PERMIT, 'state="unknown", error', 'state="waiting", error'),
    Bug(
        "unknown sent again at once",
        _SETTLE,
        "    if found is NotFound.PROVEN:\n",
        "    if not isinstance(found, str):\n",
    ),
    Bug(
        "waiting sent again under its old permit",
        _SENDER,
        f"{_AGAIN}self._permit(attempt)",
        f"{_AGAIN}Permit(attempt.pending, attempt.names[-1], self._pipeline.now())",
    ),
    Bug("two sweeps without the next permit", _SENDER, _NEXT, f"permit = {_NO_PERMIT}"),
    Bug(
        "rejection without a permit",
        _SUBMIT,
        f"    {_OPEN}",
        f"""    if rejection(pipeline.settings, source) is not None:
        {_UNOPENED.replace(chr(10), chr(10) + "    ")}
        return _use(pipeline, permit, source, turn)
    {_OPEN}""",
    ),
    Bug(
        "give-up without a permit",
        _SENDER,
        f"{_GIVE_UP}self._permit(attempt, why)",
        f"{_GIVE_UP}{_NO_PERMIT}",
    ),
    Bug(
        "a card given up in vain is sent again",
        _SENDER,
        'following = following._replace(state="waiting", error=given_up)',
        "pass",
    ),
    Bug(
        "result overwritten",
        _FINISH,
        _WRITE,
        "created = pipeline.store.replace(name, result.body(settings.minimum_score)) is None",
    ),
    Bug(
        "pending deleted before the result is written",
        _FINISH,
        f"    {_WRITE}\n{_DELETE}",
        f"{_DELETE}    {_WRITE}\n",
    ),
    Bug("stale after one minute", _SETTLE, "_STALE_SECONDS = 1200", "_STALE_SECONDS = 60"),
    Bug(
        "absence believed from an empty listing",
        _LOST,
        "        if proven and (self._in_order or self._at_end):\n",
        "        if self._at_end:\n",
    ),
    Bug(
        "absence believed from any later job",
        _LOST,
        "_PROOF_AFTER_SECONDS = 80",
        "_PROOF_AFTER_SECONDS = 0",
    ),
    Bug(
        "another attempt's job adopted",
        _LOST,
        "        identity = Identity(key, claimed.version, claimed.attempt)\n",
        "        identity = next((known for known in self._attempts if known.key == key), None)\n",
    ),
    Bug(
        "source not looked at before the next attempt",
        _SENDER,
        "        elif source.etag != etag_of(version):\n",
        "        elif False:\n",
    ),
    Bug(
        "source not looked at again",
        _FINISH,
        "if source is not None and source.etag != etag_of(ended.version):",
        "if False:",
    ),
    Bug(
        "a photograph written again goes unnoticed",
        _FINISH,
        "    if source.last_modified is None or job.created_at is None:\n",
        "    if True:\n        return Check(_UNCHANGED, passed=True, detail=None)\n"
        "    if source.last_modified is None or job.created_at is None:\n",
    ),
    Bug(
        "a photograph that is gone goes unmarked",
        _FINISH,
        'return Check(_UNCHANGED, passed=False, detail="the photograph is gone")',
        "return Check(_UNCHANGED, passed=True, detail=None)",
    ),
    Bug(
        "token without the key digest",
        _CALLBACK,
        "if job.key is None or not token.is_for(pipeline.settings.input_bucket, job.key):",
        "if job.key is None:",
    ),
    Bug(
        "UserData not compared",
        _CALLBACK,
        "if job.user_data is not None and not _same(job.user_data, token.text):",
        "if False:",
    ),
    Bug(
        "the body believed",
        _CALLBACK,
        '    if verify == "off":\n        return _of',
        "    if True:\n        return _of",
    ),
    Bug(
        "a wrong signature accepted",
        _TOKEN,
        "    if signer is None:\n",
        "    signer = secrets[0]\n    if signer is None:\n",
    ),
    Bug("an old token accepted", _TOKEN, "    if now >= expiry:\n", "    if False:\n"),
    Bug("a passing failure made final", _ENDING, "if code in PASSING:", "if False:"),
    Bug(
        "a final failure made passing",
        _ENDING,
        "        if code in PASSING:\n            return Unfinished(code)\n",
        '        return Unfinished("InternalError")\n',
    ),
    Bug(
        "reconcile without since.json",
        _RECONCILE,
        "oldest = max(started, page.at",
        "oldest = max(0, page.at",
    ),
    Bug(
        "reconcile never runs",
        _SWEEP,
        "    _survives(pipeline, lambda: reconcile(run))\n",
        "",
    ),
    Bug(
        "a job denied once taken for lost",
        _SETTLE,
        "    if attempt.seen_at < long_after:\n        return attempt.pending\n",
        "    return run.sender.send_again(attempt)\n",
    ),
    Bug(
        "nothing is too young to give up",
        _SETTLE,
        "    return attempt.age >= run.pipeline.settings.give_up_after_seconds\n",
        "    return True\n",
    ),
    Bug(
        "sent on after a refusal",
        _SENDER,
        'if isinstance(submission, Waiting) and submission.refusal != "other":',
        "if False:",
    ),
    Bug(
        "sent on after a refusal of another card at work",
        _SENDER,
        "        self._pacer.wait()\n        return self.is_sending()\n",
        "        self._pacer.wait()\n        return True\n",
    ),
    Bug(
        "the day's limit not heeded",
        "shared.pipeline.allowance",
        "max(0, min(_AT_ONCE, limit - sent))",
        "_AT_ONCE",
    ),
    Bug("a refused card is due at once", _SENDER, "if attempt.pending.error is None:", "if True:"),
    Bug(
        "attempts without a limit",
        _SENDER,
        "if _jobs_had(self._pipeline, attempt.pending) >= self._pipeline.settings.max_attempts:",
        "if False:",
    ),
    Bug(
        "the canary not heeded",
        _SWEEP,
        "return None if creates_once(pipeline) else UNSAFE",
        "return None if creates_once(pipeline) else None",
    ),
    Bug(
        "a pause not heeded",
        _PAUSE,
        "return PAUSED_BY_HAND if is_paused(pipeline) else None",
        "return None",
    ),
    Bug(
        "sent although nobody knows of a pause",
        _PAUSE,
        "return UNASKED",
        "return None",
    ),
    Bug("versioning not noticed", _PERMIT, "    if created.versioned:\n", "    if False:\n"),
    Bug(
        "output taken for input",
        _SUBMIT,
        "if not upload.key.startswith(settings.input_prefix):",
        "if False:",
    ),
    Bug(
        "an event with a fault not asked for again",
        _SUBMIT,
        "    source = pipeline.store.head_source(upload.key)\n",
        "    try:\n        source = pipeline.store.head_source(upload.key)\n"
        "    except StorageFault:\n        source = None\n",
    ),
)
