"""Bytes and forms out of the ordinary: they cost no neighbour, and no text is lost silently."""

from __future__ import annotations

import json

import pytest

from shared.jobs import Job
from shared.jobs.reply import described_in, job_in_callback
from tests.support.cards import NAME
from tests.support.job_replies import JOB, NODE, as_json, as_xml, container_of, of_job


@pytest.mark.parametrize(
    "control",
    [
        "\x01",
        "\x0b",
        "\x1f",
        "&#1;",
        "&#x1F;",
        "&#0;",
        "&#027;",
        "&#xFFFE;",
        "&#65535;",
    ],
)
def test_a_control_character_in_xml_costs_neither_its_text_nor_a_neighbour(control: str) -> None:
    xml = as_xml(NODE).decode()
    text = f"<DetectedText>{NAME}</DetectedText>"
    assert text in xml
    broken = xml.replace(
        text, f"<DetectedText>{control}{NAME[:1]}{control}{NAME[1:]}</DetectedText>"
    )
    assert described_in(broken.encode()).jobs == (JOB,)
    assert job_in_callback(broken.encode())[0] == JOB


def test_references_to_what_xml_can_hold_stay() -> None:
    xml = as_xml(NODE).decode().replace(f">{NAME}<", ">&#x4E00;&#10;&#9;&#20108;<")
    (job,) = described_in(xml.encode()).jobs
    assert job.container is not None
    assert job.container.id_infos[0].text == "一\n\t二"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("&#xD842;&#xDFB7;", "\U00020bb7"),
        ("&#x0d842;&#x0dfb7;", "\U00020bb7"),
        ("&#55362;&#57271;", "\U00020bb7"),
        ("&#055362;&#xDFB7;", "\U00020bb7"),
        ("&#55296;&#56320;", "\U00010000"),
        ("&#56319;&#57343;", "\U0010ffff"),
        ("&#xD842;", "\ufffd"),
        ("&#57343;", "\ufffd"),
        ("&#57344;", "\ue000"),
        ("&#55295;", "\ud7ff"),
    ],
)
def test_a_rare_character_may_be_written_as_its_two_surrogates(written: str, text: str) -> None:
    xml = as_xml(NODE).decode().replace(f">{NAME}<", f">{NAME}{written}<")
    (job,) = described_in(xml.encode()).jobs
    assert job.container is not None
    assert job.container.id_infos[0].text == f"{NAME}{text}"


def test_a_lost_character_in_json_is_marked() -> None:
    body = as_json({"JobsDetail": NODE}).decode()
    broken = body.replace(json.dumps(NAME), f'"{NAME}\\ud842"')
    job, _ = job_in_callback(broken.encode())
    assert job.container is not None
    assert job.container.id_infos[0].text == f"{NAME}\ufffd"


def with_result(result: object) -> Job:
    changed = {**NODE["Operation"], "ImageLicenseRecResult": result}
    job, _ = job_in_callback(as_json({"JobsDetail": {**NODE, "Operation": changed}}))
    return job


SECOND = {"Name": "姓名", "DetectedText": "样本乙"}


@pytest.mark.parametrize(
    "infos",
    [
        [[SECOND]],
        [[[SECOND]]],
        [{**SECOND, "DetectedText": [["样本乙"]]}],
        ["样本乙"],
        [["样本乙"]],
    ],
)
def test_no_text_is_lost_in_a_list_of_another_form(infos: list[object]) -> None:
    result = NODE["Operation"]["ImageLicenseRecResult"]
    job = with_result({**result, "IdInfo": [*result["IdInfo"], *infos]})
    assert job.container is not None
    assert job.container.id_infos[-1].text == "样本乙"


def test_what_a_second_container_holds_counts_too() -> None:
    result = NODE["Operation"]["ImageLicenseRecResult"]
    job = with_result([result, {**result, "IdInfo": SECOND}])
    assert job.container is not None
    assert job.container.id_infos[-1].text == "样本乙"
    operations = [NODE["Operation"], {"ImageLicenseRecResult": {"IdInfo": SECOND}}]
    job, _ = job_in_callback(as_json({"JobsDetail": {**NODE, "Operation": operations}}))
    assert job.container is not None
    assert job.container.id_infos[-1].text == "样本乙"
    assert job.container.state == "Success"


def test_a_label_keeps_no_control_characters_either() -> None:
    container = container_of(of_job(IdInfo=[{"Name": "\x01姓名", "DetectedText": "t"}]))
    assert container.id_infos[0].label == "姓名"


def test_bytes_that_are_no_utf_8_cost_their_own_character_in_xml() -> None:
    xml = as_xml(NODE).replace(NAME.encode(), NAME.encode()[:-1], 1)
    (job,) = described_in(xml).jobs
    assert job.container is not None
    assert job.container.id_infos[0].text == f"{NAME[:-1]}\ufffd"
