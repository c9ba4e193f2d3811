"""Every shape in which a job comes, read as the same job."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import IdInfo
from shared.errors import MalformedCallback
from shared.jobs.reply import described_in, error_in, job_in_callback
from tests.support.cards import finished_job, id_infos, job_node
from tests.support.job_replies import JOB, NODE, as_json, as_xml, container_of, of_job, result_in


def numbers_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: numbers_as_text(child) for name, child in value.items()}
    if isinstance(value, list):
        return [numbers_as_text(child) for child in value]
    return str(value) if isinstance(value, (int, float)) else value


RESULT_IN_A_LIST = job_node(JOB)
RESULT_IN_A_LIST["Operation"]["ImageLicenseRecResult"] = [result_in(RESULT_IN_A_LIST)]

SHAPES = {
    "arrays at both levels": as_json({"EventName": "TaskFinish", "JobsDetail": [RESULT_IN_A_LIST]}),
    "array of jobs": as_json({"EventName": "TaskFinish", "JobsDetail": [NODE]}),
    "object": as_json({"EventName": "TaskFinish", "JobsDetail": NODE}),
    "no event name": as_json({"JobsDetail": NODE}),
    "response wrapper": as_json({"Response": {"EventName": "TaskFinish", "JobsDetail": NODE}}),
    "wrapper and array": as_json({"Response": {"JobsDetail": [RESULT_IN_A_LIST]}}),
    "numbers as text": as_json({"JobsDetail": numbers_as_text(NODE)}),
    "byte order mark": b"\xef\xbb\xbf" + as_json({"JobsDetail": NODE}),
    "xml": as_xml(NODE, EventName="TaskFinish"),
    "xml after white space": b"\n " + as_xml(NODE).partition(b"?>")[2],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_job(shape: str) -> None:
    job, form = job_in_callback(SHAPES[shape])
    assert job == JOB
    assert form == ("xml" if "xml" in shape else "json")


@pytest.mark.parametrize("wrap", [as_xml, lambda node: as_json({"JobsDetail": node})])
def test_one_field_is_read_like_many(wrap: Any) -> None:
    job = finished_job()
    job = job._replace(
        container=job.container and job.container._replace(id_infos=id_infos(姓名="样本甲"))
    )
    node = job_node(job)
    result_in(node)["IdInfo"] = result_in(node)["IdInfo"][0]
    assert job_in_callback(wrap(node))[0] == job


def infos_with(*changes: dict[str, Any]) -> list[IdInfo]:
    """What is read of items that differ in these members."""
    node = job_node(JOB)
    whole = result_in(node)["IdInfo"][0]
    result_in(node)["IdInfo"] = [{**whole, **change} for change in changes]
    for body in (as_json({"JobsDetail": node}), as_xml(node)):
        container = container_of(body)
        found = [*container.id_infos]
    return found


@pytest.mark.parametrize("score", ["-1", "101", "100.5", "NaN", "inf", "-inf", "ninety", "99%", -1])
def test_a_score_out_of_range_is_no_score_and_says_so(score: object) -> None:
    (info, good) = infos_with({"Score": score}, {"Score": 99})
    assert (info.score, info.has_bad_score) == (None, True)
    assert (good.score, good.has_bad_score) == (99, False)


@pytest.mark.parametrize(
    ("score", "is_bad"),
    [
        *((score, True) for score in (True, {}, {"#text": 10}, "９９", "9_9", "0x10")),
        *((score, True) for score in ([99, 10], [99, "9_9"])),
        *((score, False) for score in ("", " ", "-", None)),
    ],
)
def test_a_score_that_is_no_number_is_none_and_bad_unless_there_is_none(
    score: object, *, is_bad: bool
) -> None:
    whole = result_in(NODE)["IdInfo"][0]
    (info,) = container_of(of_job(IdInfo=[{**whole, "Score": score}])).id_infos
    assert (info.score, info.has_bad_score) == (None, is_bad)


def test_several_scores_that_are_one_are_it() -> None:
    (info,) = infos_with({"Score": [99, 99]})
    assert (info.score, info.has_bad_score) == (99, False)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (("0.9999638", "1", "0"), [99.99638, 100, 0]),
        ((0.57, "0.5"), [57, 50]),
        (("1", "0", "1.0"), [1, 0, 1]),
        (("0.5", "2"), [0.5, 2]),
        (("0.5", "101"), [0.5, None]),
        (("0.5", "-1"), [50, None]),
        (("0.5", ""), [50, None]),
        (("0.5", "-inf"), [50, None]),
        (("99", "98.5"), [99, 98.5]),
        ((0, 100), [0, 100]),
    ],
)
def test_scores_of_at_most_1_that_are_no_integers_are_shares(
    scores: tuple[object, ...], expected: list[float | None]
) -> None:
    assert [info.score for info in infos_with(*({"Score": score} for score in scores))] == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["样本甲", "样本乙"], ["样本甲", "样本乙"]),
        (["", "样本乙", " "], ["样本乙"]),
        ([" 样本甲"], [" 样本甲"]),
        (["", " "], [""]),
        (["样本甲", None, 7], ["样本甲", "7"]),
        (["样本甲", {"x": "样本乙"}], ["样本甲", "\ufffd"]),
        ({"x": "样本乙"}, [""]),
        (None, [""]),
        ([], [""]),
    ],
)
def test_each_text_of_an_item_is_an_item(texts: object, expected: list[str]) -> None:
    whole = result_in(NODE)["IdInfo"][0]
    container = container_of(of_job(IdInfo=[{**whole, "DetectedText": texts}]))
    assert [info.text for info in container.id_infos] == expected
    assert {info._replace(text="") for info in container.id_infos} == {
        JOB.container.id_infos[0]._replace(text="") if JOB.container else None
    }


@pytest.mark.parametrize(
    "location",
    [
        [{"Point": "1,2"}, {"Point": "1,4"}, {"Point": "3,4"}, {"Point": "3,2"}],
        [{"Point": ["1,2", "1,4"]}, {"Point": ["3,4", "3,2"]}],
        {"Point": ["1,2", "1,4", "3,4", "3,2"]},
        [None, {"Point": ["1,2", "1,4", "3,4", "3,2"]}, "5,6"],
    ],
)
def test_the_points_of_several_locations_are_one_polygon(location: object) -> None:
    (info,) = infos_with({"Location": location})
    assert info.polygon == ((1, 2), (1, 4), (3, 4), (3, 2))


@pytest.mark.parametrize(
    ("status", "read"),
    [
        *((1, "1"), ("0", "0"), (" 1 ", "1"), ("", None), (None, None), (True, None)),
        *(([1], "1"), ([1, 0], "1,0"), (["1", 1, None], "1"), ([], None)),
    ],
)
def test_the_status_of_the_container_is_carried(status: object, read: str | None) -> None:
    assert container_of(of_job(Status=status)).status == read


def test_several_labels_of_an_item_are_none_of_them() -> None:
    (info,) = infos_with({"Name": ["姓名", "住址"]})
    assert info.label == "姓名,住址"


def test_the_state_is_the_jobs_own_not_the_containers() -> None:
    node = job_node(JOB)
    result_in(node)["State"] = "Failed"
    del node["State"]
    job = job_in_callback(as_json({"JobsDetail": node}))[0]
    assert job.state is None
    assert job.container is not None
    assert job.container.state == "Failed"


def test_an_error_that_quotes_nothing_of_the_body() -> None:
    with pytest.raises(MalformedCallback) as caught:
        job_in_callback("样本甲 990101199002300013".encode())
    assert "样本甲" not in str(caught.value)
    assert caught.value.__cause__ is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: (
        st.lists(children)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("Response", "JobsDetail", "JobId", "State", "Operation", "Input"),
                    *("ImageLicenseRecResult", "IdInfo", "Location", "Point", "Score", "Name"),
                ]
            ),
            children,
        )
    ),
    max_leaves=30,
)


@given(json_values)
def test_no_json_does_more_than_be_malformed(document: object) -> None:
    try:
        job, _ = job_in_callback(json.dumps(document).encode())
    except MalformedCallback:
        return
    assert job.job_id


@given(st.binary())
def test_no_bytes_do_more_than_be_malformed(body: bytes) -> None:
    with pytest.raises(MalformedCallback):
        job_in_callback(body)


def test_several_jobs_of_a_reply_come_in_order() -> None:
    xml = as_xml(NODE).replace(
        b"<JobsDetail>", b"<JobsDetail><JobId>z9</JobId></JobsDetail><JobsDetail>"
    )
    assert [job.job_id for job in described_in(xml).jobs] == ["z9", JOB.job_id]


def test_the_times_of_a_job_that_has_not_run_are_absent() -> None:
    node = job_node(JOB) | {"StartTime": "-", "EndTime": "-"}
    (job,) = described_in(as_xml(node)).jobs
    assert (job.created_at, job.started_at, job.ended_at) == ("2026-01-02T03:04:05Z", None, None)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+0800"])
def test_a_time_before_all_others_is_none(time: str) -> None:
    (job,) = described_in(as_xml(job_node(JOB) | {"CreationTime": time})).jobs
    assert job.created_at is None


@pytest.mark.parametrize("corner", ["<a>" * 2000 + "</a>" * 2000, "<x>1</x>", ""])
def test_a_corner_that_is_no_text_is_left_out(corner: str) -> None:
    info = f"<IdInfo><Location><Point>{corner}</Point><Point>1,2</Point></Location></IdInfo>"
    xml = (
        "<Response><JobsDetail><JobId>a</JobId><Operation><ImageLicenseRecResult>"
        f"{info}</ImageLicenseRecResult></Operation></JobsDetail></Response>"
    )
    (job,) = described_in(xml.encode()).jobs
    assert job.container is not None
    assert job.container.id_infos[0].polygon == ((1, 2),)


def test_a_dtd_is_refused_before_it_is_read() -> None:
    defaults = " ".join(f'b{number} CDATA ""' for number in range(10_000))
    body = f"<!DOCTYPE Response [<!ATTLIST a {defaults}>]><Response>{'<a/>' * 10_000}</Response>"
    with pytest.raises(MalformedCallback):  # else it takes minutes
        job_in_callback(body.encode())


def test_cis_error_has_a_code_and_a_message() -> None:
    body = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>slow</Message></Error>"
    assert error_in(body) == ("SlowDown", "slow")
    assert error_in(b"<html>") == (None, None)
    assert error_in(b"<html/>") == (None, None)


def test_every_text_of_an_item_of_a_callback_counts() -> None:
    texts = {"DetectedText": ["t"] * 200}
    with pytest.raises(MalformedCallback, match="more than 256 items"):
        job_in_callback(of_job(IdInfo=[texts, texts]))


def test_an_item_of_a_callback_has_at_most_64_places() -> None:
    with pytest.raises(MalformedCallback, match="or places in an IdInfo"):
        job_in_callback(of_job(IdInfo=[{"Name": "n", "Location": [{}] * 65}]))


def test_cis_own_replies_have_no_such_bounds() -> None:
    node = job_node(JOB)
    result_in(node)["IdInfo"] = [{"Name": "n", "DetectedText": "t"}] * 300
    (job,) = described_in(as_xml(node)).jobs
    assert job.container is not None
    assert len(job.container.id_infos) == 300


def test_many_elements_of_one_name_are_no_depth() -> None:
    body = as_xml(NODE).replace(b"</Response>", b"<b/>" * 100 + b"</Response>")
    assert job_in_callback(body)[0] == JOB
