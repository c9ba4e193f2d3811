"""The tables of docs/api.md can't have a row that isn't true."""

from __future__ import annotations

from typing import Any

import pytest

from docs import api
from docs.blocks import ROOT
from docs.documents import code_blocks

LEVEL = "Request.Operation.JobLevel"
REQUEST = "shared/jobs/request.py"


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (api.Node(LEVEL, "`JOB_RANK`", f"{REQUEST}::job_request"), "no setting JOB_RANK"),
        (api.Node(LEVEL, "", f"{REQUEST}::job_post"), "has no function job_post"),
        (api.Node(LEVEL, "", f"{REQUEST}::fits_xml"), "does not name JobLevel"),
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


def test_what_the_page_does_to_a_local_cloud_can_be_done() -> None:
    (block,) = code_blocks((ROOT / "docs/api.md").read_text(encoding="utf-8"), "python")
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 — it is the page that is tested
    cloud = names["cloud"]
    assert (len(cloud.runner.faults.requests), len(cloud.runner.faults.jobs)) == (1, 1)
    assert cloud.ci.queues()[0].state == "Paused"
