from __future__ import annotations

import pytest

from deploy.configuration.delivery import delivery_notes
from deploy.configuration.document import read_service
from tests.support.serverless_yml import ENVIRON, document

ADDRESS, TOPIC = {"url": {"auth": "NONE"}}, {"cmq": {"topic": "cards"}}
QUEUED = {
    "CALLBACK_TYPE": "TDMQ",
    "CALLBACK_MQ_REGION": "gz",
    "CALLBACK_MQ_MODE": "Topic",
    "CALLBACK_MQ_NAME": "cards",
}


def notes(events: list[object], **environ: str) -> list[str]:
    text = document({"functions.callback.events": events}, {**ENVIRON, **environ})
    return list(delivery_notes(read_service(text)))


@pytest.mark.parametrize(
    ("events", "environ"),
    [([ADDRESS], {}), ([TOPIC], QUEUED), ([], {"CALLBACK_TYPE": "NONE"})],
    ids=["an address", "a topic", "neither"],
)
def test_what_brings_the_results_needs_no_word(
    events: list[object], environ: dict[str, str]
) -> None:
    assert notes(events, **environ) == []


def test_an_address_that_ci_does_not_call_is_named() -> None:
    (note,) = notes([ADDRESS], CALLBACK_TYPE="NONE")
    assert note.startswith("with CALLBACK_TYPE NONE CI calls no address: take url out")


def test_messages_that_nothing_here_brings_are_named() -> None:
    (note,) = notes([], **QUEUED)
    assert note.startswith("nothing in serverless.yml brings CI's messages to callback")


def test_an_address_in_place_of_a_topic_is_both() -> None:
    assert len(notes([ADDRESS], **QUEUED)) == 2
