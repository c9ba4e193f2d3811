"""CRC-64: what the SDKs compare with what they sent, or got."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qcloud_cos import CosS3Client

from tests.cos.sdk import BUCKET, KEY, SOURCE, Operation, head, put

HEADER: Final = "x-cos-hash-crc64ecma"
DIGITS: Final = "11051210869376104954"
"""The catalogue's check value of CRC-64, that of 123456789."""


def checksum_of_an_upload(client: CosS3Client, _: Path) -> None:
    assert put(client, b"123456789")[HEADER] == DIGITS
    assert head(client)[HEADER] == DIGITS
    assert client.get_object(BUCKET, KEY, Range="bytes=0-1")[HEADER] == DIGITS
    assert put(client, b"")[HEADER] == "0"


def checksum_of_a_copy(client: CosS3Client, _: Path) -> None:
    put(client, b"123456789")
    assert client.copy_object(BUCKET, "copy", SOURCE)[HEADER] == DIGITS


def checksum_of_parts(client: CosS3Client, _: Path) -> None:
    put(client, b"123456789", key="whole")
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    part = client.upload_part(BUCKET, KEY, b"123456789", 1, upload)
    assert part[HEADER] == DIGITS
    end = {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    assert client.complete_multipart_upload(BUCKET, KEY, upload, end)[HEADER] == DIGITS


def checksum_of_an_old_version(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, "Enabled")
    version = put(client, b"123456789")["x-cos-version-id"]
    assert put(client, b"new")[HEADER] != DIGITS
    assert head(client, VersionId=version)[HEADER] == DIGITS


def download_with_checksum(client: CosS3Client, folder: Path) -> None:
    body = bytes(range(256)) * 4096 + b"the second part"
    put(client, body)
    how = {"PartSize": 1, "EnableCRC": True, "DumpRecordDir": str(folder)}
    client.download_file(BUCKET, KEY, str(folder / "down"), **how)
    assert (folder / "down").read_bytes() == body


OPERATIONS: list[Operation] = [
    checksum_of_an_upload,
    checksum_of_a_copy,
    checksum_of_parts,
    checksum_of_an_old_version,
    download_with_checksum,
]
