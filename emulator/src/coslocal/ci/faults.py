"""What is to go wrong, on purpose: requests refused, jobs failed, callbacks lost.

Each fault says how many times it strikes. Without faults the service works as documented.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal, Protocol, TypeVar

from coslocal.ci.errors import CiError
from coslocal.patterns import check_pattern


@dataclass
class RequestFault:
    """Answers a request with a code of CI's.

    Attributes:
        code: For example "InternalError"; None breaks the connection without an answer.
        status: The code's own if None.
        method, path: Which requests; `path` is a regular expression for the whole path.
        after_effect: Whether the request is carried out all the same before it is so answered.
    """

    code: str | None
    status: int | None = None
    method: str = "POST"
    path: str = "/jobs"
    after_effect: bool = False
    times: int = 1

    def __post_init__(self) -> None:
        """Refuse a path that is no regular expression, and a status that HTTP hasn't."""
        check_pattern("path", self.path)
        if self.status is not None:
            HTTPStatus(self.status)

    def refusal(self) -> Exception:
        """Return what is to be raised in place of an answer."""
        if self.code is None:
            return ConnectionResetError("scripted")
        return CiError(self.code, "scripted", self.status)

    def strikes(self, method: str, path: str) -> bool:
        """Whether the request is one of those meant."""
        return method == self.method and re.fullmatch(self.path, path) is not None


@dataclass
class JobFault:
    """Ends a job with a code when it runs.

    `in_container` lets the job succeed and its result container report the failure.
    """

    code: str
    message: str = "scripted"
    in_container: bool = False
    times: int = 1


@dataclass
class CallbackFault:
    """Loses a callback, sends it twice, or sends it `seconds` late."""

    effect: Literal["drop", "duplicate", "delay"]
    seconds: float = 0.0
    times: int = 1


class _Counted(Protocol):
    times: int


_Fault = TypeVar("_Fault", bound=_Counted)


@dataclass
class Faults:
    """The faults still to come; each list is asked in order."""

    requests: list[RequestFault] = field(default_factory=list)
    jobs: list[JobFault] = field(default_factory=list)
    callbacks: list[CallbackFault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take_request(self, method: str, path: str) -> RequestFault | None:
        """Return the fault that strikes this request, and count it."""
        return self._take([fault for fault in self.requests if fault.strikes(method, path)])

    def take_job(self) -> JobFault | None:
        """Return the fault that strikes the next job, and count it."""
        return self._take(self.jobs)

    def take_callback(self) -> CallbackFault | None:
        """Return the fault that strikes the next callback, and count it."""
        return self._take(self.callbacks)

    def _take(self, faults: list[_Fault]) -> _Fault | None:
        with self._lock:
            for fault in faults:
                if fault.times > 0:
                    fault.times -= 1
                    return fault
            return None
