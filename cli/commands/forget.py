from __future__ import annotations

from typing import Annotated

import typer

from cli.bucket.input_bucket import InputBucket
from cli.bucket.keys import resolve_keys
from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.delete.forget import Forgetting, StoredData, stored_data
from cli.delete.record import checked_why
from cli.terminal.formats import local_time
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CardKey, CommonOptions, DryRun, Why, Yes
from cli.terminal.output import counted, data, say, show
from cli.terminal.question import agreed, say_place
from shared.pipeline.context import Context

NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Do what may be done now, and say when to call again.")
]

_REMAINS = "CI keeps its job; docs/operating.md says what else remains."


def forget(
    key: CardKey,
    *,
    why: Why = None,
    no_wait: NoWait = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    common: CommonOptions,
) -> None:
    """Delete all of one card: photo, results, reviews, pending objects.

    Every content that was ever there goes, with what versioning kept of it. The photo goes first;
    five minutes later, when no job can be under way to COS any more, the rest; and five minutes
    after that it looks again, until nothing is left. Only then it records the deletion. A call that
    is interrupted goes on where it stopped. CI keeps the job itself, and docs/operating.md says
    what else remains.
    """
    context, _ = reading(open_operator_context(common))
    say_place(context.settings, json=common.json)
    masking = masking_of(context, reveal=False)
    (key,) = resolve_keys(context, masking, [key])
    bucket, digest = InputBucket(context.settings), masking.digest(key)
    found = stored_data(context, bucket, key)
    tell = say if common.json else show
    tell(f"{digest}: {_text(found)}")
    forgetting = Forgetting(context, key, bucket, checked_why(why, key))
    is_begun = forgetting.is_begun()
    problem, is_done = None, False
    if (found or is_begun) and not dry_run:
        if agreed(context.settings, "Delete all of it, for good?", yes=yes):
            next_at = _go_on(context, forgetting, no_wait=no_wait)
            is_done = next_at is None
            if next_at is not None:
                problem = f"It is not over: run this again after {local_time(next_at)}."
        else:
            problem = "Nothing was deleted."
    if common.json:
        left = stored_data(context, bucket, key)
        document = {"found": found._asdict(), "left": left._asdict()}
        data({"card": digest, "dry_run": dry_run, **document})
    elif is_done:
        show(f"It is deleted. {_REMAINS}")
    if problem is not None:
        say(problem)
        raise typer.Exit(NEEDS_ATTENTION)


def _go_on(context: Context, forgetting: Forgetting, *, no_wait: bool) -> float | None:
    """Go on until nothing is left, or until the next step has to wait; see `go_on`."""
    next_at = forgetting.go_on()
    while next_at is not None and not no_wait:
        say(f"Looking again at {local_time(next_at)}.")
        context.sleep(max(0, next_at - context.now()))
        next_at = forgetting.go_on()
    return next_at


def _text(stored: StoredData) -> str:
    if not stored:
        return "nothing is there."
    found = [
        (stored.photos, counted(stored.photos, "photo")),
        (stored.pending, f"{stored.pending:,} pending"),
        (stored.results, counted(stored.results, "result")),
        (stored.reviews, counted(stored.reviews, "review")),
    ]
    return f"{', '.join(text for count, text in found if count)}."
