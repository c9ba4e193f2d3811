"""Bad replies of COS and CI, and cards that wait for a callback, on the local cloud."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from werkzeug.wrappers import Request

from coslocal.functions import Failure
from coslocal.wsgi_adapter import carried_into
from tests.support.cloud_xml import listing_xml
from tests.support.clouds import Cloud
from tests.support.corpus import as_bytes, build
from tests.support.pipelines import START

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "uploads/a.jpg"
QUIET = {"attempt", "result", "claim_taken", "result_exists", "event_lost", "swept"}
"""Events of lines that tell of no problem."""


class Waiting:
    """A card whose job is done and whose callback never came (`CALLBACK_TYPE` is NONE)."""

    def __init__(self, opened: Cloud, key: str = KEY) -> None:
        self.cloud = opened
        self.key = key
        self.etag = opened.upload(key)
        job = opened.jobs[-1]
        self.names = {
            "JOB": job.job_id,
            "TOKEN": job.request.user_data or "",
            "KEY": key,
            "ETAG": self.etag,
        }

    def call(self, event: Any) -> tuple[int, list[dict[str, Any]]]:
        """Send an event to the callback function; its status, and the lines of trouble."""
        before = len(self.cloud.local.logs)
        answer = self.cloud.invoke("callback", event)
        assert not isinstance(answer, Failure), "a traceback for the caller"
        assert set(answer) == {"isBase64Encoded", "statusCode", "headers", "body"}
        assert answer["body"] == BODIES[answer["statusCode"]]
        return answer["statusCode"], troubles(self.cloud, before)

    def post(self, body: Any) -> tuple[int, list[dict[str, Any]]]:
        """Send a body with the card's own token."""
        return self.call(request_with(as_bytes(body), self.names["TOKEN"]))

    def results(self) -> list[str]:
        return self.cloud.names("results")

    def result(self) -> dict[str, Any]:
        return self.cloud.result(self.key, self.etag)


BODIES = {200: "ok", 400: "bad request", 403: "forbidden", 500: "error"}


def request_with(body: bytes, token: str) -> dict[str, Any]:
    """The Function URL event of a POST."""
    event: dict[str, Any] = {"httpMethod": "POST", "path": "/", "queryString": {"t": token}}
    try:
        return {**event, "body": body.decode()}
    except UnicodeDecodeError:
        return {**event, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def troubles(opened: Cloud, before: int = 0) -> list[dict[str, Any]]:
    """The log's lines that tell of a problem, each one JSON object."""
    return [line for line in opened.log_lines()[before:] if line["event"] not in QUIET]


def listing_of(keys: Iterable[str], prefix: str = "") -> str:
    """The body of a listing that shows these keys."""
    objects = ((prefix + key, "0123456789abcdef", 6, START) for key in keys)
    return listing_xml(objects).decode()


@contextmanager
def replying(
    opened: Cloud, reply: Mapping[str, Any], when: Callable[[Request], bool]
) -> Iterator[list[Request]]:
    """Have COS or CI answer some requests with `reply`; the others as they would."""
    with choosing(opened, lambda request: reply if when(request) else None) as asked:
        yield asked


@contextmanager
def choosing(
    opened: Cloud, choose: Callable[[Request], Mapping[str, Any] | None]
) -> Iterator[list[Request]]:
    """Have COS or CI answer a request with the reply that is chosen for it, if one is.

    A reply has a status (200 where absent), headers and a body, which may be described; without
    a Content-Length of its own where `length` is false.
    """
    asked: list[Request] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        reply = choose(request)
        if reply is None:
            return opened.local.app(environ, start_response)
        asked.append(request)
        body = as_bytes(build(reply.get("body", "")))
        length = {"Content-Length": str(len(body))} if reply.get("length", True) else {}
        headers = {**length, **build(reply.get("headers", {}))}
        start_response(f"{reply.get('status', 200)} Scripted", list(headers.items()))
        return [body]

    with carried_into(app), mock.patch("qcloud_cos.cos_client.time.sleep"):
        yield asked
