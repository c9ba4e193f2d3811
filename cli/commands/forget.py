from __future__ import annotations

from typing import Annotated

import typer

from cli.masking import masking_of
from cli.naming import named
from cli.operator import open_operator_pipeline
from cli.options import NEEDS_ATTENTION, DryRun, EnvFile, Json, Verbose, Yes
from cli.output import counted, data, say, show
from cli.question import agreed
from cli.traces import Card, Traces

Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY", help="The photograph's key, or the digest that stands for it in the log."
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Even while something of it is pending; see below.")
]

_REMAINS = (
    "CI keeps its job, and a callback of it that comes again within seven days would write the "
    "result again: run this once more then."
)


def forget(
    key: Key,
    *,
    force: Force = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    env_file: EnvFile = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Delete all that the bucket holds of one card: photograph, results, what is pending.

    Every content that ever lay there goes, with what versioning kept of it. While something is
    pending a job may be under way, whose callback would write the result again: it is refused then,
    unless with --force, and after that the same command has to come once more when the job is over.
    CI keeps the job itself, and docs/operating.md says what else remains.
    """
    pipeline = open_operator_pipeline("sweep", env_file, verbose=verbose)
    masking = masking_of(pipeline, reveal=False)
    (key,) = named(pipeline, masking, [key])
    card, digest = Card(pipeline, key), masking.digest(key)
    found = card.traces()
    tell = say if json else show
    tell(f"{digest}: {_text(found)}")
    left, problem = found, _refusal(found, force=force)
    if found and not dry_run and problem is None:
        if agreed("Delete all of it, for good?", yes=yes):
            left, problem = _delete(card, force=force)
        else:
            problem = "Nothing was deleted."
    if json:
        data({"card": digest, "dry_run": dry_run, "found": _counts(found), "left": _counts(left)})
    elif found and not left:
        show(f"It is deleted. {_REMAINS}")
    if problem is not None:
        say(problem)
        raise typer.Exit(NEEDS_ATTENTION)


def _refusal(found: Traces, *, force: bool) -> str | None:
    """Why it can't be deleted now."""
    if not found.pending or force:
        return None
    return "A job may be under way for it: try again when it has its result, or use --force."


def _delete(card: Card, *, force: bool) -> tuple[Traces, str | None]:
    """Delete everything in the safe order; what is left then, and why."""
    card.delete_photograph()
    if card.pending() and not force:  # it came in the meantime
        problem = "The photograph is deleted; a job may be under way for it, so the rest is not."
        return card.traces(), f"{problem} Run this again when it has its result."
    card.delete_objects()
    left = card.traces()
    return left, "Something was written meanwhile: run this again." if left else None


def _text(traces: Traces) -> str:
    if not traces:
        return "nothing is there."
    photographs, pending, results = _counts(traces).values()
    found = [
        (photographs, counted(photographs, "photograph")),
        (pending, f"{pending:,} pending"),
        (results, counted(results, "result")),
    ]
    return f"{', '.join(text for count, text in found if count)}."


def _counts(traces: Traces) -> dict[str, int]:
    return {
        "photographs": traces.photographs,
        "pending": len(traces.pending),
        "results": len(traces.results),
    }
