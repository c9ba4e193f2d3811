from __future__ import annotations

import json as json_text
import time
from typing import Annotated, Literal

import typer

from cli.connect.service import open_service
from cli.terminal.formats import moment
from cli.terminal.options import EnvFile, Json, Stage
from cli.terminal.output import data, say, show
from deploy.configuration.service import FUNCTIONS
from deploy.functions.logs import (
    LINES,
    MOST_LINES,
    WEEK_SECONDS,
    LoggedLine,
    logged_lines,
    written,
)
from shared.times import rfc3339

Function = Annotated[
    Literal["submit", "callback", "sweep"] | None,
    typer.Option(help="Only what this one logged.", show_default=False),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="What was logged since: 2026-01-31 or 2026-01-31T08:15:00Z, in UTC. Without it, in "
        "the last week.",
        show_default=False,
    ),
]
Lines = Annotated[
    int,
    typer.Option(
        "--lines",
        min=1,
        max=MOST_LINES,
        help="The last so many lines of each function.",
    ),
]


def logs(
    *,
    function: Function = None,
    since: Since = None,
    lines: Lines = LINES,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
) -> None:
    """Show what the functions logged, oldest first.

    The lines come from CLS, where SCF puts them. They name a card by a digest, which `card-ocr
    show DIGEST` finds, unless LOG_KEYS is true. With --json each line is an object, and what the
    function wrote is in `line` as it wrote it.
    """
    until = time.time()
    begin = until - WEEK_SECONDS if since is None else moment("--since", since)
    deployed = open_service(env_file, stage)
    keys = FUNCTIONS if function is None else (function,)
    found: list[LoggedLine] = []
    for key, topic in deployed.topics(keys).items():
        name = deployed.service.function_name(key)
        found += logged_lines(deployed.api, topic, name, begin, until, lines)
    found.sort(key=lambda line: line.at)
    if json:
        data([_document(line) for line in found])
        return
    for text in written(found):
        show(text)
    if not found:
        say("Nothing was logged in this time.")


def _document(line: LoggedLine) -> dict[str, object]:
    try:
        content: object = json_text.loads(line.text)
    except (ValueError, RecursionError):  # SCF's own lines
        content = line.text
    at = rfc3339(line.at)
    return {"at": at, "function": line.function, "request_id": line.request_id, "line": content}
