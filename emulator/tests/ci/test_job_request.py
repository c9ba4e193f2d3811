"""`POST /jobs`, node by node as the API page's tables have them."""

from __future__ import annotations

import re

import pytest

from coslocal.ci.errors import CiError
from coslocal.ci.jobs import Callback, JobRequest, MessageQueue
from coslocal.ci.recognition import TAG, NothingRecognised, image_license_rec
from coslocal.ci.requests_xml import parse_job_request

FULL = """\
<Request>
  <Tag>ImageLicenseRec</Tag>
  <Input>
    <Object>input/test.jpg</Object>
  </Input>
  <Operation>
    <ImageLicenseRec>
      <CardType>DriverLicense</CardType>
    </ImageLicenseRec>
    <UserData>my data</UserData>
    <JobLevel>2</JobLevel>
  </Operation>
  <QueueId>p1</QueueId>
  <CallBack>https://example.com/callback?a=1&amp;t=2</CallBack>
  <CallBackFormat>JSON</CallBackFormat>
  <CallBackType>URL</CallBackType>
</Request>
"""
MINIMAL = re.sub(
    r"\s*<(UserData|JobLevel|QueueId|CallBack|CallBackFormat|CallBackType)>.*", "", FULL
)
MQ = "<CallBackMqConfig><MqRegion>gz</MqRegion><MqName>ends</MqName></CallBackMqConfig>"


TYPES = {TAG: image_license_rec(NothingRecognised())}


def parse(text: str) -> JobRequest:
    return parse_job_request(text.encode(), TYPES)


def test_every_node_is_read() -> None:
    assert parse(FULL) == JobRequest(
        object_key="input/test.jpg",
        tag=TAG,
        parameters={"CardType": "DriverLicense"},
        user_data="my data",
        job_level=2,
        queue_id="p1",
        callback=Callback(url="https://example.com/callback?a=1&t=2", format="JSON"),
    )


def test_optional_nodes_have_the_defaults_of_the_page() -> None:
    assert parse(MINIMAL) == JobRequest(
        "input/test.jpg", TAG, {"CardType": "DriverLicense"}, None, 0, None, None
    )


def test_the_callback_format_is_xml_unless_the_request_says_json() -> None:
    request = parse(FULL.replace("<CallBackFormat>JSON</CallBackFormat>", ""))
    assert request.callback is not None
    assert request.callback.format == "XML"


def test_no_as_the_callback_address_means_no_callback() -> None:
    assert (
        parse(MINIMAL.replace("</Request>", "<CallBack>no</CallBack></Request>")).callback
        == Callback()
    )


def test_a_tdmq_callback_names_its_queue() -> None:
    text = MINIMAL.replace("</Request>", f"<CallBackType>TDMQ</CallBackType>{MQ}</Request>")
    assert parse(text).callback == Callback(message_queue=MessageQueue("gz", "Queue", "ends"))


def test_a_key_keeps_its_white_space() -> None:
    assert parse(FULL.replace("input/test.jpg", " a  b ")).object_key == " a  b "


@pytest.mark.parametrize(
    "node",
    ["Tag", "Input", "Object", "Operation", "ImageLicenseRec", "CardType"],
)
def test_a_missing_required_node_is_refused_by_name(node: str) -> None:
    text = re.sub(rf"<{node}>.*</{node}>", "", MINIMAL, flags=re.DOTALL)
    assert text != MINIMAL
    with pytest.raises(CiError, match=rf"InvalidArgument: \S*{node} is missing"):
        parse(text)


@pytest.mark.parametrize(
    ("parent", "node"),
    [
        ("Request", "Bucket"),
        ("Input", "Url"),
        ("Operation", "Output"),
        ("ImageLicenseRec", "CardSide"),
    ],
)
def test_an_unknown_node_is_refused_by_name(parent: str, node: str) -> None:
    text = FULL.replace(f"</{parent}>", f"<{node}>x</{node}></{parent}>")
    with pytest.raises(CiError, match=rf"{node} is not a known node"):
        parse(text)


