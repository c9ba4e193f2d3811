"""Reading objects: each operation as the official SDK does it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qcloud_cos import CosS3Client

from tests.cos.sdk import (
    BUCKET,
    CUSTOMER_KEY,
    KEY,
    Operation,
    content,
    head,
    put,
    refused,
    session_of,
)


def object_exists(client: CosS3Client, _: Path) -> None:
    assert not client.object_exists(BUCKET, KEY)
    put(client)
    assert client.object_exists(BUCKET, KEY)


def get_a_range(client: CosS3Client, _: Path) -> None:
    put(client)
    assert content(client, Range="bytes=2-4") == b"234"
    refused(416, "InvalidRange", lambda: content(client, Range="bytes=20-"))


def get_to_file(client: CosS3Client, folder: Path) -> None:
    put(client)
    client.get_object(BUCKET, KEY)["Body"].get_stream_to_file(str(folder / "a"))
    assert (folder / "a").read_bytes() == b"0123456789"


def get_in_chunks(client: CosS3Client, _: Path) -> None:
    put(client)
    body = client.get_object(BUCKET, KEY)["Body"]
    assert list(body.get_stream(4)) == [b"0123", b"4567", b"89"]


def get_with_other_headers(client: CosS3Client, _: Path) -> None:
    put(client)
    shown = client.get_object(BUCKET, KEY, ResponseContentType="image/png")
    assert shown["Content-Type"] == "image/png"


def get_if_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    assert content(client, IfMatch=etag) == b"0123456789"
    refused(412, "PreconditionFailed", lambda: content(client, IfMatch='"other"'))


def get_if_none_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    assert content(client, IfNoneMatch='"other"') == b"0123456789"
    assert content(client, IfNoneMatch=etag) == b""


def get_if_modified_since(client: CosS3Client, _: Path) -> None:
    put(client)
    assert content(client, IfModifiedSince="Wed, 28 Oct 2099 20:30:00 GMT") == b""
    assert content(client, IfModifiedSince="Wed, 28 Oct 2009 20:30:00 GMT") == b"0123456789"


def get_if_unmodified_since(client: CosS3Client, _: Path) -> None:
    put(client)
    how = {"IfUnmodifiedSince": "Wed, 28 Oct 2009 20:30:00 GMT"}
    refused(412, "PreconditionFailed", lambda: content(client, **how))


def get_the_end(client: CosS3Client, _: Path) -> None:
    put(client)
    assert content(client, Range="bytes=-3") == b"789"
    assert content(client, Range="bytes=7-") == b"789"
    shown = client.get_object(BUCKET, KEY, Range="bytes=2-4")
    assert shown["Content-Range"] == "bytes 2-4/10"


def head_object(client: CosS3Client, _: Path) -> None:
    etag = put(client, ContentType="image/jpeg")["ETag"]
    shown = head(client)
    assert (shown["ETag"], shown["Content-Length"]) == (etag, "10")
    assert (shown["Content-Type"], shown["Accept-Ranges"]) == ("image/jpeg", "bytes")
    assert shown["Last-Modified"].endswith("GMT")


def head_if_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    assert head(client, IfMatch=etag)["ETag"] == etag
    refused(412, "Unknown", lambda: head(client, IfMatch='"other"'))


def head_if_none_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    assert head(client, IfNoneMatch='"other"')["ETag"] == etag
    url = client.get_presigned_url(BUCKET, KEY, "HEAD")
    assert session_of(client).head(url, headers={"If-None-Match": etag}).status_code == 304


def head_if_modified_since(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    assert head(client, IfModifiedSince="Wed, 28 Oct 2009 20:30:00 GMT")["ETag"] == etag


def select_from_csv(client: CosS3Client, _: Path) -> None:
    put(client, b"name,score\na,1\nb,2\n", key="a.csv")
    found = client.select_object_content(
        BUCKET,
        "a.csv",
        "Select s.name from COSObject s where s.score = '2'",
        "SQL",
        {"CompressionType": "NONE", "CSV": {"FileHeaderInfo": "USE"}},
        {"CSV": {}},
    )
    assert b"".join(_records(found["Payload"])) == b"b\n"
    put(client, b"a,1\r\nb,2\r\n", key="a.csv")
    form = {"CompressionType": "NONE", "CSV": {"FileHeaderInfo": "NONE"}}
    query = "Select * from COSObject"
    found = client.select_object_content(BUCKET, "a.csv", query, "SQL", form, {"CSV": {}})
    assert b"".join(_records(found["Payload"])) == b"a,1\nb,2\n"


def select_from_json(client: CosS3Client, _: Path) -> None:
    put(client, b'{"name": "a", "score": 1}\n{"name": "b", "score": 2}\n', key="a.json")
    found = client.select_object_content(
        BUCKET,
        "a.json",
        "Select s.score from COSObject s where s.name = 'b'",
        "SQL",
        {"CompressionType": "NONE", "JSON": {"Type": "LINES"}},
        {"JSON": {}},
    )
    assert json.loads(b"".join(_records(found["Payload"]))) == {"score": 2}


def _records(events: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for event in events:
        if "Records" in event:
            yield event["Records"]["Payload"]


def get_with_the_customers_key(client: CosS3Client, _: Path) -> None:
    put(client, **CUSTOMER_KEY)
    assert content(client, **CUSTOMER_KEY) == b"0123456789"
    refused(400, "SsecDecryptHeaderInvalid", lambda: content(client))
    other = {**CUSTOMER_KEY, "SSECustomerKeyMD5": base64.b64encode(bytes(16)).decode()}
    refused(400, "SsecDecryptHeaderInvalid", lambda: content(client, **other))


OPERATIONS: list[Operation] = [
    object_exists,
    get_a_range,
    get_to_file,
    get_in_chunks,
    get_with_other_headers,
    get_if_match,
    get_if_none_match,
    get_if_modified_since,
    get_if_unmodified_since,
    get_the_end,
    head_object,
    head_if_match,
    head_if_none_match,
    head_if_modified_since,
    get_with_the_customers_key,
    select_from_csv,
    select_from_json,
]
