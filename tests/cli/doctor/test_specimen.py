"""`card-ocr doctor --upload`: a card of each type from upload to result, and what that shows."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.bucket.documents import Document, result_in
from cli.doctor.subject import Subject
from coslocal.ci.faults import CallbackFault, RequestFault
from coslocal.ci.recognition import CardType, RecognisedField
from local.cloud import SAMPLES
from local.recognition.scripted import ScriptedRecogniser
from tests.cli.deployed import Deployment, deployed
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, DELIVERIES


@contextmanager
def awaited(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str
) -> Iterator[Deployment]:
    """A deployment whose clock goes on while doctor waits for a card."""
    with deployed(operator, monkeypatch, folder, **settings) as there:
        there.local.recognise_with(ScriptedRecogniser.for_samples(SAMPLES))

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


ID, LICENCE = "specimen IDCard", "specimen DriverLicense"
NAMES = (ID, LICENCE, "labels", "callback", "re-read")


def upload(there: Deployment, *words: str) -> dict[str, Any]:
    found = there.findings("--upload", "--yes", *words)
    return {name: found[name] for name in NAMES if name in found}


def reads(there: Deployment, changed: Mapping[str, str | None], score: int = 99) -> None:
    """Have CI read the specimens with these labels named otherwise, or left out."""
    script = ScriptedRecogniser.for_samples(SAMPLES)

    def answer(image: bytes, card_type: CardType) -> list[RecognisedField]:
        return [
            replace(field, name=name, score=score)
            for field in script.recognise(image, card_type)
            if (name := changed.get(field.name, field.name)) is not None
        ]

    there.local.recognise_with(ScriptedRecogniser(default=answer))


def test_a_specimen_of_each_type_becomes_a_result(deployment: Deployment) -> None:
    found = upload(deployment)
    assert {name: one["status"] for name, one in found.items()} == dict.fromkeys(NAMES, "ok")
    assert "6 of 6 fields" in found[ID]["says"]
    assert "11 of 11 fields" in found[LICENCE]["says"]
    assert found["labels"]["says"] == "every label of CI's fills a field"
    assert found["callback"]["says"] == "CI called back, in JSON"
    assert "holds the result container" in found["re-read"]["says"]
    types = [job.request.parameters["CardType"] for job in deployment.local.jobs]
    assert sorted(types) == ["DriverLicense", "IDCard"]


def test_their_keys_hold_what_is_easily_lost_on_the_way(deployment: Deployment) -> None:
    upload(deployment)
    photos = _photos(deployment)
    assert len(photos) == 2
    for photo in photos:
        assert re.fullmatch(r"uploads/card-ocr-doctor/specimen [0-9a-f]{16}\+样\.jpg", photo)


def test_a_missing_field_is_a_failure_and_its_label_is_shown(deployment: Deployment) -> None:
    reads(deployment, {"住址": "常住地", "初次领证日期": None})
    found = upload(deployment)
    assert found[ID]["status"] == found[LICENCE]["status"] == "failed"
    assert "5 of 6 fields; no address:" in found[ID]["says"]
    assert "9 of 11 fields; no address, first_issue_date:" in found[LICENCE]["says"]
    assert found["labels"]["says"] == "CI's labels that fill no field: 常住地"


def test_a_label_that_could_hold_a_value_is_counted_and_not_shown(deployment: Deployment) -> None:
    reads(deployment, {"住址": "第1条", "民族": "一二三四五六七八九十一二三", "性别": "别"})
    says = upload(deployment)["labels"]["says"]
    assert says == "CI's labels that fill no field: 别, 2 that are too long or hold digits"


def find_no_text(there: Deployment) -> None:
    boxes = [RecognisedField("姓名", "", 99, ((0, 0), (0, 9), (9, 9), (9, 0)))]
    there.local.recognise_with(ScriptedRecogniser(default=boxes))


def hold_no_container(there: Deployment) -> None:
    there.local.runner.behaviour.describe_holds_result = False


def lose_the_event(there: Deployment) -> None:
    there.local.cos.on_object_created = lambda _created: None


def refuse(code: str) -> Callable[[Deployment], None]:
    fault = RequestFault(code, times=9)
    return lambda there: there.local.runner.faults.requests.append(fault)


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (lambda there: reads(there, {}, score=12), "6 of 6 fields; needs a review: score.minimum"),
        (find_no_text, "CI found no text on the specimen, in 1 item:"),
        (hold_no_container, "needs a review: it is not verified"),
        (lose_the_event, "submit did not get the event"),
        (refuse("QueuePaused"), "after 180 s the specimen is waiting, QueuePaused"),
        (refuse("UnavailableForLegalReasons"), "is failed, UnavailableForLegalReasons"),
        (
            lambda there: there.operator.serves(there.cloud, INPUT_BUCKET="others-1250000000"),
            "PUT of the specimen failed: NoSuchBucket",
        ),
    ],
)
def test_a_specimen_that_is_not_read_whole_is_a_failure(
    deployment: Deployment, breaks: Callable[[Deployment], object], says: str
) -> None:
    breaks(deployment)
    finding = upload(deployment)[ID]
    assert finding["status"] == "failed"
    assert says in finding["says"]


def test_nothing_is_uploaded_without_a_yes(deployment: Deployment) -> None:
    answer = deployment.operator.answers("n\n", "doctor", "--upload")
    assert answer.status == 0
    assert "This uploads two invented cards and costs two jobs of CI's. Do it?" in answer.err
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
        there.local.runner.faults.callbacks.append(CallbackFault("drop", times=2))
        found = swept(there)
        assert found["callback"]["status"] == status
        assert says in found["callback"]["says"]


def test_a_callback_that_does_not_come_is_a_failure(deployment: Deployment) -> None:
    deployment.local.runner.faults.callbacks.append(CallbackFault("drop"))  # of one specimen
    found = swept(deployment)
    assert found[ID]["status"] == found[LICENCE]["status"] == "ok"
    assert "delivered by sweep: CI's call did not arrive" in found["callback"]["says"]


def test_a_re_read_without_the_container_is_a_failure(deployment: Deployment) -> None:
    hold_no_container(deployment)
    found = upload(deployment)
    assert found["callback"]["status"] == "ok"
    assert "holds no result container" in found["re-read"]["says"]


def test_one_re_read_without_the_container_is_a_failure(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unverified_licence(body: bytes | None) -> Document | None:
        result = result_in(body)
        if result and result["card_type"] == "DriverLicense":
            result["evidence"]["verified"] = False
        return result

    monkeypatch.setattr("cli.doctor.specimen.result_in", unverified_licence)
    assert upload(deployment)["re-read"]["status"] == "failed"


def _photos(deployment: Deployment) -> list[str]:
    reply = deployment.cloud.user.list_objects(Bucket=BUCKET, Prefix="uploads/")
    return [item["Key"] for item in reply.get("Contents", [])]
