from __future__ import annotations

import pytest

from shared.jobs import Accepted, RefusedForGood, Unknown, Waiting
from shared.jobs.reply import meaning, refusal_class

ACCEPTED = (
    b"<Response><JobsDetail><JobId>a1</JobId><State>Submitted</State></JobsDetail></Response>"
)


def error(code: str) -> bytes:
    return (
        f"<?xml version='1.0' encoding='utf-8' ?><Error><Code>{code}</Code>"
        "<Message>why</Message><RequestId>r</RequestId><TraceId>t</TraceId></Error>"
    ).encode()


def test_a_reply_with_a_job_id_is_an_accepted_job() -> None:
    assert meaning(200, ACCEPTED) == Accepted("a1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        ACCEPTED[:60],
        b"<html><body>502</body></html>",
        b"<Response><JobsDetail><State>Submitted</State></JobsDetail></Response>",
        b"<Response><JobsDetail><JobId>a/../b</JobId></JobsDetail></Response>",
        b"<Response/>",
    ],
)
def test_success_without_a_job_id_leaves_open_whether_there_is_a_job(body: bytes) -> None:
    assert isinstance(meaning(200, body), Unknown)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("NTk0MjdmODlfMjQ4OGY3+/=", True), (None, False), ("", False), ("a b", False), ("张", False)],
)
def test_a_request_id_is_kept_unless_it_could_be_anything_else(
    text: str | None,
    kept: bool,  # noqa: FBT001
) -> None:
    request_id = text if kept else None
    assert meaning(500, b"", text) == Unknown("HTTP500", request_id)
    assert meaning(200, b"", text) == Unknown("UnreadableReply", request_id)
    assert meaning(429, error("SlowDown"), text) == Waiting(
        "SlowDown", "why", "capacity", request_id
    )


@pytest.mark.parametrize(("status", "code"), [(500, "InternalError"), (503, "ServiceUnavailable")])
def test_a_server_error_leaves_open_whether_there_is_a_job(status: int, code: str) -> None:
    assert meaning(status, error(code)) == Unknown(code)
    assert meaning(status, b"") == Unknown(f"HTTP{status}")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ResourceNotFound"),
        (400, "ResourceNotSupported"),
        (451, "UnavailableForLegalReasons"),
    ],
)
def test_some_refusals_are_for_good(status: int, code: str) -> None:
    assert meaning(status, error(code)) == RefusedForGood(code, "why")


@pytest.mark.parametrize(
    ("status", "code", "refusal"),
    [
        (429, "SlowDown", "capacity"),
        (403, "QueueSaturated", "capacity"),
        (403, "QueuePaused", "capacity"),
        (401, "Unauthorized", "configuration"),
        (403, "SignatureExpired", "other"),
        (403, "AccessDenied", "configuration"),
        (400, "ResourceAccessDenied", "configuration"),
        (400, "CIRoleNotExist", "configuration"),
        (400, "AIBucketUnBinded", "configuration"),
        (400, "MediaBucketUnBinded", "configuration"),
        (404, "QueueNotFound", "configuration"),
        (400, "InvalidArgument", "other"),
        (404, "InvalidUrl", "other"),
        (413, "InvalidContent", "other"),
    ],
)
def test_any_other_refusal_waits_with_its_class(status: int, code: str, refusal: str) -> None:
    assert meaning(status, error(code)) == Waiting(code, "why", refusal)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(301, "configuration"), (307, "configuration"), (401, "configuration"), (404, "other")],
)
def test_a_refusal_that_can_not_be_read_keeps_its_status(status: int, refusal: str) -> None:
    assert meaning(status, b"<html>") == Waiting(f"HTTP{status}", None, refusal)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "refusal"), [(401, "configuration"), (302, "configuration"), (429, "capacity")]
)
def test_a_status_that_says_more_than_an_unknown_code_takes_its_place(
    status: int, refusal: str
) -> None:
    expected = Waiting(f"HTTP{status}", "AnythingElse: why", refusal)  # type: ignore[arg-type]
    assert meaning(status, error("AnythingElse")) == expected


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429])
@pytest.mark.parametrize("code", ["AccessDenied", "SlowDown", "QueueNotFound", "InvalidArgument"])
def test_the_class_is_a_function_of_the_code_that_is_recorded(status: int, code: str) -> None:
    found = meaning(status, error(code))
    assert isinstance(found, Waiting)
    assert found.refusal == refusal_class(found.code)
