"""An operator's .env names no CALLBACK_URL: SCF has made it, and the deployment knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.deployed import Deployment, deployed
from tests.cli.operators import Operator


@pytest.fixture
def deployment(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Deployment]:
    with deployed(operator, monkeypatch, tmp_path) as there:
        monkeypatch.delenv("CALLBACK_URL")
        yield there


def test_a_job_that_an_operator_sends_is_called_back(deployment: Deployment) -> None:
    deployment.local.cos.on_object_created = lambda _created: None
    key = "uploads/id/from-before.jpg"
    etag = deployment.cloud.put(key)
    assert deployment.operator.calls("backfill", "--yes").status == 0
    deployment.clock.move(300)
    assert deployment.operator.calls("sweep").status == 0
    deployment.local.run_until_idle()
    assert deployment.cloud.result(key, etag)["evidence"]["delivered_by"] == "callback"


def test_what_sends_nothing_asks_for_no_address(deployment: Deployment) -> None:
    asked = len(deployment.api.calls)
    answer = deployment.operator.calls("audit")
    assert (answer.status, answer.err) == (0, "")
    assert deployment.api.calls[asked:] == []


def test_an_address_that_nobody_knows_is_missed(deployment: Deployment) -> None:
    deployment.api.account.functions.clear()
    answer = deployment.operator.calls("sweep")
    assert (answer.status, answer.err) == (2, "card-ocr: CALLBACK_URL: is missing\n")
