"""The CRC-64 of objects and parts, `x-cos-hash-crc64ecma` (CRC64 check, 436/40334).

SDKs compare it: the one for Go refuses an upload that is answered without it. crcmod, which the
official SDK for Python needs, is fast where it found a compiler when it was installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import crcmod

from coslocal.cos.on_disk import blocks_of

if TYPE_CHECKING:
    from moto.s3.models import FakeKey

HEADER: Final = "x-cos-hash-crc64ecma"

_crc64: Final = crcmod.mkCrcFun(
    0x142F0E1EBA9EA3693, initCrc=0, xorOut=0xFFFF_FFFF_FFFF_FFFF, rev=True
)


def crc64(content: bytes) -> str:
    """Return the CRC-64 of ECMA-182, in decimal, as the header has it."""
    return str(_crc64(content))


def crc64_of(stored: FakeKey) -> str:
    """Return the CRC-64 of an object, which is calculated once."""
    kept = vars(stored)
    if "crc64" not in kept:
        checksum = 0
        for block in blocks_of(stored):
            checksum = _crc64(block, checksum)
        kept["crc64"] = str(checksum)
    return str(kept["crc64"])
