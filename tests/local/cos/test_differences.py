"""What differs from COS, on purpose and by name."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping

import pytest
from qcloud_cos import CosS3Client

from tests.local.cos.sdk import BUCKET, KEY, SOURCE, content, head, keys, put, refused

NOT_SERVED: Mapping[str, Callable[[CosS3Client], object]] = {
    "appending": lambda client: client.append_object(BUCKET, KEY, 0, b"x"),
    "symbolic links": lambda client: client.put_symlink(BUCKET, "link", KEY),
    "a copy if the source matches": lambda client: client.copy_object(
        BUCKET, "c", SOURCE, CopySourceIfMatch='"other"'
    ),
    "inventories": lambda client: client.list_bucket_inventory_configurations(BUCKET),
    "replication": lambda client: client.get_bucket_replication(BUCKET),
    "referer rules": lambda client: client.get_bucket_referer(BUCKET),
    "domains": lambda client: client.get_bucket_domain(BUCKET),
}


@pytest.mark.parametrize("call", NOT_SERVED.values(), ids=NOT_SERVED.keys())
def test_what_is_not_served_says_so(
    client: CosS3Client, call: Callable[[CosS3Client], object]
) -> None:
    put(client)
    refused(501, "NotImplemented", lambda: call(client))
    assert keys(client) == [KEY]


def _quiet_deletion(client: CosS3Client) -> bool:
    put(client)
    return "Deleted" in client.delete_objects(BUCKET, {"Quiet": "true", "Object": [{"Key": KEY}]})


def _checksum(client: CosS3Client) -> bool:
    put(client)
    return "x-cos-hash-crc64ecma" not in head(client)


def _owner(client: CosS3Client) -> bool:
    return "qcs::cam::uin" not in client.get_bucket_acl(BUCKET)["Owner"]["ID"]


def _wrong_customer_key(client: CosS3Client) -> bool:
    key = b"0" * 32
    put(
        client,
        SSECustomerAlgorithm="AES256",
        SSECustomerKey=base64.b64encode(key).decode(),
        SSECustomerKeyMD5=base64.b64encode(hashlib.md5(key).digest()).decode(),  # noqa: S324
    )
    return content(client) == b"0123456789"


DIFFERS: Mapping[str, Callable[[CosS3Client], bool]] = {
    "a quiet deletion is answered in full, as moto does": _quiet_deletion,
    "no CRC-64 is given: pure Python would take longer than the request": _checksum,
    "owners have moto's names": _owner,
    "an object encrypted with a customer's key can be read without it": _wrong_customer_key,
}


@pytest.mark.parametrize("differs", DIFFERS.values(), ids=DIFFERS.keys())
def test_it_differs_from_cos_only_where_it_is_said(
    client: CosS3Client, differs: Callable[[CosS3Client], bool]
) -> None:
    assert differs(client)
