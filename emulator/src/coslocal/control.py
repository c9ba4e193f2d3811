"""The control API of an emulator: what it did, and what is to go wrong, as JSON over HTTP.

It answers programs of this machine: a browser says where a request comes from, and is refused, so
that no site that is open in one can reach it. Errors are `{"error": …}` with status 400, 403 or
404. The package's README lists what can be asked.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from coslocal.bodies import BodyBroken, BodyTooLarge, read_body
from coslocal.ci.callbacks import Delivery, QueuedMessage
from coslocal.ci.faults import CallbackFault, JobFault, RequestFault
from coslocal.ci.jobs import Job, ci_time
from coslocal.ci.runner import Behaviour
from coslocal.cos import CosError, CosRequest
from coslocal.functions import Failure
from coslocal.functions.interface import UnknownFunction
from coslocal.patterns import check_pattern
from coslocal.triggers.asynchronous import DeadLetter, Invocation
from coslocal.typed_json import Unreadable, read_object

if TYPE_CHECKING:
    from coslocal.emulator import Emulator

PATH: Final = "/control/"
MAX_WAIT_SECONDS: Final = 300.0
MAX_BODY_BYTES: Final = 6 * 1024 * 1024
"""As large as an event can be that a function is invoked with (583/11637)."""


@dataclass
class ObjectFault:
    """Answers a request to COS with a code of COS's; `key` is a regular expression for all of it.

    `after_effect` lets the request be carried out all the same before it is so answered.
    """

    code: str
    method: str = "PUT"
    key: str = ".*"
    after_effect: bool = False
    times: int = 1

    def __post_init__(self) -> None:
        """Refuse a key that is no regular expression."""
        check_pattern("key", self.key)

    def strikes(self, request: CosRequest) -> bool:
        """Whether the request is one of those meant."""
        meant = request.method == self.method and re.fullmatch(self.key, request.key or "")
        return self.times > 0 and bool(meant)


@dataclass
class Firing:
    """Which timer fires, and its message.

    `name` may be left out if there is one timer; the message is that of its settings if None.
    """

    name: str | None = None
    message: str | None = None


@dataclass
class Wait:
    """How long to wait at most, in seconds."""

    seconds: float = MAX_WAIT_SECONDS


@dataclass
class Call:
    """Which function is invoked, and with what."""

    function: str
    event: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Publication:
    """What is put on which topic of CMQ."""

    name: str
    body: str


@dataclass
class LogRequest:
    """Which lines of the log: of one function or of all, after the first `since`."""

    function: str | None = None
    since: int = 0


Answer = Mapping[str, Any] | Sequence[Any]
Route = Callable[[Mapping[str, Any]], Answer]


class _Refused(Exception):
    """The message says why, to whoever asked."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status


