"""A forged callback is refused before anything heavy is loaded and before the body is read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from functions.callback.index import main_handler
from shared import callback_token
from tests.support.environment import BUCKET, ENVIRONMENT, SECRET

ROOT = Path(__file__).parents[2]
HEAVY = {"qcloud_cos", "requests", "urllib3", "xmltodict", "xml.parsers.expat", "logging"}
PROBE = """
import json, sys
from functions.callback.index import main_handler
answer = main_handler(json.loads(sys.argv[1]), {})
print(json.dumps({"answer": answer, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


class Untouchable(str):
    """A body that must not be looked at."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        raise AssertionError("the body was read")


def issued(**changes: Any) -> str:
    arguments: dict[str, Any] = {
        "bucket": BUCKET,
        "key": "uploads/a.jpg",
        "version": "e1",
        "attempt": 1,
        "now": 4e9,
    }
    return callback_token.issue(SECRET, **(arguments | changes))


REFUSED: dict[str, dict[str, Any] | None] = {
    "no query": {},
    "no token": {"queryString": {}},
    "empty": {"queryString": {"t": ""}},
    "wrong": {"queryString": {"t": "v1.cGF5bG9hZA.c2lnbmF0dXJl"}},
    "tampered": {"queryString": {"t": issued()[:-2] + "xx"}},
    "expired": {"queryString": {"t": issued(now=1.0)}},
    "other secret": {
        "queryString": {
            "t": callback_token.issue(
                "x" * 32, bucket=BUCKET, key="k", version="e", attempt=1, now=4e9
            )
        }
    },
    "not text": {"queryString": {"t": 7}},
    "not an event": None,
}


@pytest.mark.parametrize("case", REFUSED)
def test_every_failure_is_the_same_403(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    event = REFUSED[case]
    answer = main_handler({**event, "body": Untouchable("x")} if event is not None else None, {})
    assert answer == {
        "isBase64Encoded": False,
        "statusCode": 403,
        "headers": {"Content-Type": "text/plain"},
        "body": "forbidden",
    }
    assert "v1." not in capsys.readouterr().out


def probed(event: dict[str, Any]) -> dict[str, Any]:
    """What the handler answers in a fresh process, and the modules it has loaded by then."""
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(event)],
        cwd=ROOT,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    seen: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return seen


@pytest.mark.parametrize("case", ["no token", "wrong", "expired"])
def test_a_refusal_loads_neither_the_sdk_nor_a_parser(case: str) -> None:
    seen = probed({**(REFUSED[case] or {}), "body": "<Response/>"})
    assert seen["answer"]["statusCode"] == 403
    assert not HEAVY & set(seen["modules"])


@pytest.mark.parametrize("user_data", ["", "v1.cGF5bG9hZA.c2lnbmF0dXJl", issued(now=1.0)])
def test_a_message_without_a_good_token_loads_neither_the_sdk_nor_a_parser(user_data: str) -> None:
    body = f"<Response><JobsDetail><UserData>{user_data}</UserData></JobsDetail></Response>"
    seen = probed({"Records": [{"CMQ": {"msgBody": body}}]})
    assert seen["answer"] == {"messages": 1}
    assert not HEAVY & set(seen["modules"])


def test_a_missing_secret_is_a_500_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLBACK_SECRET")
    answer = main_handler({"queryString": {"t": issued()}}, {})
    assert (answer["statusCode"], answer["body"]) == (500, "error")


def test_a_body_with_a_good_token_is_not_echoed(capsys: pytest.CaptureFixture[str]) -> None:
    answer = main_handler({"queryString": {"t": issued()}, "body": "tell me back"}, {})
    assert (answer["statusCode"], answer["body"]) == (400, "bad request")
    assert "tell me back" not in json.dumps(answer) + capsys.readouterr().out
