"""Every reply of CI's that the API page and the list of error codes name.

How the local cloud comes to give it, and what the functions make of it: docs/api.md shows these
tables, test_replies.py holds them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.test import Client

from coslocal.ci.errors import STATUS_OF_CODE
from local.recognition.scripted import scripted_error

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

FOREVER = 1_000_000


class Pending(NamedTuple):
    """The card goes on waiting: its state, the class of the refusal, how many attempts it has."""

    state: str
    refusal: str | None = None
    attempts: int = 1


class Ended(NamedTuple):
    """The card has its result; `code` and `message` are those of its `error`."""

    outcome: str
    code: str | None = None
    message: str | None = None


class Given(NamedTuple):
    """What is done to the local cloud before an upload, in words and in deed.

    `afterwards` is done when the job has been accepted.
    """

    words: str
    deed: Callable[[Cloud], None]
    afterwards: Callable[[Cloud], None] | None = None
    photo: bytes | None = None


class Reply(NamedTuple):
    """A reply of CI's, named by its Code or, where the POST was taken, by the job's state."""

    name: str
    given: Given
    expected: Pending | Ended
    status: int = 200
    code: str | None = None


def control(path: str, **asked: object) -> Given:
    """A request to the control API, as one sends it."""
    written = json.dumps(asked)
    return Given(f"`POST /control/{path}` `{written}`", lambda cloud: _ask(cloud, path, asked))


def fault(on: str, code: str, **details: object) -> Given:
    """A fault that strikes once."""
    return control("faults", on=on, code=code, **details)


def _ask(cloud: Cloud, path: str, asked: Mapping[str, object]) -> None:
    client = Client(cloud.local.app)
    answer = client.post(f"/control/{path}", json=asked, base_url=cloud.local.setup.url)
    assert answer.status_code == HTTPStatus.OK, answer.text


def for_good(code: str) -> Ended:
    """What a refusal comes to after which no other job can be."""
    return Ended("failed", code, "scripted")


def _refusals() -> list[Reply]:
    """The codes of the list, each with the status it is documented with."""
    capacity, configuration = Pending("waiting", "capacity"), Pending("waiting", "configuration")
    other, unknown = Pending("waiting", "other"), Pending("unknown")
    listed: list[tuple[int, str, Pending | Ended]] = [
        (400, "InvalidArgument", other),
        (400, "MissingContent", other),
        (400, "InvalidContent", other),
        (400, "InvalidHost", other),
        (400, "ResourceNotFound", for_good("ResourceNotFound")),
        (400, "ResourceAccessDenied", configuration),
        (400, "ResourceDownloadFailed", other),
        (400, "ResourceNotSupported", for_good("ResourceNotSupported")),
        (400, "CIRoleNotExist", configuration),
        (400, "MediaBucketUnBinded", configuration),
        (400, "PicBucketUnBinded", configuration),
        (400, "QueueNotFound", configuration),
        (401, "MissingAuthorization", configuration),
        (401, "InvalidAuthorization", configuration),
        (401, "AccessDenied", configuration),
        (401, "SecretidNotExist", configuration),
        (401, "SignatureExpired", configuration),
        (403, "AccessDenied", configuration),
        (403, "MediaBucketAlreadyBinded", other),
        (403, "QueueSaturated", capacity),
        (404, "InvalidUrl", other),
        (411, "MissingContentLength", other),
        (413, "InvalidContent", other),
        (429, "SlowDown", capacity),
        (451, "UnavailableForLegalReasons", for_good("UnavailableForLegalReasons")),
        (500, "InternalError", unknown),
        (501, "NotImplemented", unknown),
        (503, "ServiceUnavailable", unknown),
    ]
    return [
        Reply(code, _refused(code, status), expected, status, code)
        for status, code, expected in listed
    ]


def _refused(code: str, status: int) -> Given:
    """A refusal of `POST /jobs`; the status needs no word where it is the code's own."""
    other = {} if STATUS_OF_CODE[code] == status else {"status": status}
    return fault("request", code, **other)


def _bucket(cloud: Cloud) -> str:
    return cloud.local.setup.bucket


def _pause(cloud: Cloud) -> None:
    ci = cloud.local.ci
    ci.set_queue_state(ci.queue_of(_bucket(cloud)), "Paused")


def _cancel(cloud: Cloud) -> None:
    cloud.user.ci_cancel_jobs(Bucket=_bucket(cloud), JobID=cloud.jobs[0].job_id)


def _nothing(_cloud: Cloud) -> None:
    return None


REFUSALS = [
    *_refusals(),
    Reply(
        "QueuePaused",
        Given("`PUT /ai_queue/<QueueId>` with `State` `Paused`", _pause),
        Pending("waiting", "capacity"),
        403,
        "QueuePaused",
    ),
    Reply(
        "AIBucketUnBinded",
        Given("`DELETE /ai_bucket`", lambda cloud: cloud.local.ci.disable(_bucket(cloud))),
        Pending("waiting", "configuration"),
        400,
        "AIBucketUnBinded",
    ),
]
"""What can come in place of a job."""

_SLOWLY = control("behaviour", start_after_seconds=FOREVER)

JOBS = [
    Reply("Submitted", _SLOWLY, Pending("submitted")),
    Reply("Running", control("behaviour", run_seconds=FOREVER), Pending("submitted")),
    Reply(
        "Pause",
        _SLOWLY._replace(
            words="`PUT /ai_queue/<QueueId>` once the job is there", afterwards=_pause
        ),
        Pending("submitted"),
    ),
    Reply(
        "Cancel",
        _SLOWLY._replace(words="`PUT /jobs/<JobId>?cancel`", afterwards=_cancel),
        Ended("failed", "Cancelled"),
    ),
    Reply("Success, Status 1", Given("a photo of a card", _nothing), Ended("recognised")),
    Reply(
        "Success, Status 0",
        Given("a photo of no card", _nothing, photo=b"a cat"),
        Ended("nothing_found"),
    ),
    *(
        Reply(f"Failed, {code}", fault("job", code), Pending("submitted", attempts=2))
        for code in ("InternalError", "ServiceUnavailable", "ResourceDownloadFailed")
    ),
    Reply(
        "Failed, ResourceNotSupported",
        Given(
            "a photo that can't be read",
            _nothing,
            photo=scripted_error("ResourceNotSupported"),
        ),
        Ended("failed", "ResourceNotSupported", "the content's own script says so"),
    ),
    Reply(
        "Failed, any other Code",
        fault("job", "ImageDecodeFailed", message="too small"),
        Ended("failed", "ImageDecodeFailed", "too small"),
    ),
    Reply(
        "Success, its result Failed",
        fault("job", "ImageDecodeFailed", message="too small", in_container=True),
        Ended("failed", "ImageDecodeFailed", "too small"),
    ),
]
"""What can become of a job, as `GET /jobs/<JobId>` shows it, whoever asks: callback or sweep."""
