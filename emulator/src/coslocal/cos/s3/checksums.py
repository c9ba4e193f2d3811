"""The `x-amz-checksum-…` that a body is sent with, in a header or after it."""

from __future__ import annotations

import base64
import functools
import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import Final

import crcmod

from coslocal.cos.errors import CosError

PREFIX: Final = "x-amz-checksum-"
_NO_CHECKSUMS: Final = frozenset({"mode", "algorithm", "type"})


def check_checksums(body: bytes, sent: Mapping[str, str]) -> None:
    """Check a body against every checksum that came with it; `sent` by lower-case name.

    Raises:
        CosError: InvalidArgument for a kind that is none, InvalidDigest for a value that is none,
            BadDigest for that of another body.
    """
    for name, value in sent.items():
        if not name.startswith(PREFIX) or name[len(PREFIX) :] in _NO_CHECKSUMS:
            continue
        digest = _DIGESTS.get(name[len(PREFIX) :])
        if digest is None:
            raise CosError("InvalidArgument", f"{name} is no checksum that is known here.")
        try:
            expected = base64.b64decode(value, validate=True)
        except ValueError as error:
            raise CosError("InvalidDigest", f"{name} is not in base64.") from error
        if digest(body) != expected:
            raise CosError("BadDigest", f"{name} is not that of the body.")


@functools.cache
def _crc(polynomial: int, bits: int) -> Callable[[bytes], int]:
    function: Callable[[bytes], int] = crcmod.mkCrcFun(
        polynomial, initCrc=0, xorOut=(1 << bits) - 1, rev=True
    )
    return function


def _crc32c(body: bytes) -> bytes:
    return _crc(0x11EDC6F41, 32)(body).to_bytes(4, "big")


def _crc64nvme(body: bytes) -> bytes:
    return _crc(0x1AD93D23594C93659, 64)(body).to_bytes(8, "big")


_DIGESTS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "crc32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "crc32c": _crc32c,
    "crc64nvme": _crc64nvme,
    "sha1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "sha256": lambda body: hashlib.sha256(body).digest(),
}
