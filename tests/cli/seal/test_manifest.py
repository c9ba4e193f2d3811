"""Seals and parts as they are stored, and what else can lie in their place."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from cli.seal.manifest import MOST_BYTES, Seal, SealEntry, SealPart, pack, read_seal, unpack

SHA256 = "0123456789abcdef" * 4
SEAL = Seal(2, SHA256, 1_767_225_600, 1_767_229_200, is_deep=False, parts=(SealPart(SHA256, 3),))
ENTRY = SealEntry(SHA256, "e-1", 5, 1_767_225_601)
LINE = {"name_sha256": SHA256, "etag": "e", "size": 5, "last_modified": "2026-01-01T00:00:01Z"}


def test_a_seal_is_read_as_it_was_written() -> None:
    assert read_seal(SEAL.body()) == SEAL
    first = SEAL._replace(number=1, previous=None, begins=None, parts=())
    assert read_seal(first.body()) == first


@pytest.mark.parametrize(
    "members",
    [
        {"schema": "card-ocr.result.v1"},
        {"number": "2"},
        {"number": True},
        {"previous_sha256": "x"},
        {"from": "yesterday"},
        {"to": None},
        {"to": 7},
        {"deep": 1},
        {"entries": 4},
        {"parts": None},
        {"parts": [7]},
        {"parts": [{"sha256": SHA256}]},
        {"parts": [{"sha256": SHA256, "entries": 3, "more": 1}]},
        {"parts": [{"sha256": f"{SHA256}/../..", "entries": 3}]},
        {"parts": [{"sha256": 7, "entries": 3}]},
    ],
    ids=str,
)
def test_a_body_that_is_no_seal_is_none(members: dict[str, Any]) -> None:
    document = json.loads(SEAL.body())
    assert read_seal(json.dumps({**document, **members}).encode()) is None


@pytest.mark.parametrize("body", [None, b"", b"\xff", b"[]", b"{}", b"null"])
def test_no_document_is_no_seal(body: bytes | None) -> None:
    assert read_seal(body) is None


def test_a_part_is_read_as_it_was_written() -> None:
    deep = ENTRY._replace(body=SHA256)
    assert [*unpack(pack([ENTRY], deep=False))] == [ENTRY]
    assert [*unpack(pack([deep, ENTRY], deep=True))] == [deep, ENTRY]
    assert [*unpack(pack([], deep=False))] == []


def lines(**members: object) -> bytes:
    return gzip.compress(json.dumps({**LINE, **members}).encode())


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"no gzip",
        pack([ENTRY], deep=False)[:-1],
        pack([ENTRY], deep=False) + b"more",
        pack([ENTRY], deep=False) * 2,
        gzip.compress(b"[]"),
        gzip.compress(b"[" * 100_000),
        gzip.compress(b"\xff"),
        lines(name_sha256="x"),
        lines(name_sha256=None),
        lines(size="5"),
        lines(size=-1),
        lines(size=2**63),
        lines(etag=7),
        lines(etag="\ud800"),
        lines(last_modified=7),
        lines(last_modified="2026-02-30T00:00:00Z"),
        lines(body_sha256=[1]),
        lines(body_sha256="x"),
    ],
    ids=range(19),
)
def test_what_is_no_part_is_refused(part: bytes) -> None:
    with pytest.raises(ValueError, match=r"no gzip|no entry|cut off"):
        [*unpack(part)]


def test_a_part_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        [*unpack(gzip.compress(bytes(MOST_BYTES + 1)))]
