"""A browser's form, signed as the page on POST Object (436/14690) says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import requests

from coslocal.credentials import Credential
from tests.cos.sdk import BUCKET, REGION

URL: Final = f"https://{BUCKET}.cos.{REGION}.myqcloud.com/"


def signed(
    credential: Credential,
    fields: Mapping[str, str],
    conditions: Sequence[Any] = (),
    *,
    seconds: int = 600,
) -> dict[str, str]:
    """The fields with a policy of these conditions and its signature, good for `seconds`."""
    now = int(time.time())
    period = f"{now - 1000};{now + seconds}"
    own = [
        {"q-sign-algorithm": "sha1"},
        {"q-ak": credential.secret_id},
        {"q-sign-time": period},
    ]
    ends = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(now + seconds))
    policy = json.dumps({"expiration": ends, "conditions": [*own, *conditions]}).encode()
    key = _hmac(credential.secret_key, period)
    return {
        **fields,
        **({"x-cos-security-token": credential.token} if credential.token else {}),
        "policy": base64.b64encode(policy).decode(),
        "q-sign-algorithm": "sha1",
        "q-ak": credential.secret_id,
        "q-key-time": period,
        "q-signature": _hmac(key, hashlib.sha1(policy).hexdigest()),  # noqa: S324
    }


def send(
    session: requests.Session,
    fields: Mapping[str, str],
    content: bytes = b"0123456789",
    name: str = "photo.jpg",
) -> requests.Response:
    """The answer to the form; a redirect is not followed."""
    file = (name, content, "image/x-of-the-browser")
    return session.post(URL, data=fields, files={"file": file}, allow_redirects=False)


def _hmac(key: str, message: str) -> str:
    return hmac.new(key.encode(), message.encode(), hashlib.sha1).hexdigest()
