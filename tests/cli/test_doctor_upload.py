"""`card-ocr doctor --upload`: a card from upload to result, and what that shows."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.doctor.subject import Subject
from local.ci.faults import CallbackFault, RequestFault
from local.recognition.scripted import ScriptedRecogniser
from local.running import SAMPLES
from tests.cli.deployed import Deployment, deployed
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, DELIVERIES


@contextmanager
def awaited(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str
) -> Iterator[Deployment]:
    """A deployment whose clock goes on while doctor waits for a card."""
    with deployed(operator, monkeypatch, folder, **settings) as there:
        there.local.runner._recogniser = ScriptedRecogniser.for_samples(SAMPLES)  # noqa: SLF001

        def sleep(seconds: float) -> None:
            there.clock.move(seconds)
            there.local.run_until_idle()

        waiting = functools.partial(Subject, now=there.clock, sleep=sleep)
        monkeypatch.setattr("cli.commands.doctor.Subject", waiting)
        yield there


@pytest.fixture
def deployment(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Deployment]:
    with awaited(operator, monkeypatch, tmp_path) as there:
        yield there


def upload(there: Deployment, *words: str) -> dict[str, Any]:
    found = there.findings("--upload", "--yes", *words)
    return {name: found[name] for name in ("specimen", "callback", "re-read") if name in found}


def test_a_specimen_becomes_a_result(deployment: Deployment) -> None:
    found = upload(deployment)
    assert {name: one["status"] for name, one in found.items()} == {
        "specimen": "ok",
        "callback": "ok",
        "re-read": "ok",
    }
    assert "6 of 6 fields" in found["specimen"]["says"]
    assert found["callback"]["says"] == "CI called back, in JSON"
    assert "holds the result container" in found["re-read"]["says"]
    assert len(deployment.local.jobs) == 1
    (photo,) = _photos(deployment)
    assert photo.startswith("uploads/card-ocr-doctor/specimen-")


def test_nothing_is_uploaded_without_a_yes(deployment: Deployment) -> None:
    answer = deployment.operator.answers("n\n", "doctor", "--upload")
    assert answer.status == 0
    assert "This uploads an invented card and costs one job of CI's. Do it?" in answer.err
    assert _photos(deployment) == []


def swept(there: Deployment) -> dict[str, Any]:
    """What doctor finds where sweep comes by every minute."""

    def sweeps() -> None:
        there.sweep()
        there.local.agenda.add(sweeps, after=60)

    there.local.agenda.add(sweeps, after=60)
    return upload(there, "--wait", "400")


@pytest.mark.parametrize(
    ("delivery", "status", "says"),
    [
        ("TDMQ", "failed", "CI's message did not arrive or was refused, so look at the log of"),
        ("NONE", "unchecked", "CALLBACK_TYPE is NONE: sweep delivers"),
    ],
)
def test_what_sweep_delivers_is_told_by_the_way_it_should_have_come(
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    delivery: str,
    status: str,
    says: str,
) -> None:
    with awaited(operator, monkeypatch, tmp_path, **DELIVERIES[delivery]) as there:
        there.local.runner.faults.callbacks.append(CallbackFault("drop"))
        found = swept(there)
        assert found["callback"]["status"] == status
        assert says in found["callback"]["says"]


def test_a_callback_that_does_not_come_is_a_failure(deployment: Deployment) -> None:
    deployment.local.runner.faults.callbacks.append(CallbackFault("drop"))
    found = swept(deployment)
    assert found["specimen"]["status"] == "ok"
    assert "delivered by sweep: CI's call did not arrive" in found["callback"]["says"]


def test_a_re_read_without_the_container_is_a_failure(deployment: Deployment) -> None:
    deployment.local.runner.behaviour.describe_holds_result = False
    found = upload(deployment)
    assert found["callback"]["status"] == "ok"
    assert "holds no result container" in found["re-read"]["says"]


def test_an_upload_without_an_event_is_a_failure(deployment: Deployment) -> None:
    deployment.local.cos.on_object_created = lambda _created: None
    found = upload(deployment)
    assert list(found) == ["specimen"]
    assert "submit did not get the event" in found["specimen"]["says"]


def test_a_specimen_that_waits_says_why(deployment: Deployment) -> None:
    fault = RequestFault("QueuePaused", times=9)
    deployment.local.runner.faults.requests.append(fault)
    found = upload(deployment)
    assert "after 180 s the specimen is waiting, QueuePaused" in found["specimen"]["says"]


def test_a_specimen_that_is_not_recognised_is_a_failure(deployment: Deployment) -> None:
    fault = RequestFault("UnavailableForLegalReasons", times=9)
    deployment.local.runner.faults.requests.append(fault)
    found = upload(deployment)
    assert "is failed, UnavailableForLegalReasons" in found["specimen"]["says"]


def test_a_specimen_that_can_not_be_uploaded_is_a_finding(deployment: Deployment) -> None:
    deployment.operator.serves(deployment.cloud, INPUT_BUCKET="others-1250000000")
    found = upload(deployment)
    assert found["specimen"]["says"] == "PUT of the specimen failed: NoSuchBucket"


def _photos(deployment: Deployment) -> list[str]:
    reply = deployment.cloud.user.list_objects(Bucket=BUCKET, Prefix="uploads/")
    return [item["Key"] for item in reply.get("Contents", [])]