class Control:
    """Shows and steers one emulator."""

    def __init__(self, cloud: Emulator) -> None:
        self._cloud = cloud
        self._object_faults: list[ObjectFault] = []
        self._lock = threading.Lock()
        address = urlsplit(cloud.settings.url)
        self._hosts = (address.netloc, f"localhost:{address.port}")
        self._routes: Mapping[tuple[str, str], Route] = {
            ("GET", ""): self._deployed,
            ("GET", "jobs"): lambda _: [_job(job) for job in cloud.jobs],
            ("GET", "callbacks"): lambda _: [_delivery(one) for one in cloud.callbacks],
            ("GET", "invocations"): lambda _: [_invocation(one) for one in cloud.invocations],
            ("GET", "messages"): lambda _: [_message(one) for one in cloud.runner.messages],
            ("GET", "dead-letters"): lambda _: [_letter(one) for one in cloud.dead_letters],
            ("POST", "dead-letters"): lambda _: {"sent": cloud.redrive()},
            ("GET", "faults"): lambda _: list(self._coming()),
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._forget_faults,
            ("POST", "behaviour"): self._behave,
            ("POST", "timer"): self._fire,
            ("POST", "idle"): self._wait,
            ("POST", "invoke"): self._invoke,
            ("POST", "topic"): self._publish,
            ("GET", "logs"): self._log,
            ("DELETE", "objects"): self._forget_objects,
        }

    @property
    def requests(self) -> Iterable[tuple[str, str]]:
        """What can be asked: each method, with the path below `PATH`."""
        return self._routes.keys()

    def answer(self, request: Request) -> Response:
        """Answer a request below `PATH`."""
        try:
            self._admit(request)
            return _json(self._route(request)(_asked(request)), HTTPStatus.OK)
        except _Refused as refused:
            return _json({"error": str(refused)}, refused.status)
        except (Unreadable, UnknownFunction) as error:
            return _json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        except RecursionError:
            return _json({"error": "the body is nested too deep"}, HTTPStatus.BAD_REQUEST)

    def _admit(self, request: Request) -> None:
        if request.host not in self._hosts:
            raise _Refused(f"this is at http://{self._hosts[0]}{PATH}", HTTPStatus.FORBIDDEN)
        if "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
            raise _Refused("no browser is answered", HTTPStatus.FORBIDDEN)

    def _route(self, request: Request) -> Route:
        route = self._routes.get((request.method, request.path.removeprefix(PATH)))
        if route is None:
            raise _Refused("no such method and path", HTTPStatus.NOT_FOUND)
        return route

    def _deployed(self, _asked: Mapping[str, Any]) -> Answer:
        settings = self._cloud.settings
        return {
            "url": settings.url,
            "region": settings.region,
            "bucket": settings.bucket,
            "functions": list(self._cloud.functions),
        }

    def _faults(self) -> dict[str, tuple[type, list[Any]]]:
        """Return every kind of fault with the list of those still to come."""
        ci = self._cloud.runner.faults
        return {
            "cos": (ObjectFault, self._object_faults),
            "request": (RequestFault, ci.requests),
            "job": (JobFault, ci.jobs),
            "callback": (CallbackFault, ci.callbacks),
        }

    def _coming(self) -> Iterator[Answer]:
        for kind, (_, coming) in self._faults().items():
            yield from ({"on": kind, **asdict(fault)} for fault in coming if fault.times)

    def _add_fault(self, asked: Mapping[str, Any]) -> Answer:
        details = dict(asked)
        kinds = self._faults()
        kind = details.pop("on", None)
        if not isinstance(kind, str) or kind not in kinds:
            raise _Refused(f"on is one of {', '.join(kinds)}")
        fault, coming = kinds[kind]
        coming.append(read_object(fault, details))
        self._cloud.cos.before_effect = partial(self._strike, after=False)
        self._cloud.cos.after_effect = partial(self._strike, after=True)
        return {}

    def _forget_faults(self, _asked: Mapping[str, Any]) -> Answer:
        for _, coming in self._faults().values():
            coming.clear()
        return {}

    def _strike(self, request: CosRequest, *, after: bool) -> CosError | None:
        with self._lock:
            for fault in self._object_faults:
                if fault.after_effect == after and fault.strikes(request):
                    fault.times -= 1
                    return CosError(fault.code, "scripted")
        return None

    def _behave(self, asked: Mapping[str, Any]) -> Answer:
        self._cloud.runner.behaviour = read_object(Behaviour, asked)
        return {}

    def _fire(self, asked: Mapping[str, Any]) -> Answer:
        firing = read_object(Firing, asked)
        timers = self._cloud.timers
        if not timers:
            raise _Refused("no function has a timer")
        name = next(iter(timers)) if firing.name is None and len(timers) == 1 else firing.name
        if name not in timers:
            raise _Refused(f"name is one of {', '.join(timers)}")
        timers[name].fire(firing.message)
        return {}

    def _wait(self, asked: Mapping[str, Any]) -> Answer:
        seconds = min(read_object(Wait, asked).seconds, MAX_WAIT_SECONDS)
        return {"idle": self._cloud.agenda.wait_until_idle(seconds)}

    def _invoke(self, asked: Mapping[str, Any]) -> Answer:
        call = read_object(Call, asked)
        outcome = self._cloud.invoke(call.function, call.event)
        if isinstance(outcome, Failure):
            return {"code": outcome.code, "error": outcome.message}
        return {"code": None, "value": outcome.value}

    def _publish(self, asked: Mapping[str, Any]) -> Answer:
        publication = read_object(Publication, asked)
        self._cloud.publish(publication.name, publication.body)
        return {}

    def _log(self, asked: Mapping[str, Any]) -> Answer:
        since = str(asked.get("since", 0))
        if not re.fullmatch(r"[0-9]{1,15}", since):
            raise _Refused("since is a whole number from 0 up")
        wanted = read_object(LogRequest, {**asked, "since": int(since)})
        number, lines = self._cloud.log_since(wanted.since, wanted.function)
        return {"since": number, "lines": [asdict(line) for line in lines]}

    def _forget_objects(self, _asked: Mapping[str, Any]) -> Answer:
        settings = self._cloud.settings
        self._cloud.cos.reset()
        for bucket in (settings.bucket, *settings.buckets):
            self._cloud.cos.create_bucket(bucket)
        return {}


def _asked(request: Request) -> Mapping[str, Any]:
    """Return what a request says: a GET in its query, any other in its body."""
    if request.method == "GET":
        return request.args.to_dict()
    try:
        asked = json.loads(read_body(request, MAX_BODY_BYTES) or b"{}", parse_constant=_no_number)
    except BodyTooLarge as error:
        said = f"the body is larger than {MAX_BODY_BYTES} bytes"
        raise _Refused(said, HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from error
    except (BodyBroken, RecursionError, ValueError) as error:
        raise _Refused("the body is no JSON") from error
    if not isinstance(asked, dict):
        raise _Refused("the body is no JSON object")
    return asked


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _job(job: Job) -> Answer:
    return {
        "job_id": job.job_id,
        "key": job.request.object_key,
        "tag": job.request.tag,
        "parameters": dict(job.request.parameters),
        "state": job.state,
        "code": job.code,
        "created_at": ci_time(job.created_at),
        "ended_at": ci_time(job.ended_at),
    }


def _message(one: QueuedMessage) -> Answer:
    return {**asdict(one.queue), "body": one.body}


def _delivery(one: Delivery) -> Answer:
    return {"job_id": one.job_id, "format": one.format, "status": one.status, "error": one.error}


def _invocation(one: Invocation) -> Answer:
    code = one.outcome.code if isinstance(one.outcome, Failure) else None
    return {"function": one.function, "attempt": one.attempt, "code": code}


def _letter(one: DeadLetter) -> Answer:
    return {
        "function": one.function,
        "attempts": one.attempts,
        "code": one.failure.code,
        "event": one.event,
    }


def _json(content: Answer, status: HTTPStatus) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")
