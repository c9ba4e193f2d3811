"""What the tests of COS do through the official SDK, again and again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from qcloud_cos import CosS3Client, CosServiceError

BUCKET: Final = "cards-1250000000"
OTHER: Final = "other-1250000000"
REGION: Final = "ap-guangzhou"
KEY: Final = "uploads/卡 (1)+&<.jpg"
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
