from __future__ import annotations

import pytest

from shared.jobs import Accepted, Unknown, Waiting
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
