"""What a callback may not do, on the local cloud: nothing of it ever decides what is written.

The calls that get a 403 or a 400, after which nothing is written, are in `tests/bad_inputs`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from coslocal.cos.errors import CosError
from functions.callback.index import main_handler
from shared import callback_token
from tests.support.cards import NAME
from tests.support.clouds import BUCKET, Cloud, cloud
from tests.support.corpus import build
from tests.support.waiting import KEY, Waiting, request_with

OTHER = "uploads/b.jpg"
REPLAYS = 5
FORGED: dict[str, Any] = {"Name": "姓名", "DetectedText": "伪造者", "Score": 100}


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    """A card whose callback never came, and somebody who sends one of his own."""
    with cloud(CALLBACK_TYPE="NONE") as opened:
        yield Waiting(opened)


def body_of(waiting: Waiting) -> bytes:
    return str(build({"$json": {"JobsDetail": [{"$job": {}}]}}, waiting.names)).encode()


def issued(waiting: Waiting, *, attempt: int = 1, version: str | None = None) -> str:
    """A token with a good signature, for the card that waits."""
    secret = waiting.cloud.local.environment("callback")["CALLBACK_SECRET"]
    version = waiting.etag if version is None else version
    return callback_token.issue(
        secret, bucket=BUCKET, key=KEY, version=version, attempt=attempt, now=time.time()
    )


def sent(waiting: Waiting, token: str) -> int:
    """Send what CI would have sent with a token; the status."""
    status, _ = waiting.call(request_with(body_of(waiting), token))
    return status


def test_with_another_cards_token_nothing_is_written(waiting: Waiting) -> None:
    other = Waiting(waiting.cloud, OTHER)
    assert sent(waiting, other.names["TOKEN"]) == 403
    assert waiting.results() == []


def test_with_another_attempts_token_nothing_is_asked_or_written(waiting: Waiting) -> None:
    assert sent(waiting, issued(waiting, attempt=2)) == 200
    assert waiting.results() == []


def test_a_cos_that_fails_is_a_500_and_nothing_is_lost(waiting: Waiting) -> None:
    cos = waiting.cloud.local.cos
    cos.before_effect = lambda request: (
        CosError("AccessDenied", "no") if request.method == "PUT" else None
    )
    assert waiting.post(body_of(waiting))[0] == 500
    cos.before_effect = lambda _request: None
    assert len(waiting.cloud.names("pending")) == 1
    assert waiting.post(body_of(waiting)) == (200, [])


def test_five_deliveries_in_a_row_are_one_result_that_never_changes(waiting: Waiting) -> None:
    seen = []
    for _ in range(REPLAYS):
        assert waiting.post(body_of(waiting)) == (200, [])
        seen.append(json.dumps(waiting.result()))
    assert len(set(seen)) == 1
    assert len(waiting.results()) == 1
    assert waiting.cloud.pending() == []


def test_five_deliveries_at_once_are_one_result(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in waiting.cloud.local.environment("callback").items():
        monkeypatch.setenv(name, value)
    event = request_with(body_of(waiting), waiting.names["TOKEN"])
    with ThreadPoolExecutor(REPLAYS) as threads:
        answers = list(threads.map(lambda _: main_handler(event, {}), range(REPLAYS)))
    assert [answer["statusCode"] for answer in answers] == [200] * REPLAYS
    assert len(waiting.results()) == 1
    assert waiting.result()["fields"]["name"] == NAME


def leaked(opened: Cloud) -> tuple[Waiting, str]:
    """A card whose token somebody read, and a body of theirs with a name of their choice."""
    waiting = Waiting(opened)
    forged = {"$job": {"Operation": {"ImageLicenseRecResult": {"IdInfo": [FORGED]}}}}
    return waiting, build({"$json": {"JobsDetail": [forged]}}, waiting.names)


@pytest.mark.parametrize("verify", ["require", "prefer"])
def test_a_leaked_token_does_not_choose_what_is_written_if_ci_shows_the_result(
    verify: str,
) -> None:
    with cloud(CALLBACK_TYPE="NONE", CALLBACK_VERIFY=verify) as opened:
        waiting, body = leaked(opened)
        assert waiting.post(body) == (200, [])
        result = waiting.result()
        assert (result["fields"]["name"], result["evidence"]["verified"]) == (NAME, True)
        assert FORGED["DetectedText"] not in json.dumps(result, ensure_ascii=False)


def test_under_require_a_leaked_token_writes_nothing_if_ci_shows_no_result() -> None:
    with cloud(CALLBACK_TYPE="NONE", CALLBACK_VERIFY="require") as opened:
        opened.local.runner.behaviour.describe_holds_result = False
        waiting, body = leaked(opened)
        status, (line,) = waiting.post(body)
        assert (status, line["problem"]) == (200, "NoResultInJob")
        assert waiting.results() == []


@pytest.mark.parametrize(("verify", "shown"), [("prefer", False), ("off", True)])
def test_if_a_leaked_token_chooses_the_text_the_result_is_marked(
    verify: str, *, shown: bool
) -> None:
    with cloud(CALLBACK_TYPE="NONE", CALLBACK_VERIFY=verify) as opened:
        opened.local.runner.behaviour.describe_holds_result = shown
        waiting, body = leaked(opened)
        assert waiting.post(body) == (200, [])
        result = waiting.result()
        assert result["fields"]["name"] == FORGED["DetectedText"]
        assert (result["evidence"]["verified"], result["needs_review"]) == (False, True)


@pytest.mark.parametrize("verify", ["require", "prefer", "off"])
def test_a_leaked_token_writes_nowhere_but_its_own_card(verify: str) -> None:
    with cloud(CALLBACK_TYPE="NONE", CALLBACK_VERIFY=verify) as opened:
        waiting = Waiting(opened)
        elsewhere = {"Object": "ocr/results/evil", "BucketId": "other-1"}
        for changed in (elsewhere, {"Object": OTHER}):
            body = build({"$json": {"JobsDetail": [{"$job": {"Input": changed}}]}}, waiting.names)
            status, _ = waiting.post(body)
            own = [f"ocr/results/{KEY}.{waiting.etag}.json"]
            assert (status, waiting.results()) == ((403, []) if verify == "off" else (200, own))
