"""What these commands say where the cloud is not as they need it: one sentence, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter

from local.cos import CosError, CosRequest
from tests.cli.operators import Answer, Operator
from tests.support.clouds import BUCKET, CARD, Cloud

KEY = "uploads/a.jpg"
NOTHING, CLOUD = 0, 3
COMMANDS: dict[str, tuple[str, ...]] = {
    "backfill": ("backfill", "--yes"),
    "backfill of keys": ("backfill", "--yes", "--keys={keys}"),
    "backfill, dry": ("backfill", "--dry-run"),
    "rerun": ("rerun", KEY, "--yes"),
    "rerun of failed": ("rerun", "--failed", "--yes"),
    "rerun, dry": ("rerun", "--prefix=uploads/", "--dry-run"),
    "pause": ("pause",),
    "resume": ("resume",),
    "forget": ("forget", KEY, "--yes"),
    "forget, dry": ("forget", KEY, "--dry-run"),
    "purge": ("purge", "--older-than=9", "--photographs", "--yes"),
    "drain": ("sweep", "--drain"),
}


def no_bucket(_operator: Operator, served: Cloud, _patch: pytest.MonkeyPatch) -> None:
    for item in served.user.list_objects(Bucket=BUCKET).get("Contents", []):
        served.user.delete_object(Bucket=BUCKET, Key=item["Key"])
    served.user.delete_bucket(Bucket=BUCKET)


def wrong_keys(operator: Operator, served: Cloud, _patch: pytest.MonkeyPatch) -> None:
    operator.serves(served, TENCENTCLOUD_SECRET_KEY="not-the-key-that-goes-with-it")


def no_permission(_operator: Operator, served: Cloud, _patch: pytest.MonkeyPatch) -> None:
    def refuse(_request: CosRequest) -> None:
        raise CosError("AccessDenied", "not allowed")

    served.local.cos.before_effect = refuse


def no_network(_operator: Operator, _served: Cloud, patch: pytest.MonkeyPatch) -> None:
    def lost(*_arguments: object, **_named: object) -> None:
        raise requests.ConnectionError("the line is dead")

    patch.setattr(HTTPAdapter, "send", lost)
    patch.setattr("time.sleep", lambda _seconds: None)  # the SDK's, before it asks once more


def called(operator: Operator, name: str, folder: Path) -> Answer:
    keys = folder / "keys.txt"
    keys.write_text(f"{KEY}\n", "utf-8")
    return operator.calls(*(part.format(keys=keys) for part in COMMANDS[name]))


@pytest.mark.parametrize("trouble", [no_bucket, wrong_keys, no_permission, no_network])
@pytest.mark.parametrize("name", COMMANDS)
def test_trouble_with_the_cloud_is_one_sentence(
    operator: Operator,
    served: Cloud,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    trouble: Callable[[Operator, Cloud, pytest.MonkeyPatch], None],
) -> None:
    served.put(KEY, CARD)
    trouble(operator, served, monkeypatch)
    answer = called(operator, name, tmp_path)
    assert answer.status == CLOUD
    assert answer.err.startswith("card-ocr: ")
    assert answer.err.count("\n") == 1
    assert KEY not in answer.err
    assert not answer.out


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("name", COMMANDS)
def test_an_empty_bucket_is_no_trouble(operator: Operator, tmp_path: Path, name: str) -> None:
    answer = called(operator, name, tmp_path)
    assert answer.status == NOTHING
    assert answer.out
