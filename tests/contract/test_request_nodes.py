"""Every node of the request, from an upload to the bytes that reach CI and what CI makes of them.

The stand-in checks each request against the tables of the API page, so what it takes is no other
than what the page allows.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping

import pytest

from coslocal.ci.jobs import MessageQueue
from shared import callback_token
from tests.support.clouds import BUCKET, DELIVERIES, delivering
from tests.support.covers import covers
from tests.support.wire import Wire

KEY = "uploads/样本 a&b.jpg"
TOPIC = {"CALLBACK_MQ_REGION": "sh", "CALLBACK_MQ_NAME": "answers"}


def sent(
    wire: Wire,
    settings: Mapping[str, str] | None = None,
    key: str = KEY,
    metadata: Mapping[str, str] | None = None,
) -> ET.Element:
    """The request that an upload came to, after CI has taken it."""
    with delivering("URL", **(settings or {})) as opened:
        opened.upload(key, Metadata=dict(metadata or {}))
        assert len(opened.jobs) == 1
    assert wire.last("POST").status == 200
    (job,) = wire.jobs
    return job


@covers(
    "Request",
    "Request.Tag",
    "Request.Input",
    "Request.Operation",
    "Request.Operation.ImageLicenseRec",
)
def test_the_containers_stand_once_and_in_the_order_of_the_page(wire: Wire) -> None:
    job = sent(wire)
    assert job.tag == "Request"
    assert [node.tag for node in job] == [
        *("Tag", "Input", "Operation", "CallBackFormat", "CallBack"),
    ]
    assert job.findtext("Tag") == "ImageLicenseRec"
    assert [node.tag for node in job.iterfind("Operation/*")] == [
        *("ImageLicenseRec", "UserData", "JobLevel"),
    ]
    assert wire.last("POST").path == "/jobs"


@covers("Request.Input.Object")
def test_the_object_is_the_photos_key_as_it_is(wire: Wire) -> None:
    assert sent(wire).findtext("Input/Object") == KEY


@covers("Request.Operation.ImageLicenseRec.CardType")
@pytest.mark.parametrize("chosen_by", ["default", "CARD_TYPE", "rule", "metadata"])
@pytest.mark.parametrize("card_type", ["IDCard", "DriverLicense"])
def test_the_card_type_is_chosen_by_metadata_then_rule_then_default(
    wire: Wire, card_type: str, chosen_by: str
) -> None:
    other = {"IDCard": "DriverLicense", "DriverLicense": "IDCard"}[card_type]
    settings = {
        "default": {} if card_type == "IDCard" else {"CARD_TYPE": card_type},
        "CARD_TYPE": {"CARD_TYPE": card_type, "CARD_TYPE_RULES": f"uploads/other/={other}"},
        "rule": {"CARD_TYPE_RULES": f"uploads/={other},uploads/a/={card_type}"},
        "metadata": {"CARD_TYPE": other, "CARD_TYPE_RULES": f"uploads/a/={other}"},
    }[chosen_by]
    header = {"x-cos-meta-card-type": card_type} if chosen_by == "metadata" else {}
    job = sent(wire, settings, "uploads/a/b.jpg", header)
    assert job.findtext("Operation/ImageLicenseRec/CardType") == card_type


@covers("Request.Operation.UserData")
@pytest.mark.parametrize("delivery", DELIVERIES)
def test_user_data_is_the_token_of_the_card_and_its_attempt(wire: Wire, delivery: str) -> None:
    with delivering(delivery) as opened:
        etag = opened.upload(KEY)
        secret = opened.local.environment("submit")["CALLBACK_SECRET"]
    (job,) = wire.jobs
    user_data = job.findtext("Operation/UserData") or ""
    token = callback_token.verify(user_data, [secret], 0)
    assert (token.version, token.attempt) == (etag, 1)
    assert token.is_for(BUCKET, KEY)
    assert user_data.isascii()
    assert len(user_data) <= callback_token.MAX_BYTES


@covers("Request.Operation.JobLevel")
@pytest.mark.parametrize("level", ["0", "1", "2"])
def test_the_level_is_the_settings_and_0_without_one(wire: Wire, level: str) -> None:
    job = sent(wire, {} if level == "0" else {"JOB_LEVEL": level})
    assert job.findtext("Operation/JobLevel") == level


@covers("Request.QueueId")
def test_the_queue_is_named_if_one_is_set_and_ci_refuses_another(wire: Wire) -> None:
    with delivering("URL") as opened:
        queue = opened.local.ci.queue_of(BUCKET).queue_id
        submit = opened.local.functions["submit"].environment
        opened.upload("uploads/none.jpg")
        submit["QUEUE_ID"] = queue
        opened.upload("uploads/own.jpg")
        submit["QUEUE_ID"] = "p0"
        opened.upload("uploads/other.jpg")
        assert [job.findtext("QueueId") for job in wire.jobs] == [None, queue, "p0"]
        assert [job.queue_id for job in opened.jobs] == [queue, queue]
        (pending,) = opened.pending()
        assert (pending["error"]["code"], pending["error"]["class"]) == (
            "QueueNotFound",
            "configuration",
        )


@covers("Request.CallBack", "Request.CallBackFormat")
@pytest.mark.parametrize("form", ["JSON", "XML"])
def test_the_url_is_called_with_the_token_in_the_format_that_is_set(wire: Wire, form: str) -> None:
    with delivering("URL", CALLBACK_FORMAT=form) as opened:
        result = opened.result("uploads/a.jpg", opened.upload("uploads/a.jpg"))
        url = opened.local.environment("submit")["CALLBACK_URL"]
        (delivery,) = opened.local.callbacks
    (job,) = wire.jobs
    token = job.findtext("Operation/UserData")
    assert job.findtext("CallBackFormat") == form
    assert job.findtext("CallBack") == delivery.url == f"{url}?t={token}"
    assert job.find("CallBackType") is None
    assert (delivery.format, result["evidence"]["format"]) == (form, form.lower())


@covers("Request.CallBack")
def test_no_callback_is_no(wire: Wire) -> None:
    with delivering("NONE") as opened:
        opened.upload(KEY)
        assert opened.local.callbacks == []
        assert opened.local.runner.messages == []
    (job,) = wire.jobs
    assert job.findtext("CallBack") == "no"
    assert [job.find(node) for node in ("CallBackFormat", "CallBackType")] == [None, None]


@covers(
    "Request.CallBackType",
    "Request.CallBackFormat",
    "Request.CallBackMqConfig",
    "Request.CallBackMqConfig.MqRegion",
    "Request.CallBackMqConfig.MqMode",
    "Request.CallBackMqConfig.MqName",
)
@pytest.mark.parametrize("mode", ["Queue", "Topic"])
@pytest.mark.parametrize("form", ["JSON", "XML"])
def test_a_message_queue_is_named_and_gets_the_message(wire: Wire, mode: str, form: str) -> None:
    settings = {"CALLBACK_FORMAT": form, "CALLBACK_MQ_MODE": mode, **TOPIC}
    with delivering("TDMQ", **settings) as opened:
        etag = opened.upload("uploads/a.jpg")
        (message,) = opened.local.runner.messages
        if mode == "Topic":
            evidence = opened.result("uploads/a.jpg", etag)["evidence"]
            assert (evidence["delivered_by"], evidence["format"]) == ("callback", form.lower())
    (job,) = wire.jobs
    assert job.findtext("CallBackType") == "TDMQ"
    assert job.findtext("CallBackFormat") == form
    config = {node.tag: node.text for node in job.iterfind("CallBackMqConfig/*")}
    assert config == {"MqRegion": "sh", "MqMode": mode, "MqName": "answers"}
    assert job.find("CallBack") is None
    assert message.queue == MessageQueue("sh", mode, "answers")  # type: ignore[arg-type]
    assert message.body.startswith("<") == (form == "XML")
