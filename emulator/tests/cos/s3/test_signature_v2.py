"""The examples of AWS's page on signatures of version 2; their keys are the page's own."""

from __future__ import annotations

from calendar import timegm
from email.utils import parsedate
from typing import Final

import pytest

from coslocal.cos.s3.signature_v2 import verify_v2
from coslocal.cos.s3.signature_v4 import RawRequest
from coslocal.credentials import Credential, CredentialStore
from coslocal.signature import Refusal, SignatureRefused

KEY: Final = Credential("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
DATE: Final = "Tue, 27 Mar 2007 19:36:42 +0000"


def raw(method: str, target: str, signature: str, query: str = "", **headers: str) -> RawRequest:
    pairs = [one.partition("=") for one in query.split("&") if one]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawRequest(
        method,
        target,
        target.encode(),
        [(name, value) for name, _, value in pairs],
        {**named, "authorization": f"AWS {KEY.secret_id}:{signature}"},
    )


def moment(date: str) -> float:
    parsed = parsedate(date)
    assert parsed is not None
    return timegm(parsed)


EXAMPLES: Final = (
    raw("GET", "/photos/puppy.jpg", "bWq2s1WEIj+Ydj0vQ697zp+IXMU=", date=DATE),
    raw(
        "PUT",
        "/photos/puppy.jpg",
        "MyyxeRY7whkBe+bq8fHCL/2kKUg=",
        date="Tue, 27 Mar 2007 21:15:45 +0000",
        content_type="image/jpeg",
        content_length="94328",
    ),
    raw(
        "GET",
        "/",
        "htDYFYduRNen8P9ZfE/s9SuKy0U=",
        "prefix=photos&max-keys=50&marker=puppy",
        date="Tue, 27 Mar 2007 19:42:41 +0000",
    ),
    raw(
        "GET",
        "/",
        "c2WLPFtWHVgbEmeEG93a4cG37dM=",
        "acl",
        date="Tue, 27 Mar 2007 19:44:46 +0000",
    ),
)


@pytest.mark.parametrize("request_", EXAMPLES)
def test_the_examples_of_the_page_are_believed(request_: RawRequest) -> None:
    now = moment(request_.headers["date"])
    assert verify_v2(request_, "johnsmith", CredentialStore(KEY), now) == KEY.secret_id


@pytest.mark.parametrize("request_", EXAMPLES)
def test_a_request_that_was_changed_is_not(request_: RawRequest) -> None:
    now = moment(request_.headers["date"])
    other = RawRequest(
        request_.method,
        request_.target,
        request_.path,
        request_.query,
        {**request_.headers, "x-amz-acl": "public-read"},
    )
    for one, bucket in ((request_, "other"), (other, "johnsmith")):
        with pytest.raises(SignatureRefused) as error:
            verify_v2(one, bucket, CredentialStore(KEY), now)
        assert error.value.kind is Refusal.MISMATCH


def test_a_date_far_from_now_is_refused() -> None:
    with pytest.raises(SignatureRefused) as error:
        verify_v2(EXAMPLES[0], "johnsmith", CredentialStore(KEY), moment(DATE) + 901)
    assert error.value.kind is Refusal.NOT_YET_VALID


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("AWSAccessKeyId=a&Signature=b&Expires=1", Refusal.EXPIRED),
        ("AWSAccessKeyId=a&Signature=b&Expires=soon", Refusal.MALFORMED),
        ("AWSAccessKeyId=a&Signature=&Expires=99999999999", Refusal.MALFORMED),
        ("AWSAccessKeyId=a&Signature=b&Expires=99999999999", Refusal.UNKNOWN_KEY),
    ],
)
def test_a_url_that_was_not_presigned_is_refused(query: str, kind: Refusal) -> None:
    pairs = [one.partition("=") for one in query.split("&")]
    url = RawRequest("GET", "/a", b"/a", [(name, value) for name, _, value in pairs], {})
    with pytest.raises(SignatureRefused) as error:
        verify_v2(url, None, CredentialStore(KEY), 1000)
    assert error.value.kind is kind
