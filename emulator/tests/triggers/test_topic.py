from __future__ import annotations

from typing import Any

import pytest

from coslocal.agenda import Agenda, ManualClock
from coslocal.ci.callbacks import QueuedMessage
from coslocal.ci.jobs import MessageQueue
from coslocal.functions import InProcessFunction
from coslocal.triggers.asynchronous import AsynchronousInvocations
from coslocal.triggers.topic import TopicTrigger, topic_event

TOPIC = MessageQueue("gz", "Topic", "ends")


class Trigger:
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.agenda = Agenda(ManualClock())
        self.topic = TopicTrigger(
            self.agenda,
            AsynchronousInvocations(self.agenda),
            InProcessFunction("told", self._handle, {}),
            owner="1250000000",
            name="ends",
        )

    def _handle(self, event: dict[str, Any], _context: object) -> None:
        self.events.append(event)

    def bodies(self) -> list[list[str]]:
        self.agenda.run_until_idle()
        return [[record["CMQ"]["msgBody"] for record in event["Records"]] for event in self.events]


def test_the_event_has_the_names_of_the_trigger_page() -> None:
    (shown,) = topic_event([QueuedMessage(TOPIC, "a")], "1250000000", 1_767_323_048)["Records"]
    assert list(shown["CMQ"]) == [
        "type",
        "topicOwner",
        "topicName",
        "subscriptionName",
        "publishTime",
        "msgId",
        "requestId",
        "msgBody",
        "msgTag",
    ]
    assert shown["CMQ"]["publishTime"] == "2026-01-02T03:04:08.000Z"


def test_every_message_is_an_event_of_its_own_unless_they_are_merged() -> None:
    trigger = Trigger()
    for body in "abc":
        trigger.topic(QueuedMessage(TOPIC, body))
    assert trigger.bodies() == [["a"], ["b"], ["c"]]
    trigger.topic.merged = 2
    for body in "def":
        trigger.topic(QueuedMessage(TOPIC, body))
    assert trigger.bodies()[3:] == [["d", "e"], ["f"]]


@pytest.mark.parametrize(
    "place", [MessageQueue("gz", "Queue", "ends"), MessageQueue("gz", "Topic", "others")]
)
def test_only_what_is_published_to_the_topic_triggers_the_function(place: MessageQueue) -> None:
    trigger = Trigger()
    trigger.topic(QueuedMessage(place, "a"))
    assert trigger.bodies() == []
