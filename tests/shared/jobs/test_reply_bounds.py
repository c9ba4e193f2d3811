"""How many items, corners and levels a callback can have; CI's own replies have no such bounds."""

from __future__ import annotations

import pytest

from shared.errors import MalformedCallback
from shared.jobs.reply import described_in, job_in_callback
from tests.support.cards import job_node
from tests.support.job_replies import JOB, NODE, as_json, as_xml, of_job, result_in


@pytest.mark.parametrize("count", [256, 257])
def test_a_callback_has_at_most_256_items(count: int) -> None:
    infos: list[object] = [{"Name": "n", "DetectedText": "t"}] * count
    if count == 256:
        container = job_in_callback(of_job(IdInfo=infos))[0].container
        assert container is not None
        assert len(container.id_infos) == 256
    else:
        with pytest.raises(MalformedCallback, match="more than 256 items"):
            job_in_callback(of_job(IdInfo=infos))


@pytest.mark.parametrize("count", [64, 65])
@pytest.mark.parametrize("spread", [False, True])
def test_an_item_of_a_callback_has_at_most_64_corners(count: int, *, spread: bool) -> None:
    places: object = {"Point": ["1,2"] * count}
    if spread:
        places = [{"Point": ["1,2"] * 32}, {"Point": ["1,2"] * (count - 32)}]
    body = of_job(IdInfo=[{"Name": "n", "DetectedText": "t", "Location": places}])
    if count == 64:
        container = job_in_callback(body)[0].container
        assert container is not None
        assert len(container.id_infos[0].polygon) == 64
    else:
        with pytest.raises(MalformedCallback, match="more than 64 corners"):
            job_in_callback(body)


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


@pytest.mark.parametrize("depth", [32, 33])
def test_a_callback_in_json_is_32_levels_deep_at_most(depth: int) -> None:
    value: object = "x"
    for level in range(depth - 1):
        value = [value] if level % 2 else {"a": value}
    body = as_json({"JobsDetail": job_node(JOB), "more": value})
    if depth == 32:
        assert job_in_callback(body)[0] == JOB
    else:
        with pytest.raises(MalformedCallback, match="deeper than 32"):
            job_in_callback(body)


@pytest.mark.parametrize("depth", [32, 33])
def test_a_callback_in_xml_is_32_levels_deep_at_most(depth: int) -> None:
    nested = f"{'<a>' * (depth - 1)}x{'</a>' * (depth - 1)}"
    body = as_xml(NODE).replace(b"</Response>", f"{nested}<b/></Response>".encode())
    if depth == 32:
        assert job_in_callback(body)[0] == JOB
    else:
        with pytest.raises(MalformedCallback, match="deeper than 32"):
            job_in_callback(body)


def test_many_elements_of_one_name_are_no_depth() -> None:
    body = as_xml(NODE).replace(b"</Response>", b"<b/>" * 100 + b"</Response>")
    assert job_in_callback(body)[0] == JOB
