from __future__ import annotations

import json
from typing import Any

import pytest

from cli.bucket.documents import result_in
from shared.documents import ResultError
from tests.support.results import card_result, document_of


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


@pytest.mark.parametrize("text", ["NaN", "Infinity", '"\\ud800"'])
def test_what_no_file_can_carry_is_none(text: str) -> None:
    body = json.dumps({**document_of(card_result()), "more": 0}).replace(
        '"more": 0', f'"more": {text}'
    )
    assert result_in(body.encode()) is None
