from __future__ import annotations

import json
from typing import Any

import pytest

from cli.bucket.documents import attempt_in, document_in, note_of, result_in
from shared.documents import ResultError, encode
from tests.support.attempts import attempt
from tests.support.results import card_result, document_of
from tests.support.sweeps import SweptWorld


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"outcome": "nothing_found", "id_infos": ()},
        {"outcome": "failed", "id_infos": (), "error": ResultError("E", None, "job")},
        {
            "outcome": "rejected",
            "card_type": None,
            "job": None,
            "id_infos": (),
            "error": ResultError("E", "m", "source"),
        },
    ],
)
def test_what_the_functions_write_is_a_result(changes: dict[str, Any]) -> None:
    card = card_result(**changes)
    assert result_in(card.body()) == document_of(card)


@pytest.mark.parametrize("body", [None, b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000])
def test_any_other_body_is_none(body: bytes | None) -> None:
    assert result_in(body) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", "card-ocr.result.v2"),
        ("outcome", "</script>"),
        ("card_type", "Passport"),
        ("source", None),
        ("source", {"key": 1, "etag": "e", "bucket": "b", "last_modified": None, "size": 1}),
        ("fields", {"name": 1}),
        ("fields", []),
        ("items", [{"label": "l", "text": None, "field": None, "score": 1, "polygon": []}]),
        ("items", [{"label": "l", "text": "t", "field": None, "score": "1", "polygon": []}]),
        ("items", [{"label": "l", "text": "t", "field": None, "score": 1, "polygon": [["1", 2]]}]),
        ("items", [{"label": "l", "text": "t", "field": None, "score": 1, "polygon": [[1]]}]),
        ("checks", [{"name": "n", "passed": "yes", "detail": None}]),
        ("needs_review", 1),
        ("error", {"code": None}),
        ("job", {"id": 1}),
        ("evidence", {}),
        ("written_at", None),
    ],
)
def test_a_body_that_would_break_what_shows_it_is_none(name: str, value: object) -> None:
    assert result_in(json.dumps({**document_of(card_result()), name: value}).encode()) is None


@pytest.mark.parametrize("name", [*document_of(card_result())])
def test_a_body_without_one_of_the_names_that_are_used_is_none(name: str) -> None:
    document = document_of(card_result())
    del document[name]
    assert result_in(json.dumps(document).encode()) is None


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
def test_a_note_loses_only_the_members_that_can_not_be_carried(text: str) -> None:
    world = SweptWorld()
    body = f'{{"at": "2026-01-31T08:15:00Z", "oldest": {{"age": {text}}}}}'
    world.store.objects["ocr/state/status.json"] = body.encode()
    assert note_of(world.context(), "status.json") == {"at": "2026-01-31T08:15:00Z"}
