"""CI's callbacks by way of a message queue: the same path, with the token in the message."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from coslocal.ci.callbacks import QueuedMessage
from coslocal.ci.jobs import MessageQueue
from coslocal.cos.errors import CosError
from coslocal.functions import Failure
from coslocal.triggers.topic import topic_event
from tests.support.cards import NAME
from tests.support.clouds import Cloud, delivering

KEYS = ("uploads/a.jpg", "uploads/b.jpg", "uploads/c.jpg")
TOPIC = MessageQueue("gz", "Topic", "cards")


class Published:
    """Three cards whose messages nobody has brought to `callback` yet."""

    def __init__(self, opened: Cloud) -> None:
        self.cloud = opened
        opened.local.runner.on_message = lambda _message: None
        self.etags = {key: opened.upload(key) for key in KEYS}
        self.bodies = [message.body for message in opened.local.runner.messages]
        self.tokens = [str(job.request.user_data) for job in opened.jobs]

    def bring(self, *bodies: str) -> Any:
        """What `callback` makes of one event with these messages."""
        messages = [QueuedMessage(TOPIC, body) for body in bodies]
        return self.cloud.invoke("callback", topic_event(messages, "1250000000", time.time()))

    def with_token(self, token: str) -> str:
        """The first card's message with another token."""
        return self.bodies[0].replace(self.tokens[0], token)

    def written(self) -> list[str]:
        return self.cloud.names("results")

    def problems(self) -> list[str]:
        """Why messages were not taken, as the log has it."""
        lines = self.cloud.log_lines()
        return [line["problem"] for line in lines if line["event"] in {"refused", "cloud_fault"}]


@pytest.fixture
def published() -> Iterator[Published]:
    with delivering("TDMQ") as opened:
        yield Published(opened)


def test_a_message_becomes_a_result_without_any_call_from_outside() -> None:
    with delivering("TDMQ") as opened:
        result = opened.result(KEYS[0], opened.upload(KEYS[0]))
        assert (result["fields"]["name"], result["evidence"]["verified"]) == (NAME, True)
        assert result["evidence"]["delivered_by"] == "callback"
        assert len(opened.local.runner.messages) == 1
        assert opened.local.callbacks == []


def test_messages_that_travel_together_each_become_a_result() -> None:
    with delivering("TDMQ") as opened:
        opened.local.topic.merged = 10
        etags = {key: opened.put(key) for key in KEYS}
        opened.settle()
        for key, etag in etags.items():
            assert opened.result(key, etag)["evidence"]["delivered_by"] == "callback"
        taken = [one for one in opened.local.invocations if one.function == "callback"]
        assert len(taken) < len(KEYS)


def test_a_queue_triggers_nothing_and_sweep_delivers() -> None:
    with delivering("TDMQ", CALLBACK_MQ_MODE="Queue") as opened:
        opened.upload(KEYS[0])
        assert len(opened.local.runner.messages) == 1
        assert opened.names("results") == []


def test_records_that_can_not_be_handled_cost_the_others_nothing(published: Published) -> None:
    first, second, third = published.bodies
    cut_short = second[:-20]
    assert published.bring("no callback", first, cut_short, third) == {"messages": 4}
    assert len(published.written()) == 2
    assert published.problems() == ["no token"]


def test_a_message_that_met_a_fault_is_delivered_again_after_the_others(
    published: Published,
) -> None:
    # Given COS that refuses the second card's result
    refused = f"results/{KEYS[1]}"
    published.cloud.local.cos.before_effect = lambda request: (
        CosError("AccessDenied", "no")
        if request.method == "PUT" and refused in (request.key or "")
        else None
    )
    # When all three come, then the handler raises, and only that one is missing
    failure = published.bring(*published.bodies)
    assert isinstance(failure, Failure)
    assert "1 of 3 messages couldn't be processed" in failure.message
    assert len(published.written()) == 2
    # And when SCF delivers the event again, then it is there, and the others are as they were
    published.cloud.local.cos.before_effect = lambda _request: None
    assert published.bring(*published.bodies) == {"messages": 3}
    assert len(published.written()) == 3


def test_a_wrong_setting_has_messages_delivered_again(published: Published) -> None:
    published.cloud.local.functions["callback"].environment["MIN_SCORE"] = "many"
    assert "3 of 3 messages" in published.bring(*published.bodies).message
    assert published.written() == []


def test_a_request_can_not_pass_for_a_message(published: Published) -> None:
    messages = [QueuedMessage(TOPIC, published.bodies[0])]
    event = topic_event(messages, "1250000000", time.time())
    answer = published.cloud.invoke("callback", {"httpMethod": "POST", **event})
    assert answer["statusCode"] == 403
    assert published.written() == []
