"""A seal, its parts and their entries as they are stored.

    seals/{n}.json                {"schema", "number", "previous_sha256", "from", "to", "deep",
                                   "entries", "parts": [{"sha256", "entries"}], "release"}
    seals/{n}/{sha256}.ndjson.gz  {"name_sha256", "etag", "size", "last_modified"}, a line each;
                                  with --deep "body_sha256" too, null if COS showed no body

A seal holds every result, review and deletion record whose Last-Modified lies in [from, to).
`from` and `previous_sha256` are null in the first. The same objects and times make the same bytes,
so two operators who go on with one seal write one.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

from cli.bucket.documents import Document, document_in
from shared import RELEASE
from shared.documents import encode
from shared.store import Listed
from shared.store.layout import name_sha256
from shared.times import from_rfc3339, rfc3339

SEAL_SCHEMA = "card-ocr.seal.v1"
SHA256 = re.compile("[0-9a-f]{64}")
MOST_BYTES = 64 * 1024 * 1024
"""What a part can't exceed when it is unpacked: ours are below a tenth of it."""
_LARGEST = 2**53
_LINE = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class SealEntry(NamedTuple):
    """An object as a seal names it. `last_modified` is Unix seconds, `body` the body's SHA-256."""

    name: str
    etag: str
    size: int
    last_modified: int
    body: str | None = None


class SealPart(NamedTuple):
    """A part of a seal: its SHA-256, and how many entries it holds."""

    sha256: str
    entries: int


class Seal(NamedTuple):
    """A seal. `begins` and `ends` are Unix seconds; `begins` is None in the first.

    `previous` is the SHA-256 of the seal before.
    """

    number: int
    previous: str | None
    begins: int | None
    ends: int
    is_deep: bool
    parts: tuple[SealPart, ...] = ()

    def covers(self, last_modified: float) -> bool:
        """Return whether an object of that time belongs in this seal."""
        return (self.begins is None or self.begins <= last_modified) and last_modified < self.ends

    @property
    def entries(self) -> int:
        """How many objects it names."""
        return sum(part.entries for part in self.parts)

    def document(self) -> Document:
        """Return the object as it is stored."""
        return {
            "schema": SEAL_SCHEMA,
            "number": self.number,
            "previous_sha256": self.previous,
            "from": None if self.begins is None else rfc3339(self.begins),
            "to": rfc3339(self.ends),
            "deep": self.is_deep,
            "entries": self.entries,
            "parts": [part._asdict() for part in self.parts],
            "release": RELEASE,
        }

    def body(self) -> bytes:
        """Return its body."""
        return encode(self.document())


def sha256_of(body: bytes) -> str:
    """Return the SHA-256 of a body, in hex."""
    return hashlib.sha256(body).hexdigest()


def read_seal(body: bytes | None) -> Seal | None:
    """Read a seal's body. Return None if it is none of ours."""
    return seal_in(document_in(body))


def seal_in(document: object) -> Seal | None:
    """Return the seal in a document. None if it is none of ours."""
    try:
        return _seal(document)
    except (KeyError, TypeError, ValueError):
        return None


def _seal(document: Any) -> Seal | None:  # noqa: ANN401 — any JSON
    begins = document["from"]
    parts = tuple(SealPart(**part) for part in document["parts"])
    seal = Seal(
        number=document["number"],
        previous=document["previous_sha256"],
        begins=None if begins is None else from_rfc3339(begins),
        ends=from_rfc3339(document["to"]),
        is_deep=document["deep"],
        parts=parts,
    )
    is_whole = (
        document["schema"] == SEAL_SCHEMA
        and type(seal.number) is int
        and isinstance(seal.is_deep, bool)
        and (seal.previous is None or SHA256.fullmatch(seal.previous) is not None)
        and all(SHA256.fullmatch(part.sha256) and type(part.entries) is int for part in parts)
        and document["entries"] == seal.entries
    )
    return seal if is_whole else None


def entry_of(listed: Listed) -> SealEntry:
    """Return the entry of an object as a listing shows it."""
    return SealEntry(name_sha256(listed.key), listed.etag, listed.size, int(listed.last_modified))


def pack(entries: Iterable[SealEntry], *, deep: bool) -> bytes:
    """Return a part: gzip without a time, so that the same entries make the same bytes."""
    packed = BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=1, fileobj=packed, mtime=0) as lines:
        for entry in entries:
            lines.write(_line(entry, deep=deep))
    return packed.getvalue()


def _line(entry: SealEntry, *, deep: bool) -> bytes:
    document: dict[str, object] = {
        "name_sha256": entry.name,
        "etag": entry.etag,
        "size": entry.size,
        "last_modified": rfc3339(entry.last_modified),
    }
    if deep:
        document["body_sha256"] = entry.body
    return f"{_LINE(document)}\n".encode()


def unpack(part: bytes) -> Iterator[SealEntry]:
    """Yield the entries of a part.

    Raises:
        ValueError: it is no part, or larger than any of ours.
    """
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        lines = unpacker.decompress(part, MOST_BYTES)
    except zlib.error:
        raise ValueError("no gzip") from None
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("cut off, too large, or more than one")
    for line in lines.splitlines():
        yield _entry(line)


def _entry(line: bytes) -> SealEntry:
    try:
        document = json.loads(line)
        entry = SealEntry(
            document["name_sha256"],
            document["etag"],
            document["size"],
            from_rfc3339(document["last_modified"]),
            document.get("body_sha256"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("no entry") from None
    is_whole = (
        isinstance(entry.name, str)
        and SHA256.fullmatch(entry.name)
        and isinstance(entry.etag, str)
        and entry.etag.isascii()
        and type(entry.size) is int
        and 0 <= entry.size <= _LARGEST
        and (entry.body is None or (isinstance(entry.body, str) and SHA256.fullmatch(entry.body)))
    )
    if not is_whole:
        raise ValueError("no entry")
    return entry
