"""Presigned URLs: made by the official SDK, used by anybody."""

from __future__ import annotations

from pathlib import Path

import requests
from qcloud_cos import CosS3Client

from tests.cos.sdk import BUCKET, KEY, Operation, content, put, session_of


def download_presigned(client: CosS3Client, _: Path) -> None:
    put(client)
    answer = session_of(client).get(client.get_presigned_url(BUCKET, KEY, "GET"))
    assert (answer.status_code, answer.content) == (200, b"0123456789")


def download_presigned_with_another_name(client: CosS3Client, _: Path) -> None:
    put(client)
    how = {"response-content-disposition": "attachment; filename=a.jpg"}
    url = client.get_presigned_download_url(BUCKET, KEY, Params=how)
    answer = session_of(client).get(url)
    assert answer.headers["Content-Disposition"] == "attachment; filename=a.jpg"


def upload_presigned(client: CosS3Client, _: Path) -> None:
    url = client.get_presigned_url(BUCKET, KEY, "PUT")
    assert session_of(client).put(url, data=b"abc").status_code == 200
    assert content(client) == b"abc"


def upload_presigned_with_headers(client: CosS3Client, _: Path) -> None:
    signed = {"x-cos-meta-a": "1"}
    url = client.get_presigned_url(BUCKET, KEY, "PUT", Headers=signed)
    assert session_of(client).put(url, data=b"abc", headers=signed).status_code == 200
    other = {"x-cos-meta-a": "2"}
    assert session_of(client).put(url, data=b"abc", headers=other).status_code == 403


def upload_presigned_with_an_empty_content_type(client: CosS3Client, _: Path) -> None:
    url = client.get_presigned_url(BUCKET, KEY, "PUT", Headers={"Content-Type": ""})
    for sent in ({"Content-Type": ""}, {}):
        assert session_of(client).put(url, data=b"abc", headers=sent).status_code == 200
    other = {"Content-Type": "image/jpeg"}
    assert session_of(client).put(url, data=b"abc", headers=other).status_code == 403


def delete_presigned(client: CosS3Client, _: Path) -> None:
    put(client)
    url = client.get_presigned_url(BUCKET, KEY, "DELETE")
    assert session_of(client).delete(url).status_code == 204
    assert not client.object_exists(BUCKET, KEY)


def presigned_for_another_method(client: CosS3Client, _: Path) -> None:
    url = client.get_presigned_url(BUCKET, KEY, "GET")
    assert session_of(client).put(url, data=b"abc").status_code == 403


def presigned_for_another_key(client: CosS3Client, _: Path) -> None:
    put(client, key="one")
    put(client, key="two")
    url = client.get_presigned_url(BUCKET, "one", "GET").replace("/one?", "/two?")
    assert session_of(client).get(url).status_code == 403


def presigned_long_ago(client: CosS3Client, _: Path) -> None:
    put(client)
    url = client.get_presigned_url(BUCKET, KEY, "GET", Expired=-60)
    assert session_of(client).get(url).status_code == 403


def url_without_a_signature(client: CosS3Client, _: Path) -> None:
    put(client)
    assert session_of(client).get(client.get_object_url(BUCKET, KEY)).status_code == 403


def url_of_a_public_object(client: CosS3Client, _: Path) -> None:
    put(client, ACL="public-read")
    url = client.get_object_url(BUCKET, KEY)
    assert session_of(client).get(url).content == b"0123456789"
    assert session_of(client).head(url).status_code == 200
    for asked in ("acl", "tagging", "response-content-type=text/html"):
        assert session_of(client).get(f"{url}?{asked}").status_code == 403
    assert session_of(client).put(url, data=b"x").status_code == 403
    assert session_of(client).get(client.get_object_url(BUCKET, "missing")).status_code == 403


def url_in_a_public_bucket(client: CosS3Client, _: Path) -> None:
    client.put_bucket_acl(BUCKET, ACL="public-read")
    put(client)
    put(client, key="own", ACL="private")
    assert session_of(client).get(client.get_object_url(BUCKET, KEY)).status_code == 200
    assert session_of(client).get(client.get_object_url(BUCKET, "own")).status_code == 403


def signature_in_a_header(client: CosS3Client, _: Path) -> None:
    put(client)
    signature = client.get_auth("GET", BUCKET, KEY)
    url = client.get_object_url(BUCKET, KEY)
    answer: requests.Response = session_of(client).get(url, headers={"Authorization": signature})
    assert answer.content == b"0123456789"


OPERATIONS: list[Operation] = [
    download_presigned,
    download_presigned_with_another_name,
    upload_presigned,
    upload_presigned_with_headers,
    upload_presigned_with_an_empty_content_type,
    delete_presigned,
    presigned_for_another_method,
    presigned_for_another_key,
    presigned_long_ago,
    url_without_a_signature,
    url_of_a_public_object,
    url_in_a_public_bucket,
    signature_in_a_header,
]
