"""Signs of life: what the last sweep wrote down."""

from __future__ import annotations

from collections.abc import Mapping

from cli.doctor.subject import Subject
from cli.doctor.verdict import Verdict, failed, ok, unchecked
from cli.holds import holds_now
from shared.documents import object_in
from shared.pipeline.gate import HELD
from shared.pipeline.state import STATUS
from shared.times import from_rfc3339, is_rfc3339

_LATE_SECONDS = 600


def heartbeat(subject: Subject) -> Verdict:
    """Whether sweep ran within the last ten minutes."""
    at = _state(subject, STATUS).get("at")
    if not is_rfc3339(at):
        return failed("sweep has not run yet: wait five minutes, then look at its log and timer")
    age = subject.now() - from_rfc3339(str(at))
    if age > _LATE_SECONDS:
        return failed(
            f"the last sweep was {age / 60:.0f} minutes ago, and should be every 5: look at the "
            f"function's log and its timer{_without_sweep(subject)}"
        )
    return ok(f"the last sweep was {max(age, 0):.0f} s ago")


def _without_sweep(subject: Subject) -> str:
    """What that means for the budget."""
    if subject.settings.max_jobs_per_day is None:
        return ""
    return (
        "; until then nothing counts the day's jobs, and only submit's `concurrency` brakes uploads"
    )


def sending(subject: Subject) -> Verdict:
    """Whether sweep sends what waits, and how old the oldest card is."""
    status = _state(subject, STATUS)
    counts = status.get("pending")
    if not isinstance(counts, Mapping):
        return unchecked("sweep has written nothing down yet")
    stopped = status.get("sending")
    if stopped == HELD:
        holds = holds_now(subject.store, subject.settings.output_prefix)
        why = "; ".join(map(str, holds)) or HELD
        return failed(f"nothing is sent: {why}; `card-ocr resume` ends that")
    if stopped != "yes":
        return failed(f"sweep sends nothing: {stopped}")
    pending = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    return ok(f"pending: {pending or 'nothing'}{_oldest(status.get('oldest'))}")


def _oldest(oldest: object) -> str:
    if not isinstance(oldest, Mapping):
        return ""
    error = oldest.get("error")
    why = f", {error.get('code')}" if isinstance(error, Mapping) else ""
    return f"; the oldest for {int(oldest.get('age_seconds') or 0) // 3600} h{why}"


def _state(subject: Subject, name: str) -> Mapping[str, object]:
    return object_in(subject.store.read(f"{subject.settings.output_prefix}state/{name}"))
