from __future__ import annotations

import getpass
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import Annotated

import typer

from cli.bucket.input_bucket import PhotoReader
from cli.bucket.keys import resolve_keys
from cli.bucket.listing import checked_prefix
from cli.bucket.refusals import Refusals, reading
from cli.bucket.results import unreadable_text
from cli.connect.deployment import open_operator_context
from cli.review.awaiting import AwaitingCard, AwaitingCards, oldest_first
from cli.review.decision import ReviewRefused, must_create_once
from cli.review.page import ReviewPage, ReviewSession
from cli.review.script import (
    ReviewAction,
    ReviewCall,
    check_call,
    decide_by_script,
    refusal_text,
)
from cli.review.server import served
from cli.terminal.formats import local_time
from cli.terminal.masking import Masking, masking_of
from cli.terminal.options import KEY_HELP, NEEDS_ATTENTION, CommonOptions, KeyPrefix, Reveal
from cli.terminal.output import counted, data, printable, say, show
from cli.terminal.progress import progress
from cli.terminal.question import place_of, say_place
from shared.errors import ConfigurationError
from shared.pipeline.context import Context

_LONGEST_NAME = 100
_MINUTE = 60

Decides = Annotated[
    ReviewAction | None,
    typer.Argument(
        metavar="accept|correct|reject",
        help="What to decide of one card, without the page.",
        show_default=False,
    ),
]
Key = Annotated[str | None, typer.Argument(metavar="KEY", help=KEY_HELP, show_default=False)]
Values = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FIELD=VALUE",
        help="With correct: the values that count from now on; an empty one is absent.",
        show_default=False,
    ),
]
Lists = Annotated[
    bool, typer.Option("--list", help="Only print what awaits a person, oldest first.")
]
Note = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help="Why. A corrected value that fails its check is kept only with a note.",
        show_default=False,
    ),
]
Reviewer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Who decides; your login name if left out.", show_default=False
    ),
]
Version = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION",
        help="The content and run that was looked at; refused if another one counts now.",
        show_default=False,
    ),
]
After = Annotated[
    int,
    typer.Option(
        min=0,
        metavar="NUMBER",
        help="The number of the last review, which you have seen and overrule.",
    ),
]
Port = Annotated[
    int,
    typer.Option(min=0, max=65535, metavar="PORT", help="Of the page; 0 is any that is free."),
]


def review(
    action: Decides = None,
    key: Key = None,
    values: Values = None,
    *,
    lists: Lists = False,
    note: Note = None,
    reviewer: Reviewer = None,
    version: Version = None,
    after: After = 0,
    prefix: KeyPrefix = None,
    port: Port = 0,
    reveal: Reveal = False,
    common: CommonOptions,
) -> None:
    """Confirm, correct or reject what needs a person: on a page, or by a script.

    Without arguments it serves a page on this machine only, and prints its address, which is good
    once. A card awaits a person if its current result needs a review, failed, or found nothing, and
    it has no review yet. `accept KEY`, `correct KEY FIELD=VALUE …` and `reject KEY` decide one card
    without the page. A review never changes, and the last one counts. Exits with 1 if a decision is
    refused: the card was reviewed, rerun or forgotten meanwhile, or a value fails its check.
    """
    call = ReviewCall(action, key, values or [], note, version, after, reviewer or "")
    check_call(call, lists=lists, prefix=prefix, port=port)
    context, refusals = reading(open_operator_context(common))
    masking = masking_of(context, reveal=reveal)
    checked_prefix(context.settings, prefix)
    if lists:
        _list(context, refusals, prefix, masking, json=common.json)
        return
    call = call._replace(reviewer=_reviewer(reviewer))
    say_place(context.settings, json=common.json)
    must_create_once(context)
    if key is None:
        _serve(context, refusals, call.reviewer, prefix, port)
        if refusals.say(masking):
            raise typer.Exit(NEEDS_ATTENTION)
    else:
        (key,) = resolve_keys(context, masking, [key])
        _decide(context, masking, call._replace(key=key), json=common.json)


def _reviewer(given: str | None) -> str:
    """Return who decides.

    Raises:
        ConfigurationError: nobody is named, or the name can't be written.
    """
    try:
        name = (getpass.getuser() if given is None else given).strip()
    except (OSError, KeyError, ImportError):  # a user without a name
        name = ""
    if not (name and name.isprintable() and len(name) <= _LONGEST_NAME):
        raise ConfigurationError(
            "--reviewer",
            f"names nobody; write a name of at most {_LONGEST_NAME} characters on one line",
        )
    return name


def _list(
    context: Context, refusals: Refusals, prefix: str | None, masking: Masking, *, json: bool
) -> None:
    awaiting = AwaitingCards()
    with progress("listed") as advance:
        awaiting.look(context, prefix, advance)
    if awaiting.fault is not None:
        raise awaiting.fault
    cards = oldest_first(awaiting.cards())
    if json:
        rows = [{**one._asdict(), "key": masking.key(one.key)} for one in cards]
        data({"awaiting": rows, "unreadable": awaiting.unreadable + len(refusals)})
    else:
        for one in cards:
            show(_line(one, masking))
        say(f"{counted(len(cards), 'card')} to be reviewed.")
    if awaiting.unreadable:
        say(unreadable_text(awaiting.unreadable))
    if refusals.say(masking) or awaiting.unreadable:
        raise typer.Exit(NEEDS_ATTENTION)


def _line(card: AwaitingCard, masking: Masking) -> str:
    why = [card.outcome, card.code, *card.failed_checks]
    parts = (
        local_time(card.written_at),
        masking.key(card.key),
        card.version,
        ", ".join(filter(None, why)),
    )
    return "  ".join(printable(part) for part in parts)


def _serve(context: Context, refusals: Refusals, who: str, prefix: str | None, port: int) -> None:
    """Serve the page until Ctrl-C."""
    awaiting, settings = AwaitingCards(), context.settings
    session = ReviewSession(who, place_of(settings))
    page = ReviewPage(context, PhotoReader(settings, refusals).content, awaiting, session)
    look = threading.Thread(target=partial(awaiting.look, context, prefix, again=True), daemon=True)
    with served(page.answer, port) as admission:
        with suppress(KeyboardInterrupt):  # nothing else ends it
            look.start()
            show(admission.address)
            sys.stdout.flush()  # also to whoever reads it from a pipe
            say("Open it in a browser on this machine; it is good once. Ctrl-C ends the page.")
            while True:
                context.sleep(_MINUTE)
        say(f"{counted(page.decided, 'card')} decided.")


def _decide(context: Context, masking: Masking, call: ReviewCall, *, json: bool) -> None:
    digest = masking.digest(call.key or "")
    try:
        review = decide_by_script(context, call)
    except ReviewRefused as refused:
        if json:
            found = refused.review and masking.review(refused.review)
            data({"refused": refused.happened, "number": refused.number, "review": found})
        say(refusal_text(refused, masking))
        raise typer.Exit(NEEDS_ATTENTION) from None
    if json:
        data({"card": digest, "refused": None, "review": masking.review(review.document())})
    else:
        show(f"{digest}: {review.decision}, review {review.number:04d}.")
