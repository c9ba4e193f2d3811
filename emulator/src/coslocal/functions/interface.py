"""What a function is to the triggers, and what an invocation can come to (SCF status codes)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

Handler = Callable[[dict[str, Any], Any], Any]

USER_EXCEPTION: Final = 430
TIME_LIMIT_REACHED: Final = 433
PROCESS_EXITED: Final = 439

DEFAULT_TIME_LIMIT_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Returned:
    """The handler returned `value`, which is JSON."""

    value: Any


@dataclass(frozen=True)
class Failure:
    """The handler returned nothing.

    Attributes:
        kind: "execution" for the function's own fault, "system" where its process died.
        code: SCF's status code.
        message: What SCF tells the caller; for an exception the traceback.
    """

    kind: Literal["execution", "system"]
    code: int
    message: str


Outcome = Returned | Failure


@dataclass(frozen=True)
class LogLine:
    """One line a function wrote."""

    function: str
    text: str


WriteLog = Callable[[LogLine], None]


def discard(_line: LogLine) -> None:
    """Where a log goes that nobody reads."""


class UnknownFunction(Exception):
    """No function of this name is deployed; the message names those that are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        there = ", ".join(known) or "none"
        super().__init__(f"there is no function called {name}; known: {there}")


class Function(Protocol):
    """A deployed function."""

    @property
    def name(self) -> str:
        """The name it is deployed under."""
        ...

    @property
    def environment(self) -> MutableMapping[str, str]:
        """Its environment; a change holds from the next invocation on, as credentials rotate."""
        ...

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        """Run the handler on one event and wait for what comes of it."""
        ...

    def close(self) -> None:
        """End its processes, if it has any."""
        ...


MakeFunction = Callable[[str, Mapping[str, str], WriteLog], Function]
"""Makes a function of its name, its environment and a place for its log."""


def context_for(name: str, environment: Mapping[str, str], time_limit: float) -> dict[str, Any]:
    """Return an invocation's context, of the names SCF's has."""
    request_id = secrets.token_hex(16)
    return {
        "request_id": "-".join(
            request_id[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
        ),
        "memory_limit_in_mb": 256,
        "time_limit_in_ms": int(time_limit * 1000),
        "function_name": name,
        "function_version": "$LATEST",
        "namespace": "default",
        "tencentcloud_region": environment.get("TENCENTCLOUD_REGION", ""),
        "tencentcloud_appid": environment.get("TENCENTCLOUD_APPID", ""),
        "environment": json.dumps({"SCF_NAMESPACE": "default"}),
    }
