from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Final

import pytest

from coslocal.cos.errors import CosError
from coslocal.cos.s3.bodies import Body, check_body, is_chunked, read_chunks
from coslocal.cos.s3.checksums import check_checksums
from coslocal.cos.s3.signature_v4 import Believed, ChunkKey

DIGITS: Final = b"123456789"
CHECK_VALUES: Final = {
    "crc32": bytes.fromhex("cbf43926"),
    "crc32c": bytes.fromhex("e3069283"),
    "crc64nvme": bytes.fromhex("ae8b14860a799888"),
    "sha1": hashlib.sha1(DIGITS).digest(),  # noqa: S324 - S3's own
    "sha256": hashlib.sha256(DIGITS).digest(),
}
"""Of 123456789, those of the CRCs from their catalogue."""

CHUNKS: Final = ChunkKey(b"key", "20130524T000000Z", "20130524/x/s3/aws4_request", "seed")
CRC: Final = base64.b64encode(zlib.crc32(DIGITS).to_bytes(4, "big")).decode()
ANNOUNCED: Final = {"x-amz-trailer": "x-amz-checksum-crc32"}


@pytest.mark.parametrize(("name", "value"), CHECK_VALUES.items())
def test_every_kind_of_checksum_is_checked(name: str, value: bytes) -> None:
    sent = {f"x-amz-checksum-{name}": base64.b64encode(value).decode()}
    check_checksums(DIGITS, sent)
    with pytest.raises(CosError, match="BadDigest"):
        check_checksums(b"12345678", sent)


def test_what_says_how_checksums_are_made_is_none() -> None:
    check_checksums(
        DIGITS, {"x-amz-checksum-mode": "ENABLED", "x-amz-checksum-type": "FULL_OBJECT"}
    )


def unsigned(trailer: str = f"x-amz-checksum-crc32:{CRC}") -> bytes:
    return f"9\r\n{DIGITS.decode()}\r\n0\r\n{trailer}\r\n\r\n".encode()


def test_an_unsigned_body_with_a_trailer_is_read() -> None:
    body = read_chunks(unsigned(), {"x-amz-decoded-content-length": "9"})
    check_body(body, ANNOUNCED, Believed("", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", CHUNKS))
    assert body.content == DIGITS


@pytest.mark.parametrize(
    ("sent", "headers", "code"),
    [
        (unsigned("x-amz-checksum-crc32:AAAAAA=="), ANNOUNCED, "BadDigest"),
        (unsigned("x-other:1"), ANNOUNCED, "InvalidArgument"),
        (unsigned(), {}, "InvalidArgument"),
        (unsigned(), {"x-amz-trailer": "content-type"}, "InvalidArgument"),
    ],
)
def test_a_trailer_that_is_another_is_refused(
    sent: bytes, headers: dict[str, str], code: str
) -> None:
    believed = Believed("", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", CHUNKS)
    with pytest.raises(CosError, match=code):
        check_body(read_chunks(sent, {}), headers, believed)


def signed(*, of_trailer: str | None = None) -> bytes:
    first = CHUNKS.chunk_signature("seed", DIGITS)
    last = CHUNKS.chunk_signature(first, b"")
    trailer = f"x-amz-checksum-crc32:{CRC}"
    signature = of_trailer or CHUNKS.trailer_signature(last, f"{trailer}\n".encode())
    return (
        f"9;chunk-signature={first}\r\n{DIGITS.decode()}\r\n"
        f"0;chunk-signature={last}\r\n"
        f"{trailer}\r\nx-amz-trailer-signature:{signature}\r\n\r\n"
    ).encode()


def test_a_signed_trailer_is_believed_and_one_that_was_changed_is_not() -> None:
    believed = Believed("", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", CHUNKS)
    check_body(read_chunks(signed(), {}), ANNOUNCED, believed)
    for other in ("0" * 64, "é"):
        with pytest.raises(CosError, match="SignatureDoesNotMatch"):
            check_body(read_chunks(signed(of_trailer=other), {}), ANNOUNCED, believed)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"9\r\n1234", "IncompleteBody"),
        (b"9\r\n123456789", "InvalidArgument"),
        (b"8\r\n123456789\r\n0\r\n\r\n", "InvalidArgument"),
        (b"x\r\n", "InvalidArgument"),
        (b"9", "IncompleteBody"),
        (b"0\r\nno header\r\n\r\n", "InvalidArgument"),
    ],
)
def test_a_frame_that_is_none_is_refused(sent: bytes, code: str) -> None:
    with pytest.raises(CosError, match=code):
        read_chunks(sent, {})


def test_a_body_of_another_length_than_announced_is_refused() -> None:
    with pytest.raises(CosError, match="IncompleteBody"):
        read_chunks(unsigned(), {"x-amz-decoded-content-length": "8"})


def test_a_body_is_framed_if_its_digest_or_its_encoding_says_so() -> None:
    assert is_chunked({"content-encoding": "gzip, aws-chunked"})
    assert is_chunked({"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})
    assert not is_chunked({"content-encoding": "gzip"})


def test_version_2_says_nothing_of_the_body() -> None:
    check_body(Body(b"anything"), {}, None)
