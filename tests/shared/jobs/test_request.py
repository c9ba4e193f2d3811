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
