from __future__ import annotations

import json
from typing import Any

import pytest

from shared.log import Log, key_digest
from tests.support.environment import SECRET

KEY = "uploads/样本甲.jpg"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    Log("submit", {"request_id": "r1"}, "INFO").info("attempt", attempt=1, code=None)
    assert lines(capsys) == [
        {
            "level": "info",
            "event": "attempt",
            "function": "submit",
            "request_id": "r1",
            "attempt": 1,
        }
    ]


def test_a_field_that_is_not_listed_can_not_be_logged() -> None:
    with pytest.raises(TypeError, match="FIELDS"):
        Log("submit", {}, "INFO").info("attempt", name="样本甲")


def test_a_line_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log("submit", {}, "WARNING")
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.error("d")
    assert [line["event"] for line in lines(capsys)] == ["c", "d"]


def test_a_key_is_logged_as_a_keyed_digest() -> None:
    log = Log("submit", {}, "INFO")
    log.know_keys(SECRET, shown=False)
    assert log.key(KEY) == key_digest(SECRET, KEY)
    assert key_digest(SECRET, KEY) != key_digest(SECRET + "x", KEY)
    assert "样本" not in key_digest(SECRET, KEY)


def test_keys_are_shown_only_if_that_is_wanted() -> None:
    log = Log("submit", {}, "INFO")
    assert log.key(KEY) is None
    log.know_keys(SECRET, shown=True)
    assert log.key(KEY) == KEY


def test_a_bug_is_logged_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        int(KEY)
    except ValueError as error:
        Log("submit", {}, "INFO").unexpected(error)
    (line,) = lines(capsys)
    assert line["problem"] == "ValueError"
    assert "test_log" in line["where"]
    assert "样本" not in json.dumps(line, ensure_ascii=False)


@pytest.mark.parametrize("context", [None, {}, {"request_id": None}, {"request_id": 7}, object()])
def test_a_context_of_another_shape_is_no_problem(
    context: object, capsys: pytest.CaptureFixture[str]
) -> None:
    Log("submit", context, "INFO").info("attempt")
    assert lines(capsys)[0]["request_id"] is None
