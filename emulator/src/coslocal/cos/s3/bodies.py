"""`aws-chunked` bodies: their framing, and the signatures of their chunks.

Written from AWS's "Signature Calculations: Transferring Payload in Multiple Chunks" and
"… Including Trailing Headers" of the S3 API reference.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from coslocal.cos.errors import CosError
from coslocal.cos.s3.checksums import PREFIX, check_checksums
from coslocal.cos.s3.signature_v4 import UNSIGNED, Believed

SIGNED: Final = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER: Final = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER: Final = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
STREAMING: Final = frozenset({SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER})

_TRAILER_SIGNATURE: Final = "x-amz-trailer-signature"
_HEAD: Final = re.compile(rb"([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER: Final = re.compile(rb"([A-Za-z0-9-]+):\s*(.*?)\s*", re.DOTALL)
_HEX: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Body:
    """A body without its framing.

    Attributes:
        content: What is stored.
        ends: The end of each chunk in `content`, with the chunk's signature; the last is empty.
        trailers: The headers after it, by lower-case name, in their order.
    """

    content: bytes
    ends: Sequence[tuple[int, str]] = ()
    trailers: Mapping[str, str] = field(default_factory=dict)


def is_chunked(headers: Mapping[str, str]) -> bool:
    """Tell whether a body is framed: its digest says so, or its encoding."""
    encodings = headers.get("content-encoding", "").lower().replace(" ", "").split(",")
    return headers.get("x-amz-content-sha256") in STREAMING or "aws-chunked" in encodings


def read_chunks(body: bytes, headers: Mapping[str, str]) -> Body:
    """Take a body's framing away.

    Raises:
        CosError: IncompleteBody or InvalidArgument for a body that isn't framed so, or isn't as
            long as `x-amz-decoded-content-length` says.
    """
    content, ends, place = bytearray(), [], 0
    while True:
        line, place = _line(body, place)
        match = _HEAD.fullmatch(line)
        if match is None:
            raise CosError("InvalidArgument", "A chunk of the body begins with no size.")
        size, signature = int(match[1], 16), (match[2] or b"").decode()
        if len(body) < place + size:
            raise CosError("IncompleteBody", "The body ends within a chunk.")
        content += memoryview(body)[place : place + size]
        ends.append((len(content), signature))
        if size == 0:
            break
        place += size
        if body[place : place + 2] != b"\r\n":
            raise CosError("InvalidArgument", "A chunk of the body is longer than it says.")
        place += 2
    length = headers.get("x-amz-decoded-content-length")
    if length is not None and length != str(len(content)):
        raise CosError("IncompleteBody", "The body is not as long as it was to be.")
    return Body(bytes(content), ends, _trailers(body, place))


def check_body(body: Body, headers: Mapping[str, str], believed: Believed | None) -> None:
    """Check that a body is the one that was signed, and has the checksums that it came with.

    Args:
        body: What was sent.
        headers: The request's, by lower-case name.
        believed: What its signature says of the body; None for version 2, which says nothing.

    Raises:
        CosError: It isn't.
    """
    _check_trailers(body, headers)
    check_checksums(body.content, {**headers, **body.trailers})
    if believed is None or believed.payload in (UNSIGNED, UNSIGNED_TRAILER):
        return
    if believed.payload in STREAMING:
        _check_chunks(body, believed)
    elif not _HEX.fullmatch(believed.payload):
        raise CosError("InvalidArgument", "x-amz-content-sha256 is no digest and no way to send.")
    elif hashlib.sha256(body.content).hexdigest() != believed.payload:
        raise CosError("XAmzContentSHA256Mismatch", "x-amz-content-sha256 is not the body's.")


def _check_chunks(body: Body, believed: Believed) -> None:
    chunks, start = believed.chunks, 0
    previous, content = chunks.seed, memoryview(body.content)
    for end, signature in body.ends:
        expected = chunks.chunk_signature(previous, content[start:end])
        if not hmac.compare_digest(expected, signature):
            raise CosError("SignatureDoesNotMatch", "A chunk's signature is not the one provided.")
        previous, start = signature, end
    if believed.payload == SIGNED_TRAILER:
        names = (name for name in body.trailers if name != _TRAILER_SIGNATURE)
        trailer = "".join(f"{name}:{body.trailers[name]}\n" for name in names)
        expected = chunks.trailer_signature(previous, trailer.encode("latin-1"))
        given = body.trailers.get(_TRAILER_SIGNATURE, "").encode("latin-1")
        if not hmac.compare_digest(expected.encode(), given):
            raise CosError("SignatureDoesNotMatch", "The trailer's signature is not its own.")


def _check_trailers(body: Body, headers: Mapping[str, str]) -> None:
    """Check that what `x-amz-trailer` announces came, and nothing else."""
    announced = {one.strip().lower() for one in headers.get("x-amz-trailer", "").split(",")} - {""}
    if not all(name.startswith(PREFIX) for name in announced):
        raise CosError("InvalidArgument", "x-amz-trailer names what is no checksum.")
    if body.trailers.keys() - {_TRAILER_SIGNATURE} != announced:
        raise CosError("InvalidArgument", "The trailing headers are not what x-amz-trailer says.")


def _trailers(body: bytes, place: int) -> dict[str, str]:
    found = {}
    while place < len(body):
        line, place = _line(body, place)
        if not line:
            break
        match = _TRAILER.fullmatch(line)
        if match is None:
            raise CosError("InvalidArgument", "A trailing header can't be read.")
        found[match[1].decode().lower()] = match[2].decode("latin-1")
    return found


def _line(body: bytes, place: int) -> tuple[bytes, int]:
    end = body.find(b"\r\n", place)
    if end < 0:
        raise CosError("IncompleteBody", "The body ends within a line.")
    return body[place:end], end + 2
