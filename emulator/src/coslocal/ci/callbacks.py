"""The callback at the end of a job: its body in every documented shape, and its delivery."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import requests

from coslocal.ci.jobs import CallbackFormat, Job, MessageQueue
from coslocal.ci.replies import XML_TYPE, job_detail, response_xml

EVENT: Final = "TaskFinish"
USER_AGENT: Final = "Go-http-client/1.1"
TIMEOUT_SECONDS: Final = (5, 60)


@dataclass(frozen=True)
class CallbackShape:
    """How a JSON callback is built; CI's own pages contradict one another, so each is a choice.

    The default is what was seen on the wire of a sibling API: lists at both levels, no wrapper.
    XML has one shape only.
    """

    jobs_as_list: bool = True
    result_as_list: bool = True
    wrapped: bool = False
    numbers_as_strings: bool = False
    single_as_object: bool = False


@dataclass(frozen=True)
class Delivery:
    """One callback that was sent. `status` is None if no answer came, `error` says why."""

    job_id: str
    url: str
    format: CallbackFormat
    body: bytes
    sent_at: float
    status: int | None
    error: str | None = None


@dataclass(frozen=True)
class QueuedMessage:
    """One callback that was put on a TDMQ queue; its body is assumed to be a URL callback's."""

    queue: MessageQueue
    body: str


def callback_body(job: Job, callback_format: CallbackFormat, shape: CallbackShape) -> bytes:
    """Return the body of the callback for a job that has ended."""
    detail = job_detail(job)
    if callback_format == "XML":
        return response_xml({"EventName": EVENT, "JobsDetail": detail})
    shaped = _shaped(detail, f"{job.request.tag}Result", shape)
    return json.dumps(shaped, ensure_ascii=False).encode()


def content_type(callback_format: CallbackFormat) -> str:
    """Return the Content-Type of a callback."""
    return XML_TYPE if callback_format == "XML" else "application/json"


def send(session: requests.Session, job: Job, url: str, body: bytes, sent_at: float) -> Delivery:
    """POST one callback. Whatever becomes of it, it is not sent again."""
    callback_format: CallbackFormat = "XML" if body.startswith(b"<") else "JSON"
    headers = {"Content-Type": content_type(callback_format), "User-Agent": USER_AGENT}
    status, error = None, None
    try:
        answer = session.post(
            url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        status = answer.status_code
    except requests.RequestException as fault:
        error = type(fault).__name__
    return Delivery(job.job_id, url, callback_format, body, sent_at, status, error)


def _shaped(detail: dict[str, Any], container: str, shape: CallbackShape) -> dict[str, Any]:
    result = detail["Operation"].get(container)
    if result is not None:
        if shape.single_as_object:
            result = _single_as_object(result)
        detail["Operation"][container] = [result] if shape.result_as_list else result
    if shape.numbers_as_strings:
        detail = _numbers_as_strings(detail)
    body = {"EventName": EVENT, "JobsDetail": [detail] if shape.jobs_as_list else detail}
    return {"Response": body} if shape.wrapped else body


def _single_as_object(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Turn lists of one into their element, as a conversion from XML does."""
    if isinstance(value, dict):
        return {name: _single_as_object(child) for name, child in value.items()}
    if isinstance(value, list):
        children = [_single_as_object(child) for child in value]
        return children[0] if len(children) == 1 else children
    return value


def _numbers_as_strings(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: _numbers_as_strings(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_numbers_as_strings(child) for child in value]
    return str(value) if isinstance(value, int) else value
