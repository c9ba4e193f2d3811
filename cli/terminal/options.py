"""The options that several commands have, and exit statuses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from cli.terminal.formats import price
from shared.card import CardType

NEEDS_ATTENTION = 1  # the exit status of a call that is done, if something needs attention
CALL_AGAIN = (
    75  # of a call that --seconds ended before its work was done; EX_TEMPFAIL of sysexits.h
)

EnvFile = Annotated[
    Path | None,
    typer.Option(
        help="Settings and API keys, instead of the clone's .env; it beats the environment.",
        show_default=False,
    ),
]
Stage = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The stage that is or is to be deployed: its .env.NAME of the clone, if there is one, "
        "counts as named.",
        show_default=False,
    ),
]
KEY_HELP = "The photo's key, or the digest that stands for it in the log."
CardKey = Annotated[str, typer.Argument(metavar="KEY", help=KEY_HELP)]
CardKeys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY",
        help="Photos' keys, or the digests that stand for them in the log.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print only data, as JSON.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Print what the functions would log.")]


class CommonOptions(NamedTuple):
    """The options of every command that opens the pipeline; `cli.lazy_group` spreads it."""

    env_file: EnvFile = None
    stage: Stage = None
    json: Json = False
    verbose: Verbose = False


Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
Reveal = Annotated[
    bool,
    typer.Option("--reveal", help="Show keys and values, which can be personal, as they are."),
]
KeyPrefix = Annotated[
    str | None,
    typer.Option("--prefix", help="Only cards whose keys begin so.", show_default=False),
]
Every = Annotated[
    bool,
    typer.Option(
        "--every-version", help="Every content and run of a card, not only the current one."
    ),
]
Why = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT",
        help="Why, for the deletion record: the request, and no person's name, number or key.",
        show_default=False,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
]
Price = Annotated[
    Decimal | None,
    typer.Option(
        parser=price,
        metavar="AMOUNT",
        help="What one job costs, in your currency, to say what all of them do.",
        show_default=False,
    ),
]
AsCardType = Annotated[
    CardType | None,
    typer.Option(
        "--card-type",
        help="Take these for cards of this type, whatever the rules and their metadata say.",
        show_default=False,
    ),
]
KeysFile = Annotated[
    Path | None,
    typer.Option("--keys", help="Only the photos in this file, a key a line."),
]
Anew = Annotated[
    bool,
    typer.Option("--anew", help="Begin at the start, not where a run was interrupted."),
]
