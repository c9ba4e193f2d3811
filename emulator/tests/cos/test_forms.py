from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from coslocal.cos import CosError, CosService, ObjectEvent
from coslocal.cos.forms import check_policy
from coslocal.cos.requests import Form
from coslocal.wsgi_adapter import WsgiAdapter
from tests.cos import form
from tests.cos.conftest import CREDENTIAL
from tests.cos.sdk import BUCKET

OWN = [{"q-sign-algorithm": "sha1"}, {"q-ak": "AKID"}, {"q-sign-time": "1;2"}]
FIELDS = {
    "key": "uploads/a.jpg",
    "q-sign-algorithm": "sha1",
    "q-ak": "AKID",
    "q-key-time": "1;2",
    "content-type": "image/jpeg",
    "acl": "private",
}
ENDS = "2020-01-01T00:00:00.000Z"
NOW = 1_500_000_000


@pytest.fixture
def session(cos: CosService) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", WsgiAdapter(cos))
    return made


def check(conditions: Any, ends: Any = ENDS, now: float = NOW) -> None:
    policy = json.dumps({"expiration": ends, "conditions": conditions}).encode()
    fields = {**FIELDS, "policy": base64.b64encode(policy).decode()}
    check_policy(Form(fields, b"0123456789"), BUCKET, now)


@pytest.mark.parametrize(
    "condition",
    [
        {"bucket": BUCKET},
        {"acl": "private"},
        {"x-cos-acl": "private"},
        {"bucket": BUCKET, "key": "uploads/a.jpg"},
        ["eq", "$key", "uploads/a.jpg"],
        ["starts-with", "$Content-Type", "image/"],
        ["starts-with", "$key", ""],
        ["content-length-range", 10, 10],
    ],
)
def test_a_condition_that_holds_lets_the_form_pass(condition: object) -> None:
    check([*OWN, condition])


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"bucket": "other-1250000000"}, "AccessDenied"),
        (["eq", "$key", "uploads/"], "AccessDenied"),
        (["starts-with", "$key", "other/"], "AccessDenied"),
        (["starts-with", "$x-cos-meta-a", ""], "AccessDenied"),
        ({"q-ak": "another"}, "AccessDenied"),
        (["content-length-range", 11, 20], "EntityTooSmall"),
        (["content-length-range", 0, 9], "EntityTooLarge"),
        (["content-length-range", "a", "b"], "InvalidPolicyDocument"),
        (["starts-with", "key", ""], "InvalidPolicyDocument"),
        (["like", "$key", ""], "InvalidPolicyDocument"),
        ("key", "InvalidPolicyDocument"),
        (None, "InvalidPolicyDocument"),
    ],
)
def test_a_condition_that_does_not_hold_refuses_the_form(condition: object, code: str) -> None:
    with pytest.raises(CosError) as refused:
        check([*OWN, condition])
    assert refused.value.code == code


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_a_policy_must_name_the_key_it_is_signed_with(left_out: int) -> None:
    with pytest.raises(CosError, match="InvalidPolicyDocument"):
        check([one for number, one in enumerate(OWN) if number != left_out])


def test_a_policy_ends_at_its_expiration() -> None:
    check(OWN, now=1_577_836_800)
    with pytest.raises(CosError, match="Policy expired"):
        check(OWN, now=1_577_836_801)


@pytest.mark.parametrize("ends", [None, "soon", 5])
def test_a_policy_without_a_readable_expiration_is_refused(ends: object) -> None:
    with pytest.raises(CosError, match="InvalidPolicyDocument"):
        check(OWN, ends)


def test_a_form_is_told_of_as_a_post(cos: CosService, session: requests.Session) -> None:
    events: list[ObjectEvent] = []
    cos.on_object_created = events.append
    fields = {"key": "uploads/卡.jpg", "x-cos-meta-kind": "photo"}
    form.send(session, form.signed(CREDENTIAL, fields))
    (event,) = events
    assert (event.event_name, event.key) == ("cos:ObjectCreated:Post", "uploads/卡.jpg")
    assert (event.size, event.metadata) == (10, {"x-cos-meta-kind": "photo"})


def test_a_form_copies_nothing(cos: CosService, session: requests.Session) -> None:
    source = f"{BUCKET}.cos.ap-guangzhou.myqcloud.com/secret"
    form.send(session, form.signed(CREDENTIAL, {"key": "secret"}), b"not for everybody")
    form.send(session, form.signed(CREDENTIAL, {"key": "a", "x-cos-copy-source": source}))
    stored = cos.read_object(BUCKET, "a")
    assert stored is not None
    assert stored.body == b"0123456789"


def test_a_redirect_adds_no_header_of_its_own(session: requests.Session) -> None:
    target = "https://example.com/?a=1\r\nX-Added: 卡"
    answer = form.send(
        session, form.signed(CREDENTIAL, {"key": "a", "success_action_redirect": target})
    )
    begins = "https://example.com/?a=1%0D%0AX-Added:%20%E5%8D%A1&bucket="
    assert answer.headers["Location"].startswith(begins)


@pytest.mark.parametrize("missing", ["key", "file"])
def test_a_form_without_its_key_or_file_is_refused(session: requests.Session, missing: str) -> None:
    fields = {"key": "a"} if missing == "file" else {}
    files = {"other" if missing == "file" else "file": ("a.jpg", b"x")}
    answer = session.post(form.URL, data=form.signed(CREDENTIAL, fields), files=files)
    assert (answer.status_code, f"no {missing}" in answer.text) == (400, True)


def test_a_body_that_is_no_form_is_refused(session: requests.Session) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = session.post(form.URL, data=b"--x\r\nno form", headers=headers)
    assert (answer.status_code, "MalformedPOSTRequest" in answer.text) == (400, True)


def test_an_unsigned_form_is_refused(cos: CosService, session: requests.Session) -> None:
    answer = form.send(session, {"key": "a"})
    assert (answer.status_code, "AccessDenied" in answer.text) == (403, True)
    assert cos.read_object(BUCKET, "a") is None
