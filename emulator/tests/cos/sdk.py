"""What the tests of COS do through the official SDK, again and again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from qcloud_cos import CosS3Client, CosServiceError

BUCKET: Final = "examples-1250000000"
OTHER: Final = "other-1250000000"
REGION: Final = "ap-guangzhou"
KEY: Final = "uploads/卡 (1)+&<.jpg"
OWNER: Final = "qcs::cam::uin/100000000001:uin/100000000001"
GRANTEE: Final = "qcs::cam::uin/100000000002:uin/100000000002"
CUSTOMER_KEY: Final = {
    "SSECustomerAlgorithm": "AES256",
    "SSECustomerKey": base64.b64encode(b"0" * 32).decode(),
    "SSECustomerKeyMD5": base64.b64encode(hashlib.md5(b"0" * 32).digest()).decode(),  # noqa: S324
}
SOURCE: Final = {"Bucket": BUCKET, "Key": KEY, "Region": REGION}

Operation = Callable[[CosS3Client, Path], None]


def put(client: CosS3Client, body: object = b"0123456789", key: str = KEY, **how: object) -> Any:
    return client.put_object(BUCKET, body, key, **how)


def content(client: CosS3Client, key: str = KEY, **how: object) -> bytes:
    body: bytes = client.get_object(BUCKET, key, **how)["Body"].get_raw_stream().read()
    return body


def head(client: CosS3Client, key: str = KEY, **how: object) -> Any:
    return client.head_object(BUCKET, key, **how)


def keys(client: CosS3Client, **how: object) -> list[str]:
    return [one["Key"] for one in client.list_objects(BUCKET, **how).get("Contents", [])]


def refused(status: int, code: str, call: Callable[[], object]) -> None:
    with pytest.raises(CosServiceError) as error:
        call()
    assert (error.value.get_status_code(), error.value.get_error_code()) == (status, code)


def session_of(client: CosS3Client) -> requests.Session:
    """The session that a client sends with: what it fetches needs no signature of the client's."""
    session: requests.Session = client._session  # noqa: SLF001 - the SDK shows it nowhere else
    return session
