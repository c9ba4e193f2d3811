"""A good callback that comes again, early, late or beside itself changes nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.callback.index import main_handler
from tests.bad_inputs.clouds import Waiting, request_with
from tests.bad_inputs.inputs import build
from tests.support.cards import NAME
from tests.support.clouds import Cloud, cloud

REPLAYS = 5


def body_of(waiting: Waiting) -> bytes:
    return str(build({"$json": {"JobsDetail": [{"$job": {}}]}}, waiting.names)).encode()


def test_five_deliveries_in_a_row_are_one_result_that_never_changes() -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        waiting = Waiting(opened)
        seen = []
        for _ in range(REPLAYS):
            assert waiting.post(body_of(waiting)) == (200, [])
            seen.append(json.dumps(waiting.result()))
        assert len(set(seen)) == 1
        assert len(waiting.results()) == 1
        assert opened.pending() == []


def test_five_deliveries_at_once_are_one_result(monkeypatch: pytest.MonkeyPatch) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        waiting = Waiting(opened)
        for name, value in opened.local.environment("callback").items():
            monkeypatch.setenv(name, value)
        event = request_with(body_of(waiting), waiting.names["TOKEN"])
        with ThreadPoolExecutor(REPLAYS) as threads:
            answers = list(threads.map(lambda _: main_handler(event, {}), range(REPLAYS)))
        assert [answer["statusCode"] for answer in answers] == [200] * REPLAYS
        assert len(waiting.results()) == 1
        assert waiting.result()["fields"]["name"] == NAME


def test_a_delivery_that_comes_before_the_job_has_ended_writes_nothing() -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        opened.local.runner.behaviour.start_after_seconds = 1e6
        waiting = Waiting(opened)
        status, (line,) = waiting.post(body_of(waiting))
        assert (status, line["problem"]) == (200, "NotFinished")
        assert waiting.results() == []
        assert len(opened.pending()) == 1


def leaked(opened: Cloud) -> tuple[Waiting, str]:
    """A card whose token somebody read, and a body of theirs with a name of their choice."""
    waiting = Waiting(opened)
    forged = {"$job": {"Operation": {"ImageLicenseRecResult": {"IdInfo": [FORGED]}}}}
    return waiting, build({"$json": {"JobsDetail": [forged]}}, waiting.names)


FORGED = {"Name": "姓名", "DetectedText": "伪造者", "Score": 100}


@pytest.mark.parametrize("verify", ["require", "prefer"])
def test_a_leaked_token_does_not_choose_what_is_written_where_ci_shows_the_result(
    verify: str,
) -> None:
    with cloud(CALLBACK_TYPE="NONE", CALLBACK_VERIFY=verify) as opened:
        waiting, body = leaked(opened)
        assert waiting.post(body) == (200, [])
        result = waiting.result()
        assert (result["fields"]["name"], result["evidence"]["verified"]) == (NAME, True)


def test_under_require_a_leaked_token_writes_nothing_where_ci_shows_no_result() -> None:
    with cloud(CALLBACK_TYPE="NONE", CALLBACK_VERIFY="require") as opened:
        opened.local.runner.behaviour.describe_holds_result = False
        waiting, body = leaked(opened)
        status, (line,) = waiting.post(body)
        assert (status, line["problem"]) == (200, "NoResultInJob")
        assert waiting.results() == []


@pytest.mark.parametrize(("verify", "shown"), [("prefer", False), ("off", True)])
def test_where_a_leaked_token_chooses_the_text_the_result_is_marked(
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
        job = {"$job": {"Input": {"Object": "uploads/other.jpg"}}}
        body = build({"$json": {"JobsDetail": [job]}}, waiting.names)
        status, _ = waiting.post(body)
        own = [f"ocr/results/uploads/a.jpg.{waiting.etag}.json"]
        assert (status, waiting.results()) == ((403, []) if verify == "off" else (200, own))
