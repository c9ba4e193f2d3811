"""Callback bodies in the shapes that CI's pages, and a field report, show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xmltodict

from coslocal.ci.callbacks import CallbackShape, callback_body
from coslocal.ci.jobs import Job, JobRequest, JobResult
from coslocal.ci.recognition import TAG, RecognisedField, image_license_rec

POINTS = ((1, 2), (1, 4), (3, 4), (3, 2))
NAME = RecognisedField("姓名", "样本甲", 99, POINTS)
GENDER = RecognisedField("性别", "女", 98, ())


@dataclass
class Reading:
    """A recogniser that reads the same in every picture."""

    fields: Sequence[RecognisedField]

    def recognise(self, image: bytes, card_type: str) -> list[RecognisedField]:  # noqa: ARG002
        return list(self.fields)


def job(*fields: RecognisedField) -> Job:
    parameters = {"CardType": "IDCard"}
    request = JobRequest("uploads/a&b.jpg", TAG, parameters, user_data="my data")
    waiting = Job("a1", 1, "examples-1250000000", "ap-guangzhou", "p1", request, 0.0)
    content = image_license_rec(Reading(fields)).run(b"", parameters)
    return waiting.started(0.0).succeeded(JobResult(content), 1.0)


def body(shape: CallbackShape, *fields: RecognisedField) -> Any:
    return json.loads(callback_body(job(*fields), "JSON", shape))


def result_of(detail: dict[str, Any]) -> Any:
    return detail["Operation"]["ImageLicenseRecResult"]


def test_json_has_lists_at_both_levels_unless_told_otherwise() -> None:
    callback = body(CallbackShape(), NAME, GENDER)
    assert callback["EventName"] == "TaskFinish"
    [detail] = callback["JobsDetail"]
    [result] = result_of(detail)
    assert (detail["State"], detail["JobId"], detail["Operation"]["UserData"]) == (
        "Success",
        "a1",
        "my data",
    )
    assert (result["Status"], result["IdInfo"][0]["Score"]) == (1, 99)
    assert result["IdInfo"][0]["Location"]["Point"] == ["1,2", "1,4", "3,4", "3,2"]


def test_a_field_without_points_has_an_empty_location() -> None:
    [detail] = body(CallbackShape(), GENDER)["JobsDetail"]
    assert result_of(detail)[0]["IdInfo"][0]["Location"] == {}


def test_json_can_hold_objects_at_both_levels() -> None:
    callback = body(CallbackShape(jobs_as_list=False, result_as_list=False), NAME)
    assert result_of(callback["JobsDetail"])["Status"] == 1


def test_json_can_be_wrapped_in_response() -> None:
    callback = body(CallbackShape(wrapped=True), NAME)
    assert list(callback) == ["Response"]
    assert callback["Response"]["EventName"] == "TaskFinish"


def test_json_can_hold_numbers_as_strings() -> None:
    [detail] = body(CallbackShape(numbers_as_strings=True), NAME)["JobsDetail"]
    [result] = result_of(detail)
    assert (detail["Operation"]["JobLevel"], result["Status"]) == ("0", "1")
    assert result["IdInfo"][0]["Score"] == "99"


def test_json_can_hold_a_single_field_as_an_object() -> None:
    [detail] = body(CallbackShape(single_as_object=True), NAME)["JobsDetail"]
    assert result_of(detail)[0]["IdInfo"]["Name"] == "姓名"
    [detail] = body(CallbackShape(single_as_object=True), NAME, GENDER)["JobsDetail"]
    assert [info["Name"] for info in result_of(detail)[0]["IdInfo"]] == ["姓名", "性别"]


def test_xml_repeats_nodes_and_escapes_text() -> None:
    text = callback_body(job(NAME, GENDER), "XML", CallbackShape())
    callback = xmltodict.parse(text)["Response"]
    assert callback["EventName"] == "TaskFinish"
    detail = callback["JobsDetail"]
    assert detail["Input"]["Object"] == "uploads/a&b.jpg"
    assert [info["Name"] for info in result_of(detail)["IdInfo"]] == ["姓名", "性别"]
    assert result_of(detail)["IdInfo"][1]["Location"] is None
