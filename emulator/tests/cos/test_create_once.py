from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from qcloud_cos import CosS3Client, CosServiceError

from coslocal.cos import CosService
from coslocal.cos.moto_s3 import MotoS3
from tests.cos.conftest import Connect
from tests.cos.sdk import BUCKET, KEY, content, put, refused

ONCE = {"x-cos-forbid-overwrite": "true"}


def outcome_of_creating(client: CosS3Client, body: bytes) -> str:
    try:
        put(client, body, Metadata=ONCE)
    except CosServiceError as error:
        return str(error.get_error_code())
    return "created"


def test_without_the_header_an_object_is_overwritten(client: CosS3Client) -> None:
    put(client, b"first", Metadata=ONCE)
    put(client, b"second", Metadata={"x-cos-forbid-overwrite": "false"})
    assert content(client) == b"second"


def test_a_deleted_object_can_be_created_again(client: CosS3Client) -> None:
    put(client, b"first", Metadata=ONCE)
    client.delete_object(BUCKET, KEY)
    put(client, b"second", Metadata=ONCE)
    assert content(client) == b"second"


def test_a_multipart_upload_does_not_overwrite_either(client: CosS3Client) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY, Metadata=ONCE)["UploadId"]
    part = client.upload_part(BUCKET, KEY, b"part", 1, upload)["ETag"]
    end = {"Part": [{"PartNumber": 1, "ETag": part}]}
    put(client, b"meanwhile")

    def complete() -> object:
        how = {"x-cos-forbid-overwrite": "true"}
        return client.complete_multipart_upload(BUCKET, KEY, upload, end, Metadata=how)

    refused(409, "FileAlreadyExists", complete)
    assert content(client) == b"meanwhile"


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_a_bucket_that_ever_had_versioning_overwrites_all_the_same(
    client: CosS3Client, status: str
) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    client.put_bucket_versioning(BUCKET, Status=status)
    put(client, b"first", Metadata=ONCE)
    put(client, b"second", Metadata=ONCE)
    assert content(client) == b"second"


def test_a_version_id_is_answered_only_where_there_are_versions(client: CosS3Client) -> None:
    assert "x-cos-version-id" not in put(client)
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    assert "x-cos-version-id" in put(client)


def test_nothing_comes_between_the_check_and_the_upload(
    cos: CosService, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = MotoS3.find
    outcomes: list[str] = []
    rival = threading.Thread(
        target=lambda: outcomes.append(outcome_of_creating(connect(cos), b"rival"))
    )

    def find_and_let_the_rival_try(s3: MotoS3, *what: str) -> object:
        found = find(s3, *what)
        if rival.ident is None:
            rival.start()
            rival.join(0.1)
        return found

    monkeypatch.setattr(MotoS3, "find", find_and_let_the_rival_try)
    assert outcome_of_creating(connect(cos), b"first") == "created"
    rival.join()
    assert outcomes == ["FileAlreadyExists"]
    assert content(connect(cos)) == b"first"


def test_of_many_at_once_exactly_one_creates(cos: CosService, connect: Connect) -> None:
    clients = [connect(cos) for _ in range(8)]

    def create(number: int) -> str:
        return outcome_of_creating(clients[number % 8], str(number).encode())

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(create, range(64)))
    assert (outcomes.count("created"), outcomes.count("FileAlreadyExists")) == (1, 63)
    assert content(clients[0]) == str(outcomes.index("created")).encode()
