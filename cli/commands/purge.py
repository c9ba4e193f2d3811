from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.delete.purge import ExpiredResult, Kept, Purge
from cli.delete.record import checked_why
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CommonOptions, DryRun, Why, Yes
from cli.terminal.output import counted, data, say, show
from cli.terminal.progress import progress
from cli.terminal.question import agreed, say_place
from shared.errors import CloudFault, ConfigurationError
from shared.pipeline.context import Context
from shared.store.layout import results_folder
from shared.workers import Threads

_DAY_SECONDS = 86_400

Days = Annotated[
    int, typer.Option("--older-than", metavar="DAYS", help="Days since the result was written.")
]
WithPhotos = Annotated[
    bool, typer.Option("--photos", help="Delete the photos of these results as well.")
]


def purge(
    older_than: Days,
    *,
    photos: WithPhotos = False,
    why: Why = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    common: CommonOptions,
) -> None:
    """Delete results that are older than a given number of days, and their photos if asked to.

    DAYS must be more than RECONCILE_DAYS: within them a photo without a result counts as one
    whose event was lost, and is sent. What is pending stays, and so does a result whose photo
    was uploaded again since. Photos without --photos stay, and backfill takes them for
    cards that never had a result. What was deleted is recorded, without keys. A lifecycle rule of
    the bucket can do the same, and records nothing: docs/operating.md.

    Exits with 1 if COS refuses an object; the others are deleted.
    """
    context, refusals = reading(open_operator_context(common))
    say_place(context.settings, json=common.json)
    reason = checked_why(why) or f"Older than {counted(older_than, 'day')}"
    before = _cos_time(context) - _allowed(context, older_than) * _DAY_SECONDS
    with Threads(context.settings.requests_per_second) as workers:
        purges = Purge(context, refusals, workers, before, reason, photos=photos)
        counts = _look(purges, dry_run=dry_run)
        (say if common.json else show)(_text(counts))
        does = bool(counts["results"]) and not dry_run
        if does:
            does = agreed(context.settings, "Delete these, for good?", yes=yes)
        deleted: Counter[Kept | str] = Counter()
        if does:
            try:
                with progress("deleting", counts["results"]) as advance:
                    for gone in purges.delete(counts["results"]):
                        deleted.update(results=gone.result, photos=gone.photo)
                        advance(1)
            except CloudFault:
                say(f"Deleted {_objects(deleted)}; the same command goes on.")
                raise
    if common.json:
        data(_document(counts, deleted, dry_run=dry_run))
    elif does:
        show(f"Deleted {_objects(deleted)}.")
    if counts["results"] and not (does or dry_run):
        say("Nothing was deleted.")
        raise typer.Exit(NEEDS_ATTENTION)
    if refusals.say(masking_of(context, reveal=False)):
        raise typer.Exit(NEEDS_ATTENTION)


def _look(purges: Purge, *, dry_run: bool) -> Counter[Kept | str]:
    """Count what goes, and what stays although it is old."""
    if not dry_run:
        purges.record_abandoned()
    counts: Counter[Kept | str] = Counter()
    with progress("looking") as advance:
        for one in purges.look():
            counts.update(_counted(one))
            advance(1)
    return counts


def _allowed(context: Context, days: int) -> int:
    """Return the days, if they are enough."""
    least = context.settings.reconcile_days
    if days <= least:
        raise ConfigurationError(
            "--older-than",
            f"{days} is not more than RECONCILE_DAYS, {least}: reconcile would send these again",
        )
    return days


def _cos_time(context: Context) -> float:
    """Return the time by COS's clock (Unix seconds), since results have its dates."""
    folder = results_folder(context.settings.output_prefix)
    return context.store.list_objects(folder, None).at


def _counted(one: ExpiredResult | Kept) -> list[Kept | str]:
    if isinstance(one, Kept):
        return [one]
    return ["results", *(["photos"] if one.photo is not None else [])]


def _text(counts: Counter[Kept | str]) -> str:
    """Write for a person what goes, and what stays although it is old."""
    kept = ", ".join(f"{counts[why]:,} {why.value}" for why in Kept if counts[why])
    lines = [f"To be deleted: {_objects(counts)}."]
    return "\n".join([*lines, f"Old, and kept: {kept}."] if kept else lines)


def _objects(counts: Counter[Kept | str]) -> str:
    return f"{counted(counts['results'], 'result')}, {counted(counts['photos'], 'photo')}"


def _document(
    counts: Counter[Kept | str], deleted: Counter[Kept | str], *, dry_run: bool
) -> dict[str, object]:
    """Return the same for programs."""
    return {
        "results": counts["results"],
        "photos": counts["photos"],
        "kept": {why.name.lower(): counts[why] for why in Kept},
        "dry_run": dry_run,
        "deleted": {"results": deleted["results"], "photos": deleted["photos"]},
    }
