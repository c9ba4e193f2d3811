"""The CMQ topic trigger (583/11517): what is published to a topic, to a function."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from coslocal.agenda import Agenda
from coslocal.ci.callbacks import QueuedMessage
from coslocal.functions import Function
from coslocal.triggers.asynchronous import AsynchronousInvocations


class TopicTrigger:
    """Sends `function` an event for every message of the topic `name`; a queue triggers nothing.

    Up to `merged` messages that are known when an event is sent travel as records of that one.
    """

    def __init__(
        self,
        agenda: Agenda,
        asynchronous: AsynchronousInvocations,
        function: Function,
        *,
        owner: str,
        name: str,
        merged: int = 1,
    ) -> None:
        self._agenda = agenda
        self._asynchronous = asynchronous
        self._function = function
        self._owner = owner
        self._name = name
        self.merged = merged
        self._waiting: list[QueuedMessage] = []
        self._lock = threading.Lock()

    def __call__(self, message: QueuedMessage) -> None:
        """Take note of a message just published."""
        if (message.queue.mode, message.queue.name) != ("Topic", self._name):
            return
        with self._lock:
            self._waiting.append(message)
        self._agenda.add(self._send)

    def _send(self) -> None:
        with self._lock:
            messages = self._waiting[: self.merged]
            del self._waiting[: self.merged]
        if messages:
            event = topic_event(messages, self._owner, self._agenda.clock())
            self._asynchronous.send(self._function, event)


def topic_event(messages: Sequence[QueuedMessage], owner: str, now: float) -> dict[str, Any]:
    """Return one event for these messages of the account `owner`; `now` is Unix seconds."""
    published = datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"Records": [{"CMQ": _record(message, owner, published)} for message in messages]}


def _record(message: QueuedMessage, owner: str, published: str) -> dict[str, str]:
    return {
        "type": "topic",
        "topicOwner": owner,
        "topicName": message.queue.name,
        "subscriptionName": "scf",
        "publishTime": published,
        "msgId": str(secrets.randbits(63)),
        "requestId": str(secrets.randbits(63)),
        "msgBody": message.body,
        "msgTag": "",
    }
