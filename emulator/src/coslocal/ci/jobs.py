"""A job: what was asked for, and the states it goes through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Literal

from coslocal.ci.errors import CiError

CHINA: Final = timezone(timedelta(hours=8))

State = Literal["Submitted", "Running", "Success", "Failed", "Pause", "Cancel"]
STATES: Final[tuple[State, ...]] = (
    "Submitted",
    "Running",
    "Success",
    "Failed",
    "Pause",
    "Cancel",
)
QueueState = Literal["Active", "Paused"]
CallbackFormat = Literal["JSON", "XML"]


@dataclass(frozen=True)
class MessageQueue:
    """`CallBackMqConfig`: the TDMQ queue or topic a callback is put on."""

    region: str
    mode: Literal["Queue", "Topic"]
    name: str


@dataclass(frozen=True)
class Callback:
    """Where the end of a job is told: a URL, a message queue, or nowhere where both are None."""

    url: str | None = None
    message_queue: MessageQueue | None = None
    format: CallbackFormat = "XML"


@dataclass(frozen=True)
class JobRequest:
    """What `POST /jobs` asks for.

    Attributes:
        tag: Which `JobType` it is of.
        parameters: What that type's `parse` made of the node of this name in `Operation`.
        callback: None if the request leaves it to the queue.
    """

    object_key: str
    tag: str
    parameters: Mapping[str, Any]
    user_data: str | None = None
    job_level: int = 0
    queue_id: str | None = None
    callback: Callback | None = None


@dataclass(frozen=True)
class JobResult:
    """The result container, `<tag>Result`: what the type's `run` returned for it.

    A `code` other than "Success" is the container's own failure; it has no content then.
    """

    content: Mapping[str, Any] = field(default_factory=dict)
    code: str = "Success"
    message: str = ""


@dataclass(frozen=True)
class Job:
    """One job as it stands. Times are Unix seconds; `number` counts the service's jobs from 1."""

    job_id: str
    number: int
    bucket: str
    region: str
    queue_id: str
    request: JobRequest
    created_at: float
    state: State = "Submitted"
    started_at: float | None = None
    ended_at: float | None = None
    code: str = "Success"
    message: str = ""
    result: JobResult | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.state in ("Success", "Failed", "Cancel")

    def paused(self) -> Job:
        """Return the job as it stands in a queue that was paused; only a waiting one changes."""
        return replace(self, state="Pause") if self.state == "Submitted" else self

    def resumed(self) -> Job:
        """Return the job as it stands in a queue that is active again."""
        return replace(self, state="Submitted") if self.state == "Pause" else self

    def started(self, now: float) -> Job:
        """Return the job as running."""
        return replace(self, state="Running", started_at=now)

    def succeeded(self, result: JobResult, now: float) -> Job:
        """Return the job as ended with a result."""
        return replace(self, state="Success", ended_at=now, result=result)

    def failed(self, code: str, message: str, now: float) -> Job:
        """Return the job as ended without a result."""
        return replace(self, state="Failed", ended_at=now, code=code, message=message)

    def cancelled(self, now: float) -> Job:
        """Return the job as cancelled.

        Raises:
            CiError: It runs or has ended; only pending jobs can be cancelled.
        """
        if self.state not in ("Submitted", "Pause"):
            raise CiError("InvalidArgument", f"a job in state {self.state} can't be cancelled")
        return replace(self, state="Cancel", ended_at=now)


def ci_time(moment: float | None) -> str:
    """Return CI's form of a time, 2022-06-27T14:44:10+0800, or `-` for none."""
    if moment is None:
        return "-"
    return datetime.fromtimestamp(int(moment), CHINA).strftime("%Y-%m-%dT%H:%M:%S%z")


def parse_ci_time(text: str) -> float:
    """Return the Unix time of CI's form.

    Raises:
        ValueError: The text is of another form.
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", text):
        raise ValueError("a time is written 2001-01-01T00:00:00+0800")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp()
