"""POST Object: forms that a browser sends, which no method of the SDK makes."""

from __future__ import annotations

from pathlib import Path

import requests
from qcloud_cos import CosS3Client

from coslocal.credentials import Credential
from tests.cos import form
from tests.cos.sdk import BUCKET, KEY, REGION, Operation, content, head, session_of

ETAG = '"781e5e245d69b566979b86e28d23f2c7"'


def upload_a_form(client: CosS3Client, _: Path) -> None:
    answer = _send(client, {"key": KEY})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["ETag"] == head(client)["ETag"] == ETAG
    assert answer.headers["Location"].startswith(f"http://{BUCKET}.cos.{REGION}.myqcloud.com/up")
    assert content(client) == b"0123456789"
    assert head(client)["Content-Type"] == "application/octet-stream"


def form_with_headers(client: CosS3Client, _: Path) -> None:
    fields = {"Content-Type": "image/jpeg", "Cache-Control": "no-cache", "x-cos-meta-a": "1"}
    _send(client, {"key": KEY, **fields})
    assert head(client).items() >= {"x-cos-meta-a": "1", "Cache-Control": "no-cache"}.items()
    assert head(client)["Content-Type"] == "image/jpeg"


def form_with_the_file_s_name(client: CosS3Client, _: Path) -> None:
    _send(client, {"key": "uploads/${filename}"})
    assert content(client, "uploads/photo.jpg") == b"0123456789"


def form_with_a_redirect(client: CosS3Client, _: Path) -> None:
    answer = _send(client, {"key": "a b", "success_action_redirect": "https://example.com/done"})
    named = f"bucket={BUCKET}&key=a%20b&etag=%22{ETAG[1:-1]}%22"
    assert answer.headers["Location"] == f"https://example.com/done?{named}"
    assert answer.status_code == 303


def form_with_a_status(client: CosS3Client, _: Path) -> None:
    for asked, status in (("200", 200), ("201", 201), ("204", 204), ("500", 204)):
        answer = _send(client, {"key": KEY, "success_action_status": asked})
        assert (answer.status_code, answer.content) == (status, b"")


def form_outside_its_policy(client: CosS3Client, _: Path) -> None:
    conditions = [["starts-with", "$key", "uploads/"], ["content-length-range", 1, 20]]
    fields = form.signed(_credential(client), {"key": "other"}, conditions)
    answer = form.send(session_of(client), fields)
    assert (answer.status_code, "AccessDenied" in answer.text) == (403, True)
    fields = form.signed(_credential(client), {"key": KEY}, conditions)
    answer = form.send(session_of(client), fields, b"0" * 21)
    assert (answer.status_code, "EntityTooLarge" in answer.text) == (400, True)
    assert form.send(session_of(client), fields).status_code == 204


def form_with_a_wrong_signature(client: CosS3Client, _: Path) -> None:
    other = Credential(_credential(client).secret_id, "guessed")
    answer = form.send(session_of(client), form.signed(other, {"key": KEY}))
    assert (answer.status_code, "SignatureDoesNotMatch" in answer.text) == (403, True)
    assert not client.object_exists(BUCKET, KEY)


def _send(client: CosS3Client, fields: dict[str, str]) -> requests.Response:
    return form.send(session_of(client), form.signed(_credential(client), fields))


def _credential(client: CosS3Client) -> Credential:
    """What the client signs with."""
    known = client._conf  # noqa: SLF001 - the SDK signs no form
    return Credential(known._secret_id, known._secret_key)  # noqa: SLF001 - as above


OPERATIONS: list[Operation] = [
    upload_a_form,
    form_with_headers,
    form_with_the_file_s_name,
    form_with_a_redirect,
    form_with_a_status,
    form_outside_its_policy,
    form_with_a_wrong_signature,
]
