"""The options `--since` and `--until`: a part of time, given in UTC."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import typer

from cli.terminal.formats import moment
from shared.errors import ConfigurationError
from shared.times import from_rfc3339, is_rfc3339, rfc3339

_FORM = "2026-01-31 or 2026-01-31T08:15:00Z, in UTC."
# A clock that differs more from COS's has its requests refused.
_CLOCK_SKEW_SECONDS = 3600

SinceWritten = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="TIME",
        help=f"Only results whose written_at is this or later: {_FORM}",
        show_default=False,
    ),
]
UntilWritten = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="TIME",
        help=f"Only results whose written_at is before this: {_FORM}",
        show_default=False,
    ),
]
SinceCreated = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="TIME",
        help=f"Only jobs of then or later: {_FORM}",
        show_default=False,
    ),
]
UntilCreated = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="TIME",
        help=f"Only jobs from before then: {_FORM}",
        show_default=False,
    ),
]


class Period(NamedTuple):
    """From `since` on and before `until`, Unix seconds."""

    since: float = -math.inf
    until: float = math.inf

    @property
    def is_all(self) -> bool:
        """Return whether it is all of time."""
        return self == Period()

    def contains(self, at: object) -> bool:
        """Return whether an RFC 3339 time is in it. What is no time is in all of time only."""
        if self.is_all:
            return True
        return is_rfc3339(at) and self.since <= from_rfc3339(str(at)) < self.until

    def may_contain(self, last_modified: float) -> bool:
        """Return False if nothing that an object says happened can be in it.

        An object says nothing that is later than its Last-Modified (Unix seconds) but by the
        writer's clock.
        """
        return last_modified >= self.since - _CLOCK_SKEW_SECONDS

    @property
    def first_day(self) -> str | None:
        """Return the first day (`2026-01-31`, UTC) whose writers' clocks may show a time in it."""
        if self.since == -math.inf:
            return None
        return rfc3339(max(self.since - _CLOCK_SKEW_SECONDS, 0))[: len("2026-01-31")]

    def document(self) -> dict[str, str | None]:
        """Return it for programs: RFC 3339, None without an end."""
        since = None if self.since == -math.inf else rfc3339(self.since)
        return {"since": since, "until": None if self.until == math.inf else rfc3339(self.until)}


def period_of(since: str | None, until: str | None) -> Period:
    """Return the period of `--since` and `--until`.

    Raises:
        ConfigurationError: one is no time, or nothing lies between them.
    """
    start = Period().since if since is None else moment("--since", since)
    end = Period().until if until is None else moment("--until", until)
    if start >= end:
        raise ConfigurationError("--until", f"{until} is not later than --since, {since}")
    return Period(start, end)