@pytest.mark.parametrize(
    "node",
    ["Tag", "Input", "Object", "Operation", "ImageLicenseRec", "CardType", "UserData", "CallBack"],
)
def test_a_node_that_stands_twice_is_refused_by_name(node: str) -> None:
    text = re.sub(rf"(<{node}>.*</{node}>)", r"\1\1", FULL, flags=re.DOTALL)
    with pytest.raises(CiError, match=rf"{node} stands more than once"):
        parse(text)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<Tag>ImageLicenseRec<", "<Tag>ImageOCR<"),
        ("<CardType>DriverLicense<", "<CardType>Passport<"),
        ("<CardType>DriverLicense<", "<CardType>driverlicense<"),
        ("<CardType>DriverLicense<", "<CardType> DriverLicense<"),
        ("<CardType>DriverLicense<", "<CardType><"),
        ("<Object>input/test.jpg<", "<Object><"),
        ("<Object>input/test.jpg<", f"<Object>{'a' * 851}<"),
        ("<Object>input/test.jpg</Object>", "<Object><Key>a</Key></Object>"),
        ("<JobLevel>2<", "<JobLevel>3<"),
        ("<JobLevel>2<", "<JobLevel>-1<"),
        ("<UserData>my data<", f"<UserData>{'a' * 1025}<"),
        ("<UserData>my data<", "<UserData>é<"),
        ("<UserData>my data<", "<UserData>a\nb<"),
        ("<CallBackFormat>JSON<", "<CallBackFormat>YAML<"),
        ("<CallBackType>URL<", "<CallBackType>Kafka<"),
        ("<CallBackType>URL<", "<CallBackType>TDMQ<"),
        ("https://example.com/callback?a=1&amp;t=2", "ftp://example.com"),
        ("https://example.com/callback?a=1&amp;t=2", "https://"),
        ("https://example.com/callback?a=1&amp;t=2", "https://example.com/a b"),
        ("https://example.com/callback?a=1&amp;t=2", "No"),
    ],
)
def test_a_value_the_page_does_not_allow_is_refused(right: str, wrong: str) -> None:
    text = FULL.replace(right, wrong)
    assert text != FULL
    with pytest.raises(CiError, match="InvalidArgument"):
        parse(text)


@pytest.mark.parametrize(
    ("right", "wrong"), [("gz", "ap-guangzhou"), ("ends", ""), ("<MqName>ends</MqName>", "")]
)
def test_a_wrong_message_queue_is_refused(right: str, wrong: str) -> None:
    config = MQ.replace(right, wrong)
    text = MINIMAL.replace("</Request>", f"<CallBackType>TDMQ</CallBackType>{config}</Request>")
    with pytest.raises(CiError, match="InvalidArgument"):
        parse(text)


def test_the_longest_user_data_of_all_printable_characters_is_accepted() -> None:
    user_data = ("".join(map(chr, range(0x20, 0x7F))) * 11)[:1024]
    escaped = user_data.replace("&", "&amp;").replace("<", "&lt;")
    assert parse(FULL.replace("my data", escaped)).user_data == user_data


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MissingContent"),
        (b"  \n", "MissingContent"),
        (b"<Request>", "InvalidContent"),
        (b"{}", "InvalidContent"),
        (b"\xff\xfe", "InvalidContent"),
        (b"<Request>\x01</Request>", "InvalidContent"),
        (b"<Response/>", "InvalidArgument"),
        (b"<Request>text</Request>", "InvalidArgument"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Request>&b;</Request>', "InvalidContent"),
    ],
)
def test_a_body_that_is_no_request_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(CiError) as refusal:
        parse_job_request(body, TYPES)
    assert (refusal.value.code, refusal.value.status) == (code, 400)
