"""The request against the API page, node by node."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CardType
from shared.jobs import NewJob
from shared.jobs.service import callback_address, job_request
from shared.pipeline.attempt import fits_xml
from shared.settings.load import load
from tests.support.environment import ENVIRONMENT

TOKEN = "v1.cGF5bG9hZA.c2lnbmF0dXJl"


def request(
    key: str = "uploads/a.jpg", card_type: CardType = "IDCard", **environment: str
) -> ET.Element:
    settings = load(ENVIRONMENT | environment, submits=True)
    return ET.fromstring(job_request(settings, NewJob(key, card_type, TOKEN)))  # noqa: S314 — our own


def test_the_whole_request_is_the_api_pages() -> None:
    root = request()
    assert root.tag == "Request"
    assert [(node.tag, node.text) for node in root.iter() if not len(node)] == [
        ("Tag", "ImageLicenseRec"),
        ("Object", "uploads/a.jpg"),
        ("CardType", "IDCard"),
        ("UserData", TOKEN),
        ("JobLevel", "0"),
        ("CallBackFormat", "JSON"),
        ("CallBack", f"https://callback.example/card?t={TOKEN}"),
    ]


@pytest.mark.parametrize(
    ("path", "environment", "expected"),
    [
        ("Operation/JobLevel", {"JOB_LEVEL": "2"}, "2"),
        ("QueueId", {"QUEUE_ID": "p0123abc"}, "p0123abc"),
        ("CallBackFormat", {"CALLBACK_FORMAT": "XML"}, "XML"),
        ("CallBack", {"CALLBACK_TYPE": "NONE"}, "no"),
    ],
)
def test_a_setting_reaches_its_node(path: str, environment: dict[str, str], expected: str) -> None:
    settings = load(ENVIRONMENT | environment, submits=True)
    body = job_request(settings, NewJob("uploads/a.jpg", "IDCard", TOKEN))
    assert ET.fromstring(body).findtext(path) == expected  # noqa: S314 — our own


def test_the_card_type_reaches_its_node() -> None:
    found = request(card_type="DriverLicense").findtext("Operation/ImageLicenseRec/CardType")
    assert found == "DriverLicense"


@pytest.mark.parametrize("node", ["QueueId", "CallBackType", "CallBackMqConfig"])
def test_a_node_that_is_not_set_is_left_out(node: str) -> None:
    assert request().find(node) is None


def test_a_message_queue_is_named_with_region_and_mode() -> None:
    root = request(
        CALLBACK_TYPE="TDMQ",
        CALLBACK_MQ_REGION="gz",
        CALLBACK_MQ_MODE="Topic",
        CALLBACK_MQ_NAME="cards",
    )
    assert root.findtext("CallBackType") == "TDMQ"
    config = {node.tag: node.text for node in root.findall("CallBackMqConfig/*")}
    assert config == {"MqRegion": "gz", "MqMode": "Topic", "MqName": "cards"}
    assert root.find("CallBack") is None


def test_a_callback_url_with_a_query_gets_one_more_parameter() -> None:
    assert callback_address("https://a.example/b?c=d", "t0") == "https://a.example/b?c=d&t=t0"
    assert callback_address("https://a.example/b", "t0") == "https://a.example/b?t=t0"
    root = request(CALLBACK_URL="https://a.example/b?c=d")
    assert root.findtext("CallBack") == f"https://a.example/b?c=d&t={TOKEN}"


@given(st.text(min_size=1).filter(fits_xml))
def test_every_key_that_fits_arrives_as_it_is(key: str) -> None:
    assert request(key=key).findtext("Input/Object") == key


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x01", "\x08", "\x0b", "\x0c", "\r", "\x1f", "\ufffe", "\uffff", "\ud800"],
)
def test_a_key_that_xml_would_change_does_not_fit(character: str) -> None:
    assert not fits_xml(f"uploads/{character}.jpg")


@pytest.mark.parametrize(
    "key", ["a b", "a\tb", "a\nb", "a&<>\"'b", "样本", "😀", "a\x7fb", "a\x85b"]
)
def test_a_key_that_xml_carries_fits(key: str) -> None:
    assert fits_xml(key)
    assert request(key=key).findtext("Input/Object") == key
