"""A look at a deployment as a screen for people, and as a document for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cli.status.look import LastSweep, Oldest, StatusLook
from cli.status.recent import RecentResults, Unread
from cli.status.recognition import Jobs
from cli.terminal.formats import age_of, local_time
from cli.terminal.output import counted, listed_counts, printable
from shared.settings.load import Settings
from shared.times import rfc3339

_UNREAD_SHOWN = 3

NameOf = Callable[[str], str | None]
"""How a key is shown."""


def screen(look: StatusLook, attention: Sequence[str], settings: Settings, name_of: NameOf) -> str:
    """Write one screen of text."""
    rows = [
        ("bucket", f"{settings.input_bucket}, {settings.input_prefix} → {settings.output_prefix}"),
        ("at", local_time(look.at)),
        *_sweep(look.sweep, name_of),
        ("listed now", f"{look.listed_pending:,}{' or more' if look.more else ''} pending"),
        *_recognition(look),
        *_results(look.results, name_of),
        *(("attention" if number == 0 else "", text) for number, text in enumerate(attention)),
    ]
    if not attention:
        rows.append(("attention", "nothing needs it"))
    return "\n".join(f"{name:<11} {printable(text)}" for name, text in rows)


def document(look: StatusLook, attention: Sequence[str], name_of: NameOf) -> dict[str, object]:
    """Return the same for programs."""
    sweep = look.sweep
    return {
        "at": rfc3339(look.at),
        "holds": [hold._asdict() for hold in look.holds],
        "sweep": None
        if sweep is None
        else {"age_seconds": int(sweep.age), "sending": sweep.sending, "whole": sweep.whole},
        "pending": sweep.pending if sweep else None,
        "oldest": sweep.oldest and _oldest_document(sweep.oldest, name_of) if sweep else None,
        "listed_pending": {"count": look.listed_pending, "more": look.more},
        "queue": look.queue and look.queue._asdict(),
        "last_hour": {
            "jobs": look.jobs and _jobs_document(look.jobs),
            "results": look.results and _results_document(look.results, name_of),
        },
        "refused": look.refused,
        "attention": list(attention),
    }


def _oldest_document(oldest: Oldest, name_of: NameOf) -> dict[str, object]:
    document = oldest._asdict()
    return {**document, "key": name_of(oldest.key), "age_seconds": int(document.pop("age"))}


def _sweep(sweep: LastSweep | None, name_of: NameOf) -> Iterator[tuple[str, str]]:
    if sweep is None:
        return
    whole = "" if sweep.whole else "; it did not get round, the next goes on from there"
    yield "sweep", f"{age_of(sweep.age)} ago, sending: {sweep.sending}{whole}"
    counts = [f"{count:,} {state}" for state, count in sweep.pending.items() if count]
    yield "pending", f"{', '.join(counts) or 'nothing'}, as that sweep saw it"
    if sweep.oldest is not None:
        oldest = sweep.oldest
        parts = (age_of(oldest.age), oldest.state, oldest.code, name_of(oldest.key))
        yield "oldest", ", ".join(part for part in parts if part)


def _recognition(look: StatusLook) -> Iterator[tuple[str, str]]:
    if look.queue is not None:
        queue = look.queue
        limits = f"{queue.max_concurrent} at once, up to {queue.max_size} waiting"
        yield "queue", f"{queue.name}, {queue.state}, {limits}"
    if look.jobs is not None:
        yield "jobs", _rate(look.jobs)


def _rate(jobs: Jobs) -> str:
    states = listed_counts(jobs.states)
    if jobs.codes:
        states += f"; failed with {listed_counts(jobs.codes)}"
    if jobs.whole:
        return f"{counted(jobs.total, 'job')} in the last hour{': ' if states else ''}{states}"
    span = f"{jobs.seconds:.0f} s" if jobs.seconds < 60 else age_of(jobs.seconds)  # noqa: PLR2004
    return f"the newest {counted(jobs.total, 'job')} in {span}, {jobs.per_hour:,} an hour: {states}"


def _results(results: RecentResults | None, name_of: NameOf) -> Iterator[tuple[str, str]]:
    if results is None:
        yield "not seen", "results: none was asked for"
        return
    outcomes = listed_counts(results.outcomes)
    count = counted(len(results.summaries), "result")
    yield "results", f"{count} of the last hour{': ' if outcomes else ''}{outcomes}"
    if codes := results.codes("failed", "rejected"):
        yield "errors", listed_counts(codes)
    if results.needs_review:
        checks = listed_counts(results.failed_checks) or "none"
        unverified = f"; {results.unverified:,} not verified" if results.unverified else ""
        yield "reviews", f"{results.needs_review:,}; failed checks: {checks}{unverified}"
    if results.reviewed:
        yield "reviewed", listed_counts(results.reviewed)
    if results.delivered_by:
        yield "came by", listed_counts(results.delivered_by)
    if results.unread:
        shown = [_unread(one, name_of) for one in results.unread[:_UNREAD_SHOWN]]
        more = ", …" if len(results.unread) > len(shown) else ""
        yield "not read", f"{len(results.unread):,}: {', '.join(shown)}{more}"
    yield from (("not seen", text) for text in _not_seen(results))


def _unread(one: Unread, name_of: NameOf) -> str:
    return f"{name_of(one.name.key)} {one.name.version} {one.code}"


def _not_seen(results: RecentResults) -> Iterator[str]:
    """Say what was left out, so that a part doesn't look like the whole."""
    if not results.whole:
        yield (
            f"results behind the first {results.listed:,} names, but those of CI's jobs above: "
            "no rejected card, none that was refused before it had a job"
        )
    if results.left:
        yield f"{counted(results.left, 'result')} more of the last hour; --results reads more"


def _jobs_document(jobs: Jobs) -> dict[str, object]:
    names = ("states", "seconds", "whole", "per_hour", "codes", "ours", "cards")
    return {name: getattr(jobs, name) for name in names}


def _results_document(results: RecentResults, name_of: NameOf) -> dict[str, object]:
    return {
        "read": len(results.summaries),
        "outcomes": results.outcomes,
        "codes": results.codes("failed", "rejected"),
        "needs_review": results.needs_review,
        "reviewed": dict(results.reviewed),
        "failed_checks": results.failed_checks,
        "unverified": results.unverified,
        "delivered_by": results.delivered_by,
        "trigger": results.by_trigger,
        "unread": [
            {"key": name_of(one.name.key), "version": one.name.version, "code": one.code}
            for one in results.unread
        ],
        "listed": results.listed,
        "whole": results.whole,
        "left": results.left,
    }
