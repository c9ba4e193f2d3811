"""What a body can hold that a command can't carry any further."""

from __future__ import annotations

import pytest

from cli.bucket.documents import attempt_in, document_in, note_of
from shared.documents import encode
from tests.support.attempts import attempt
from tests.support.sweeps import SweptWorld

UNFIT = (
    *("1" + "0" * 400, "-1e300", "1e999", "9007199254740993", "NaN", "-Infinity"),
    *('"\\ud800"', "[" * 100_000),
)
unfit = pytest.mark.parametrize("text", UNFIT, ids=lambda text: text[:20])


@unfit
def test_a_body_with_what_no_file_can_carry_is_none(text: str) -> None:
    assert document_in(f'{{"more": [{text}]}}'.encode()) is None


@pytest.mark.parametrize("body", [None, b"", b"[]", b"7", b"\xff", b"\xed\xa0\x80"])
def test_what_is_no_json_object_is_none(body: bytes | None) -> None:
    assert document_in(body) is None


def test_any_other_body_is_what_it_says() -> None:
    document = {"text": "样本\x00", "number": -(2**53), "share": 0.5, "none": None, "is": [True]}
    assert document_in(encode(document)) == document


@pytest.mark.parametrize("size", [10**400, 7])
def test_a_pending_object_is_read_if_its_body_can_be(size: int) -> None:
    found = attempt()
    found = found._replace(source=found.source._replace(size=size))
    assert attempt_in(found.body()) == (found if size == 7 else None)


@pytest.mark.parametrize("text", [text for text in UNFIT[:-1] if "ud800" not in text])
def test_a_note_loses_the_members_that_can_not_be_carried_alone(text: str) -> None:
    world = SweptWorld()
    body = f'{{"at": "2026-01-31T08:15:00Z", "oldest": {{"age": {text}}}}}'
    world.store.objects["ocr/state/status.json"] = body.encode()
    assert note_of(world.context(), "status.json") == {"at": "2026-01-31T08:15:00Z"}
