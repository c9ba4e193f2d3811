"""The options that every command has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NEEDS_ATTENTION = 1  # the exit status of a call that is done and leaves somebody something to do

EnvFile = Annotated[
    Path | None,
    typer.Option(help="Settings and API keys, instead of the clone's .env.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print data alone, as JSON.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Print what the functions would log.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
NoIndex = Annotated[
    bool,
    typer.Option("--no-index", help="Keep no copy of what is read on this machine, and use none."),
]
Reveal = Annotated[
    bool,
    typer.Option("--reveal", help="Show keys and values, which can be personal, as they are."),
]
KeyPrefix = Annotated[
    str, typer.Option("--prefix", help="Only cards whose keys begin so.", show_default=False)
]
Every = Annotated[
    bool,
    typer.Option("--every-version", help="Every content and run of a card, not the current alone."),
]
