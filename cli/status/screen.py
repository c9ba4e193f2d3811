"""A look as a screen for people, and as a document for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cli.ages import age_of
from cli.output import counted, printable
from cli.status.look import LastSweep, StatusLook
from cli.status.recognition import Jobs
from shared.settings.load import Settings
from shared.times import rfc3339

NameOf = Callable[[str], str | None]
"""How a key is shown."""


def screen(look: StatusLook, attention: Sequence[str], settings: Settings, name_of: NameOf) -> str:
    """One screen of text."""
    rows = [
        ("bucket", f"{settings.input_bucket}, {settings.input_prefix} → {settings.output_prefix}"),
        ("at", rfc3339(look.at)),
        *_sweep(look.sweep, name_of),
        ("listed now", f"{look.listed_pending:,}{' or more' if look.more else ''} pending"),
        *_recognition(look),
        *(("attention" if number == 0 else "", text) for number, text in enumerate(attention)),
    ]
    if not attention:
        rows.append(("attention", "nothing needs it"))
    return "\n".join(f"{name:<11} {printable(text)}" for name, text in rows)


def document(look: StatusLook, attention: Sequence[str], name_of: NameOf) -> dict[str, object]:
    """The same for programs."""
    sweep = look.sweep
    oldest = sweep.oldest if sweep else None
    return {
        "at": rfc3339(look.at),
        "holds": [hold._asdict() for hold in look.holds],
        "sweep": None
        if sweep is None
        else {"age_seconds": int(sweep.age), "sending": sweep.sending, "whole": sweep.whole},
        "pending": sweep.pending if sweep else None,
        "oldest": oldest and {**oldest._asdict(), "key": name_of(oldest.key)},
        "listed_pending": {"count": look.listed_pending, "more": look.more},
        "queue": look.queue and look.queue._asdict(),
        "last_hour": look.jobs and {**look.jobs._asdict(), "per_hour": look.jobs.per_hour},
        "refused": look.refused,
        "attention": list(attention),
    }


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
        yield "last hour", _rate(look.jobs)


def _rate(jobs: Jobs) -> str:
    states = ", ".join(f"{count:,} {state}" for state, count in jobs.states.items())
    if jobs.whole:
        return f"{counted(jobs.total, 'job')}{': ' if states else ''}{states}"
    span = f"{jobs.seconds:.0f} s" if jobs.seconds < 60 else age_of(jobs.seconds)  # noqa: PLR2004
    return f"the newest {counted(jobs.total, 'job')} in {span}, {jobs.per_hour:,} an hour: {states}"
