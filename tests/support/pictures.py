"""Pictures that no camera takes."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int, depth: int, colour: int, rows: bytes) -> bytes:
    """A PNG with this header, whatever its rows hold."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def vast_png(side: int) -> bytes:
    """A square, all black, of 1 bit: at 13,300 pixels 22 kB stand for 177 million of them."""
    return png(side, side, 1, 0, bytes(1 + (side + 7) // 8) * side)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum
