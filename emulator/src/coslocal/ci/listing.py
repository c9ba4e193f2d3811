"""Lists: `GET /jobs?…`, which jobs are asked for; and the pages of any list."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from coslocal.ci.errors import CiError
from coslocal.ci.jobs import STATES, Job, parse_ci_time

T = TypeVar("T")

DEFAULT_SIZE: Final = 10
MAX_SIZE: Final = 100
PARAMETERS: Final = frozenset(
    {
        "endCreationTime",
        "inputObject",
        "nextToken",
        "orderByTime",
        "queueId",
        "queueType",
        "size",
        "startCreationTime",
        "states",
        "tag",
    }
)


@dataclass(frozen=True)
class Listing:
    """The filters, the order and the page; times are Unix seconds, both ends included."""

    tag: str | None = None
    queue_id: str | None = None
    queue_type: str | None = None
    input_object: str | None = None
    states: Collection[str] = STATES
    created_from: float | None = None
    created_until: float | None = None
    newest_first: bool = True
    size: int = DEFAULT_SIZE
    after: int | None = None

    def page(self, jobs: Sequence[Job]) -> tuple[list[Job], str]:
        """Return the jobs of this page and the token of the next, empty if this is the last."""
        found = [job for job in jobs if self._wants(job) and self._is_ahead(job)]
        found.sort(key=lambda job: job.number, reverse=self.newest_first)
        page = found[: self.size]
        return page, str(page[-1].number) if len(found) > len(page) else ""

    def _wants(self, job: Job) -> bool:
        created = int(job.created_at)  # as it is shown: to the second
        return (
            self.tag in (None, job.request.tag)
            and self.queue_type in (None, "AIProcess")
            and self.queue_id in (None, job.queue_id)
            and self.input_object in (None, job.request.object_key)
            and job.state in self.states
            and (self.created_from is None or created >= self.created_from)
            and (self.created_until is None or created <= self.created_until)
        )

    def _is_ahead(self, job: Job) -> bool:
        if self.after is None:
            return True
        return job.number < self.after if self.newest_first else job.number > self.after


def parse_listing(query: Mapping[str, str]) -> Listing:
    """Read the query; an empty value is as good as none.

    Raises:
        CiError: InvalidArgument for an unknown parameter or a value that is not allowed.
    """
    given = {name: value for name, value in query.items() if value}
    unknown = given.keys() - PARAMETERS
    if unknown:
        raise CiError("InvalidArgument", f"{min(unknown)} is not a known parameter")
    return Listing(
        tag=given.get("tag"),
        queue_id=given.get("queueId"),
        queue_type=given.get("queueType"),
        input_object=given.get("inputObject"),
        states=_states(given.get("states", "All")),
        created_from=_time(given, "startCreationTime"),
        created_until=_time(given, "endCreationTime"),
        newest_first=_choice(given, "orderByTime", ("Desc", "Asc")) == "Desc",
        size=_number(given, "size", DEFAULT_SIZE, 1, MAX_SIZE),
        after=_number(given, "nextToken", 0, 1, None) or None,
    )


def _states(text: str) -> Collection[str]:
    states = text.split(",")
    if "All" in states:
        return STATES
    if not set(states) <= set(STATES):
        raise CiError("InvalidArgument", f"states must be All or some of {', '.join(STATES)}")
    return states


def _time(given: Mapping[str, str], name: str) -> float | None:
    if name not in given:
        return None
    try:
        # A `+` that was not percent-encoded arrives as a blank.
        return parse_ci_time(given[name].replace(" ", "+"))
    except ValueError as error:
        raise CiError("InvalidArgument", f"{name}: {error}") from error


def _choice(given: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    value = given.get(name, allowed[0])
    if value not in allowed:
        raise CiError("InvalidArgument", f"{name} must be one of {', '.join(allowed)}")
    return value


def page_of(items: Sequence[T], query: Mapping[str, str]) -> tuple[list[T], dict[str, Any]]:
    """Return the page of items that `pageNumber` and `pageSize` ask for, and what says so.

    Raises:
        CiError: InvalidArgument for a number that is out of range.
    """
    given = {name: value for name, value in query.items() if value}
    number = _number(given, "pageNumber", 1, 1, None)
    size = _number(given, "pageSize", DEFAULT_SIZE, 1, MAX_SIZE)
    first = (number - 1) * size
    told = {"RequestId": "", "TotalCount": len(items), "PageNumber": number, "PageSize": size}
    return list(items[first : first + size]), told


def _number(
    given: Mapping[str, str], name: str, default: int, lowest: int, highest: int | None
) -> int:
    text = given.get(name)
    if text is None:
        return default
    value = int(text) if re.fullmatch(r"[0-9]{1,15}", text) else lowest - 1
    if value < lowest or (highest is not None and value > highest):
        raise CiError("InvalidArgument", f"{name} is out of range")
    return value
