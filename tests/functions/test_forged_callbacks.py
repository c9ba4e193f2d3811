"""What a callback may not do, on the local cloud: nothing of it ever decides what is written."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from shared import callback_token
from tests.support.cards import LABELS, NAME
from tests.support.clouds import BUCKET, CARD, Cloud, cloud

KEY = "uploads/a.jpg"
OTHER = "uploads/b.jpg"


class Forger:
    """Two submitted cards whose callbacks never came, and somebody who sends his own."""

    def __init__(self, opened: Cloud) -> None:
        self.cloud = opened
        self.etags = {key: opened.upload(key) for key in (KEY, OTHER)}
        self.secret = opened.local.environment("callback")["CALLBACK_SECRET"]
        self.jobs = {job.request.object_key: job for job in opened.jobs}

    def token(self, key: str = KEY, **changes: Any) -> str:
        arguments: dict[str, Any] = {
            "bucket": BUCKET,
            "key": key,
            "version": self.etags[key],
            "attempt": 1,
            "now": time.time(),
        }
        own = self.jobs[key].request.user_data
        if not changes:
            assert own is not None
            return own
        return callback_token.issue(self.secret, **(arguments | changes))

    def send(self, token: str | None, body: object) -> int:
        event = {
            "httpMethod": "POST",
            "queryString": {} if token is None else {"t": token},
            "body": body if isinstance(body, str) else json.dumps(body),
        }
        answer = self.cloud.invoke("callback", event)
        assert set(answer) == {"isBase64Encoded", "statusCode", "headers", "body"}
        return int(answer["statusCode"])

    def body(self, key: str = KEY, **texts: str) -> dict[str, Any]:
        infos = [
            {"Name": k, "DetectedText": v, "Score": 99} for k, v in {**LABELS, **texts}.items()
        ]
        return {
            "JobsDetail": [
                {
                    "JobId": self.jobs[key].job_id,
                    "State": "Success",
                    "Input": {"Object": key},
                    "Operation": {
                        "UserData": self.token(key),
                        "ImageLicenseRecResult": {"State": "Success", "IdInfo": infos},
                    },
                }
            ]
        }

    def written(self) -> list[str]:
        return self.cloud.names("results")


@pytest.fixture
def forger(monkeypatch: pytest.MonkeyPatch) -> Any:
    del monkeypatch
    with cloud(CALLBACK_TYPE="NONE") as opened:
        yield Forger(opened)


def test_the_real_callback_is_taken(forger: Forger) -> None:
    assert forger.send(forger.token(), forger.body()) == 200
    assert len(forger.written()) == 1


def test_without_a_token_nothing_is_written(forger: Forger) -> None:
    assert forger.send(None, forger.body()) == 403
    assert forger.written() == []


def test_with_a_wrong_token_nothing_is_written(forger: Forger) -> None:
    assert forger.send(forger.token()[:-4] + "AAAA", forger.body()) == 403
    assert forger.written() == []


def test_with_an_expired_token_nothing_is_written(forger: Forger) -> None:
    assert forger.send(forger.token(now=time.time() - 8 * 86_400), forger.body()) == 403
    assert forger.written() == []


def test_with_another_cards_token_nothing_is_written(forger: Forger) -> None:
    assert forger.send(forger.token(OTHER), forger.body(KEY)) == 403
    assert forger.written() == []


def test_with_another_attempts_token_nothing_is_asked_or_written(forger: Forger) -> None:
    assert forger.send(forger.token(attempt=2), forger.body()) == 200
    assert forger.written() == []


def test_with_another_versions_token_nothing_is_asked_or_written(forger: Forger) -> None:
    assert forger.send(forger.token(version="0" * 32), forger.body()) == 200
    assert forger.written() == []


def test_an_unknown_job_is_refused_like_a_wrong_token(forger: Forger) -> None:
    body = forger.body()
    body["JobsDetail"][0]["JobId"] = "a" * 33
    assert forger.send(forger.token(), body) == 403
    assert forger.written() == []


def test_what_ci_says_is_written_not_what_the_body_says(forger: Forger) -> None:
    assert forger.send(forger.token(), forger.body(姓名="伪造者")) == 200
    result = forger.cloud.result(KEY, forger.etags[KEY])
    assert result["fields"]["name"] == NAME
    assert "伪造者" not in json.dumps(result, ensure_ascii=False)


def test_the_body_does_not_choose_where_something_is_written(forger: Forger) -> None:
    body = forger.body()
    body["JobsDetail"][0]["Input"] = {"Object": "ocr/results/evil", "BucketId": "other-1"}
    assert forger.send(forger.token(), body) == 200
    assert forger.written() == [f"ocr/results/{KEY}.{forger.etags[KEY]}.json"]


def test_a_replayed_callback_changes_nothing(forger: Forger) -> None:
    forger.send(forger.token(), forger.body())
    first = forger.cloud.document(forger.written()[0])
    for _ in range(4):
        assert forger.send(forger.token(), forger.body()) == 200
    assert forger.cloud.document(forger.written()[0]) == first


def test_a_malformed_body_with_a_good_token_is_a_400(forger: Forger) -> None:
    assert forger.send(forger.token(), "<html>") == 400
    assert forger.written() == []


def test_the_secret_before_a_rotation_still_verifies() -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        forger = Forger(opened)
        environment = opened.local.functions["callback"].environment
        environment["CALLBACK_SECRET_PREVIOUS"] = environment["CALLBACK_SECRET"]
        environment["CALLBACK_SECRET"] = "the-next-secret-invented-and-long-enough"
        assert forger.send(forger.token(), forger.body()) == 200
        environment["CALLBACK_SECRET_PREVIOUS"] = ""
        assert forger.send(forger.token(OTHER), forger.body(OTHER)) == 403


def test_a_cos_that_fails_is_a_500_and_nothing_is_lost(forger: Forger) -> None:
    from coslocal.cos.errors import CosError  # noqa: PLC0415 — only here

    forger.cloud.local.cos.before_effect = lambda request: (
        CosError("AccessDenied", "no") if request.method == "PUT" else None
    )
    assert forger.send(forger.token(), forger.body()) == 500
    forger.cloud.local.cos.before_effect = lambda _request: None
    assert len(forger.cloud.names("pending")) == 2
    assert forger.send(forger.token(), forger.body()) == 200


def test_under_off_the_body_of_another_card_is_refused() -> None:
    with cloud(CALLBACK_TYPE="NONE", CALLBACK_VERIFY="off") as opened:
        forger = Forger(opened)
        assert forger.send(forger.token(), forger.body(OTHER)) == 403
        assert forger.send(forger.token(), forger.body()) == 200
        assert opened.result(KEY, forger.etags[KEY])["needs_review"]


def test_the_content_of_the_card_is_what_was_uploaded(forger: Forger) -> None:
    assert forger.cloud.user.head_object(Bucket=BUCKET, Key=KEY)["Content-Length"] == str(len(CARD))
