"""What needs attention, each in a sentence: a pure decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cli.terminal.formats import age_of
from cli.terminal.output import counted, listed_counts
from shared.pipeline.attempt import SOURCE_UNREADABLE
from shared.pipeline.gate import HELD, OVER_BUDGET
from shared.pipeline.status import REFUSED
from shared.store.layout import date_of_budget

if TYPE_CHECKING:  # the modules that look import COS's SDK; `alarms` needs only the limits
    from cli.status.look import LastSweep, StatusLook
    from cli.status.recent import RecentResults
    from cli.status.recognition import Jobs

SHARES: Mapping[str, int] = {
    "failed": 20,
    "nothing_found": 30,
    "needs_review": 30,
    "by_sweep": 30,
    "sent_again": 10,
}
"""Percent of the last hour's cards above which each share needs attention, unless a call says."""
FROM_CARDS = 10

LATE_SECONDS = 900  # three runs
REFUSED_SECONDS = 1800
PENDING_SECONDS = 3600


class AttentionLimits(NamedTuple):
    """Above what something needs attention: seconds, and percents by the names of `SHARES`.

    `has_callbacks`: results should come by callback.
    """

    give_up_seconds: float
    shares: Mapping[str, int] = SHARES
    has_callbacks: bool = True


def attention(look: StatusLook, limits: AttentionLimits) -> list[str]:
    """Return every reason to look closer, the gravest first."""
    return [
        *_holds(look),
        *_sweep(look.sweep, look.listed_pending, limits.give_up_seconds),
        *_recognition(look),
        *_last_hour(look.results, look.jobs, limits),
    ]


def _holds(look: StatusLook) -> Iterator[str]:
    for hold in look.holds:
        end = (
            "it ends at midnight UTC"
            if date_of_budget(hold.name)
            else "`card-ocr resume` ends that"
        )
        yield f"Nothing is sent, uploads included: {hold}; {end}."


def _sweep(sweep: LastSweep | None, listed: int, give_up_seconds: float) -> Iterator[str]:
    if sweep is None:
        yield "No sweep has run here: is the function deployed, with its timer?"
        return
    if sweep.age > LATE_SECONDS:
        yield f"The last sweep was {age_of(sweep.age)} ago; its timer starts one every 5 minutes."
    if sweep.sending not in {"yes", HELD, OVER_BUDGET.why}:
        yield f"Nothing is sent: {sweep.sending}."
    if listed and not sweep.whole and not any(sweep.pending.values()):
        yield "The last sweep couldn't list the pending cards: its log says why, with `not_listed`."
    yield from _oldest(sweep, give_up_seconds)
    for state, count in sweep.pending.items():
        if state.startswith(REFUSED):
            what = counted(count, "pending object")
            yield f"COS refuses {what}: {state.removeprefix(REFUSED)}; {_named('not_read')}."
    if unreadable := sweep.pending.get("unreadable"):
        what = counted(unreadable, "pending object")
        yield f"None of ours, and in its folder: {what}; {_named('unreadable_pending')}."


def _named(event: str) -> str:
    """Write where the names are of objects that a sweep only counted."""
    return f"`card-ocr audit --deep` names each, as does the log of sweep with `{event}`"


def _oldest(sweep: LastSweep, give_up_seconds: float) -> Iterator[str]:
    """Say if the oldest card is pending for too long. Without a refusal it may wait for a day."""
    oldest = sweep.oldest
    if oldest is None:
        return
    why = ", ".join(part for part in (oldest.state, oldest.code) if part)
    if oldest.state == "waiting" and oldest.code and oldest.age > REFUSED_SECONDS:
        is_refused = oldest.refusal != "held" and oldest.code != SOURCE_UNREADABLE
        what = "are refused" if is_refused else "wait"
        unread = sweep.pending.get("unread")
        waiting = f"{sweep.pending.get('waiting', 0):,} waiting"
        waiting += f" and {unread:,} unread" if unread else ""
        yield f"Cards {what}: {waiting}, the oldest for {age_of(oldest.age)}: {oldest.code}."
    elif oldest.age > (give_up_seconds if oldest.state == "waiting" else PENDING_SECONDS):
        yield f"A card has been pending for {age_of(oldest.age)}: {why}."


def _recognition(look: StatusLook) -> Iterator[str]:
    if look.refused is not None:
        yield f"CI could not be asked: {look.refused}."
    elif look.queue is None:
        yield "CI has no queue for this bucket: is AI content recognition enabled?"
    elif look.queue.state != "Active":
        yield f"CI's queue is {look.queue.state}."


def _last_hour(
    results: RecentResults | None, jobs: Jobs | None, limits: AttentionLimits
) -> Iterator[str]:
    failures = list(_failures(results, jobs, limits.shares["failed"]))
    yield from failures[:1]  # failed jobs and failed results are mostly the same cards
    if results is not None:
        yield from _results(results, limits)
    if jobs is not None:
        again = jobs.ours - jobs.cards
        if _is_above(limits.shares["sent_again"], again, jobs.cards):
            yield (
                f"The last hour has {counted(jobs.ours, 'job')} for {counted(jobs.cards, 'card')}: "
                "CI fails or loses jobs, and each is paid for."
            )


def _failures(results: RecentResults | None, jobs: Jobs | None, percent: int) -> Iterator[str]:
    if results is not None:
        failed, cards = results.awaiting("failed"), _cards(results)
        if _is_above(percent, failed, cards):
            yield f"{_of(failed, cards)} failed: {listed_counts(results.codes('failed'))}."
    if jobs is not None and _is_above(percent, jobs.failed, jobs.ended):
        of = f"{jobs.failed:,} of {counted(jobs.ended, 'job')}"
        yield f"CI failed {of} of the last hour: {listed_counts(jobs.codes)}."


def _results(results: RecentResults, limits: AttentionLimits) -> Iterator[str]:
    cards, shares = _cards(results), limits.shares
    nothing = results.awaiting("nothing_found")
    if _is_above(shares["nothing_found"], nothing, cards):
        yield f"{_of(nothing, cards)} had no text that CI found: what is uploaded?"
    if _is_above(shares["needs_review"], results.needs_review, cards):
        why = {**results.failed_checks}
        if results.unverified:
            why["not verified"] = results.unverified
        yield f"{_of(results.needs_review, cards)} need a review: {listed_counts(why)}."
    swept = results.delivered_by.get("sweep", 0)
    brought = swept + results.delivered_by.get("callback", 0)
    if limits.has_callbacks and _is_above(shares["by_sweep"], swept, brought):
        yield f"{_of(swept, brought)} came by sweep: CI's callbacks are lost or refused."
    lost = results.by_trigger.get("reconcile", 0)
    if lost:
        yield f"Events of uploads were lost: reconcile found {counted(lost, 'card')}."
    if results.unread:
        codes = sorted({one.code for one in results.unread})
        what = counted(len(results.unread), "result")
        yield f"{what} of the last hour could not be read: {', '.join(codes)}."


def _cards(results: RecentResults) -> int:
    """Count the cards that CI should have read."""
    return len(results.summaries) - results.outcomes.get("rejected", 0)


def _is_above(percent: int, part: int, cards: int) -> bool:
    return cards >= FROM_CARDS and 100 * part > percent * cards


def _of(part: int, cards: int) -> str:
    return f"{part:,} of {counted(cards, 'card')} of the last hour"
