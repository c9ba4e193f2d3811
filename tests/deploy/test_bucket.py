"""What a deployment reads of the bucket."""

from __future__ import annotations

from typing import cast

import pytest
from qcloud_cos import CosS3Client

import deploy.bucket.settings
from coslocal.cos.errors import CosError
from deploy.bucket.settings import read_xml
from tests.support.deployments import Deployment
from tests.support.environment import BUCKET

# What `deploy` says first of cards that are pending, where a change leaves them behind.


PENDING = "ocr/pending/uploads/a.jpg.0123456789abcdef.0001.json"
SECRET_CHANGES = "CALLBACK_SECRET changes and CALLBACK_SECRET_PREVIOUS isn't the old one"
PREFIX_CHANGES = "OUTPUT_PREFIX changes from ocr/"


@pytest.fixture
def pending(existing: Deployment) -> Deployment:
    """A deployment with a pending card."""
    existing.put(PENDING)
    return existing


def with_another_secret(deployment: Deployment) -> str:
    """Change the secret; returns the one before."""
    before = deployment.environ["CALLBACK_SECRET"]
    deployment.environ["CALLBACK_SECRET"] = "another-invented-secret-of-32-characters"
    return before


def with_another_prefix(deployment: Deployment) -> None:
    deployment.document["provider"]["environment"]["OUTPUT_PREFIX"] = "results/"
    deployment.set_up()


def notes(deployment: Deployment, *command: str) -> list[str]:
    """What a command says beside its plan."""
    lines = deployment.deployed(*(command or ("deploy", "--dry-run"))).out.splitlines()
    return [line.removeprefix("note: ") for line in lines if line.startswith("note: ")]


def test_a_secret_that_takes_the_old_ones_place_is_noted_once(pending: Deployment) -> None:
    with_another_secret(pending)
    (note,) = notes(pending)
    assert note.startswith(f"{SECRET_CHANGES} while cards are pending: callback will refuse CI's")


def test_a_rotation_is_nothing_to_note(pending: Deployment) -> None:
    pending.environ["CALLBACK_SECRET_PREVIOUS"] = with_another_secret(pending)
    assert notes(pending) == []


def test_without_ci_calling_nobody_misses_the_old_secret(deployment: Deployment) -> None:
    deployment.document["provider"]["environment"]["CALLBACK_TYPE"] = "NONE"
    deployment.document["functions"]["callback"]["events"] = []
    deployment.deployed()
    deployment.put(PENDING)
    with_another_secret(deployment)
    assert notes(deployment) == []


def test_another_place_for_results_is_noted_once(pending: Deployment) -> None:
    with_another_prefix(pending)
    (note,) = notes(pending)
    assert note.startswith(f"{PREFIX_CHANGES} while cards are pending: no function will look for")


def test_another_bucket_for_results_is_noted_once(pending: Deployment) -> None:
    pending.cloud.cos.create_bucket("results-1250000000")
    pending.document["provider"]["environment"]["OUTPUT_BUCKET"] = "results-1250000000"
    pending.set_up()
    (note,) = notes(pending)
    assert note.startswith(f"OUTPUT_BUCKET changes from {BUCKET} while cards are pending: no ")


def test_it_is_said_before_anything_is_changed(pending: Deployment) -> None:
    with_another_secret(pending)
    lines = pending.deployed().out.splitlines()
    said = next(number for number, line in enumerate(lines) if SECRET_CHANGES in line)
    assert said < lines.index("done: 1 of 3  configure callback")


def test_one_function_deployed_by_itself_says_it_as_well(pending: Deployment) -> None:
    with_another_secret(pending)
    (note,) = notes(pending, "deploy-function", "--function", "callback")
    assert note.startswith(SECRET_CHANGES)


def test_without_pending_cards_there_is_nothing_to_note(existing: Deployment) -> None:
    with_another_secret(existing)
    with_another_prefix(existing)
    assert notes(existing) == []


def test_a_change_of_anything_else_is_nothing_to_note(pending: Deployment) -> None:
    pending.document["provider"]["environment"]["MIN_SCORE"] = "70"
    assert notes(pending) == []


def test_what_cos_does_not_say_is_said(pending: Deployment) -> None:
    pending.cloud.cos.before_effect = lambda request: (
        CosError("AccessDenied", "no") if request.method == "GET" and not request.key else None
    )
    with_another_prefix(pending)
    (note,) = notes(pending)
    assert note.startswith(f"{PREFIX_CHANGES} while cards may be pending (COS doesn't say)")


def test_an_environment_that_was_changed_by_hand_is_repaired_without_a_note(
    pending: Deployment,
) -> None:
    variables = pending.function("sweep").configuration["Environment"]["Variables"]
    variables.append({"Key": "OUTPUT_PREFIX", "Value": "no-slash"})
    assert notes(pending) == []


# A setting of a bucket, from the bytes that COS, or a proxy before it, may send.


ACL = b'<?xml version="1.0" encoding="utf-8"?><AccessControlPolicy/>'


@pytest.mark.parametrize("before", [b"", b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n "])
def test_what_may_stand_before_a_reply_is_no_part_of_it(
    before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deploy.bucket.settings, "read_setting", lambda *_: before + ACL)
    found = read_xml(cast("CosS3Client", None), "cards-1250000000", "acl")
    assert found is not None
    assert found.tag == "AccessControlPolicy"
