"""The README's Python does what the README says."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
import qcloud_cos

from docs.blocks import ROOT
from docs.documents import code_blocks
from tests.support.event_files import load

EXAMPLE: dict[str, Any] = json.loads((ROOT / "docs/result.example.json").read_bytes())
BUCKET = EXAMPLE["source"]["bucket"]
KEY = EXAMPLE["source"]["key"]
NAME = f"ocr/results/{KEY}.{EXAMPLE['source']['etag']}.json"
READ, TRIGGERED = code_blocks((ROOT / "README.md").read_text(encoding="utf-8"), "python")


class Client:
    """The two calls of the SDK's client that are needed to read a result."""

    def __init__(self, _config: object) -> None:
        pass

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, str]:  # noqa: N803 — the SDK's
        assert (Bucket, Key) == (BUCKET, KEY)
        return {"ETag": f'"{EXAMPLE["source"]["etag"]}"'}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 — the SDK's
        assert (Bucket, Key) == (BUCKET, NAME)
        stream = io.BytesIO(json.dumps(EXAMPLE).encode())
        return {"Body": SimpleNamespace(get_raw_stream=lambda: stream)}


def run(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the README's blocks leave behind."""
    monkeypatch.setattr(qcloud_cos, "CosS3Client", Client)
    monkeypatch.setenv("SECRET_ID", "AKIDinvented")
    monkeypatch.setenv("SECRET_KEY", "invented")
    names: dict[str, Any] = {}
    exec(READ + TRIGGERED, names)  # noqa: S102 — it is the README that is tested
    return names


def test_reading_a_result_gives_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch)["card"] == EXAMPLE


def test_a_trigger_on_the_results_finds_the_card(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    event = load("cos-put.json")
    cos = event["Records"][0]["cos"]
    bucket = cos["cosBucket"]
    assert f"{bucket['name']}-{bucket['appid']}" == BUCKET
    cos["cosObject"]["key"] = f"/{bucket['appid']}/{bucket['name']}/{NAME}"

    run(monkeypatch)["main_handler"](event, None)

    assert EXAMPLE["source"]["etag"] in capsys.readouterr().out.splitlines()[-1]
