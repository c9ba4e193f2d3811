"""The tables of docs/api.md can't have a row that isn't true."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest

from coslocal.ci.faults import JobFault
from docs import api
from docs.blocks import ROOT
from docs.documents import code_blocks
from tests.support.clouds import BUCKET, DELIVERIES, delivering
from tests.support.wire import tapped

LEVEL = "Request.Operation.JobLevel"
REQUEST = "shared/jobs/service.py"


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (api.Node(LEVEL, "`JOB_RANK`", f"{REQUEST}::job_request"), "no setting JOB_RANK"),
        (api.Node(LEVEL, "", f"{REQUEST}::job_post"), "has no function job_post"),
        (api.Node(LEVEL, "", f"{REQUEST}::callback_address"), "does not name JobLevel"),
        (api.Node(LEVEL, "", REQUEST), "names JobLevel"),
        (api.Node("Request.Operation.Rank", "", REQUEST), "no test covers"),
    ],
)
def test_a_row_that_is_not_true_is_refused(
    node: api.Node, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [one for one in api.REQUEST if one.path != LEVEL]
    monkeypatch.setattr(api, "REQUEST", [*others, node, node._replace(path=LEVEL)])
    with pytest.raises(ValueError, match=problem):
        api.request()


def test_a_test_of_a_node_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "REQUEST", api.REQUEST[1:])
    with pytest.raises(ValueError, match="cover nodes that the page hasn't: Request"):
        api.request()


def test_a_test_that_is_gone_leaves_a_row_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_tests", dict)
    with pytest.raises(ValueError, match="no test covers Request"):
        api.request()


def paths(node: ET.Element, above: str = "") -> Iterator[str]:
    """The path of a node and of all nodes within."""
    yield above + node.tag
    for child in node:
        yield from paths(child, f"{above}{node.tag}.")


def nodes_in(bodies: Iterable[bytes]) -> set[str]:
    return {path for body in bodies for path in paths(ET.fromstring(body))}  # noqa: S314 — our own


def rows(nodes: Sequence[api.Node]) -> set[str]:
    return {node.path for node in nodes} - {"x-ci-request-id"}


def test_every_node_that_passes_the_wire_has_a_row_and_every_row_its_node() -> None:
    with tapped() as wire:
        for delivery in DELIVERIES:
            with delivering(delivery) as opened:
                queue = opened.local.ci.queue_of(BUCKET).queue_id
                opened.local.functions["submit"].environment["QUEUE_ID"] = queue
                opened.upload("uploads/read.jpg")
                opened.local.runner.faults.jobs.append(JobFault("Other", "why", in_container=True))
                opened.upload("uploads/failed.jpg")
    posts = [one.body for one in wire.exchanges if one.method == "POST"]
    assert nodes_in(posts) == rows(api.REQUEST)
    assert nodes_in(one.reply for one in wire.exchanges) == rows(api.RESPONSE)


def test_what_the_page_does_to_a_local_cloud_can_be_done() -> None:
    (block,) = code_blocks((ROOT / "docs/api.md").read_text(encoding="utf-8"), "python")
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 — it is the page that is tested
    cloud = names["cloud"]
    assert (len(cloud.runner.faults.requests), len(cloud.runner.faults.jobs)) == (1, 1)
    assert cloud.ci.queues()[0].state == "Paused"
