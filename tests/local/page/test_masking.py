"""No value of a result is left readable."""

from __future__ import annotations

import json

from local.page.cards import masked_result
from tests.support.cards import LABELS, PERSONAL
from tests.support.clouds import cloud


def test_a_masked_result_holds_no_value_and_is_otherwise_the_same() -> None:
    with cloud() as here:
        key = "uploads/card.jpg"
        body = here.result(key, here.upload(key))
    assert body["fields"]["name"] == LABELS["姓名"]
    masked = masked_result(body)
    assert not any(value in json.dumps(masked, ensure_ascii=False) for value in PERSONAL)
    assert masked["fields"].keys() == body["fields"].keys()
    assert [item["polygon"] for item in masked["items"]] == [
        item["polygon"] for item in body["items"]
    ]
    same = body.keys() - {"fields", "items"}
    assert {name: masked[name] for name in same} == {name: body[name] for name in same}


def test_what_is_absent_stays_absent() -> None:
    masked = masked_result({"fields": {"name": None}, "items": [{"text": "", "score": 1}]})
    assert masked == {"fields": {"name": None}, "items": [{"text": "", "score": 1}]}
