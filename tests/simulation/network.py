"""The way between a process and the cloud: every call is a step, and any of them can be struck."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tests.simulation.scheduler import Process, seeded
from tests.support.cloud_xml import error_xml

if TYPE_CHECKING:
    from tests.simulation.world import World

_HOUR = 3600
_READ_SECONDS = 20
_GARBAGE = (b"", b"<html><body>bad gateway</body></html>", b"{}", b"\xff\xfe\x00<", b"<Response/>")


class NoConnection(Exception):
    """Nothing was sent."""


class NoReply(Exception):
    """Something may have been sent; nothing came back."""


class Reply(NamedTuple):
    """An answer; `damage` is what happened to it on its way."""

    status: int
    code: str = ""
    body: bytes = b""
    damage: str | None = None


Effect = Callable[[float], Reply]  # takes a share: how far a listing lags, 0 not at all

# No effect, and this answer.
_REFUSED = {
    "5xx before": (Reply(503, "ServiceUnavailable"), Reply(500, "InternalError")),
    "409 of another code": (Reply(409, "PathConflict"), Reply(409, "UploadConflict")),
    "credentials expired": (Reply(403, "ExpiredToken"), Reply(403, "AccessDenied")),
    "clock refused": (Reply(403, "RequestTimeTooSkewed"),),
    "listing refused": (Reply(403, "AccessDenied"),),
    "QueueSaturated": (Reply(400, "QueueSaturated"), Reply(403, "QueueSaturated")),
    "QueuePaused": (Reply(400, "QueuePaused"),),
    "refused for configuration": (
        Reply(403, "ResourceAccessDenied"),
        Reply(401, "Unauthorized"),
        Reply(400, "CIRoleNotExist"),
        Reply(400, "BucketUnBinded"),
        Reply(404, "QueueNotFound"),
        Reply(301),
    ),
    "refused for another reason": (Reply(400, "InvalidArgument"), Reply(413, "TooLarge")),
    "refused for good": (
        Reply(404, "ResourceNotFound"),
        Reply(400, "ResourceNotSupported"),
        Reply(451, "UnavailableForLegalReasons"),
    ),
}
_NO_DETAILS = seeded("")
_CI_CALLS = frozenset({"submit", "describe", "list_created"})


class Network:
    """What one process sends and gets back."""

    def __init__(self, world: World, process: Process) -> None:
        self._world = world
        self._process = process

    def ask(self, call: str, subject: str, effect: Effect) -> Reply:
        """One request, sent once. Raises NoConnection or NoReply."""
        return self._ask(call, subject, effect, None)[0]

    def ask_twice(self, call: str, subject: str, effect: Effect) -> Reply:
        """As the SDK does: once more after a 5xx, a lost reply or no connection."""
        reply, kind = None, None
        try:
            reply, kind = self._ask(call, subject, effect, None)
        except (NoConnection, NoReply) as error:
            kind = "no connection" if isinstance(error, NoConnection) else "reply lost"
        if reply is not None and reply.status < 500:
            return reply
        self._process.wait(1)
        return self._ask(call, subject, effect, kind)[0]

    def send(self, subject: str, leave: Callable[[], None], effect: Effect) -> Reply:
        """POST: `leave` looks at the clock and signs, at the very moment of sending."""
        return self._ask("submit", subject, effect, None, leave)[0]

    def _ask(
        self,
        call: str,
        subject: str,
        effect: Effect,
        before: str | None,
        leave: Callable[[], None] | None = None,
    ) -> tuple[Reply, str | None]:
        process = self._process
        latency = _latency(process), _latency(process)
        kind = self._world.faults.of_call(process, call, before)
        details = _details(process) if kind else _NO_DETAILS
        self._world.note(process, call, subject, kind)
        self._before(kind, details)
        if leave is not None:
            leave()
        process.wait(latency[0])
        if kind == "held up on its way":
            self._hold_up(effect, details)
        reply = _refusal(call, kind, details)
        if reply is None:
            lag = details.random() if kind == "listing lags" else 0
            reply = effect(lag)
            process.wait(latency[1])
            reply = self._after(kind, reply, details)
        else:
            process.wait(latency[1])
        return reply, kind

    def _hold_up(self, effect: Effect, details: random.Random) -> None:
        """The process stands still before it sends, or what it sent comes late to CI."""
        seconds = details.uniform(*details.choice(((0, 200), (20, 70), (60, 90))))
        if details.random() < 0.5:
            self._process.pause(seconds)
            return
        name = f"{self._process.name} on its way"
        self._process.scheduler.spawn(name, lambda _: _ignore(effect(0)), after=seconds)
        self._process.wait(_READ_SECONDS)
        raise NoReply

    def _before(self, kind: str | None, details: random.Random) -> None:
        if kind == "died before":
            self._process.die()
        if kind == "killed at its time-out" and details.random() < 0.5:
            self._process.wait_to_be_killed()
        if kind == "paused before":
            self._process.pause(_pause(details))
        if kind == "no connection":
            raise NoConnection

    def _after(self, kind: str | None, reply: Reply, details: random.Random) -> Reply:
        match kind:
            case "died after":
                self._process.die()
            case "killed at its time-out":
                self._process.wait_to_be_killed()
            case "paused after":
                self._process.pause(_pause(details))
            case "reply lost":
                self._process.wait(_READ_SECONDS)
                raise NoReply
            case "5xx after":
                return details.choice((Reply(500, "InternalError"), Reply(504)))
            case "truncated reply":
                return reply._replace(body=reply.body[: len(reply.body) // 2], damage=kind)
            case "Date missing":
                return reply._replace(damage=kind if reply.status < 300 else None)
            case "garbage reply":
                return Reply(200, body=details.choice(_GARBAGE), damage=kind)
        return reply


def error_body(code: str) -> bytes:
    """CI's error XML; some replies have none."""
    return error_xml(code, Message="why") if code else b""


def _ignore(_reply: Reply) -> None:
    """Nobody reads it."""


def _details(process: Process) -> random.Random:
    """What a fault is like in particular: drawn apart, so that other draws stay as they are."""
    return seeded(f"{process.scheduler.seed}/{process.name}/{process.calls}")


def _refusal(call: str, kind: str | None, details: random.Random) -> Reply | None:
    if kind == "throttled":
        return Reply(429 if call in _CI_CALLS else 503, "SlowDown")
    answers = _REFUSED.get(kind or "")
    return details.choice(answers) if answers else None


def _latency(process: Process) -> float:
    """Mostly milliseconds, now and then seconds."""
    if process.random.random() < 0.05:
        return process.random.uniform(0.5, 9)
    return process.random.uniform(0.003, 0.08)


def _pause(details: random.Random) -> float:
    return details.choice((70, 130, 1300, _HOUR, _HOUR, 3 * _HOUR))
