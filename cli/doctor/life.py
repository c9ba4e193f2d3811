"""What the last sweep wrote down, in `status.json`."""

from __future__ import annotations

from cli.bucket.documents import document_in
from cli.bucket.holds import holds_now
from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok, unchecked
from cli.status.look import LastSweep, last_sweep
from cli.terminal.formats import age_of
from shared.pipeline.gate import HELD
from shared.pipeline.state import STATUS
from shared.pipeline.status import REFUSED

_LATE_SECONDS = 600


def heartbeat(subject: Subject) -> Verdict:
    """Check that sweep ran within the last ten minutes."""
    sweep = _last_sweep(subject)
    if sweep is None:
        return failed("sweep has not run yet: wait five minutes, then look at its log and timer")
    if sweep.age > _LATE_SECONDS:
        return failed(
            f"the last sweep was {sweep.age / 60:.0f} minutes ago, and should be every 5: look at "
            f"the function's log and its timer{_without_sweep(subject)}"
        )
    return ok(f"the last sweep was {max(sweep.age, 0):.0f} s ago")


def _without_sweep(subject: Subject) -> str:
    """Write what that means for the budget."""
    if subject.settings.max_jobs_per_day is None:
        return ""
    return (
        "; until then nothing counts the day's jobs, and only submit's `concurrency` brakes uploads"
    )


def sending(subject: Subject) -> Verdict:
    """Check that sweep sends what waits, and say how old the oldest card is."""
    sweep = _last_sweep(subject)
    if sweep is None:
        return unchecked("sweep has written nothing down yet")
    if sweep.sending == HELD:
        holds = holds_now(subject.store, subject.settings.output_prefix)
        why = "; ".join(map(str, holds)) or HELD
        return failed(f"nothing is sent: {why}; `card-ocr resume` ends that")
    if sweep.sending != "yes":
        return failed(f"sweep sends nothing: {sweep.sending}")
    pending = ", ".join(f"{count} {state}" for state, count in sweep.pending.items() if count)
    is_unread = any(state.startswith(("unreadable", REFUSED)) for state in sweep.pending)
    named = "; `card-ocr audit --deep` names what can't be read" if is_unread else ""
    return ok(f"pending: {pending or 'nothing'}{_oldest(sweep)}{named}")


def _oldest(sweep: LastSweep) -> str:
    oldest = sweep.oldest
    if oldest is None:
        return ""
    why = f", {oldest.code}" if oldest.code else ""
    return f"; the oldest for {age_of(oldest.age)}{why}"


def _last_sweep(subject: Subject) -> LastSweep | None:
    name = f"{subject.settings.output_prefix}state/{STATUS}"
    return last_sweep(document_in(subject.store.read(name)) or {}, subject.now())
