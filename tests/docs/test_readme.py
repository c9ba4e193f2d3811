"""What README and docs/result.md show is so: their Python, the demo, the doctor's checks."""

from __future__ import annotations

import hashlib
import io
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
import qcloud_cos

from cli.doctor.checks import CHECKS
from docs.blocks import ROOT
from docs.documents import code_blocks
from tests.support.event_files import load

EXAMPLE: dict[str, Any] = json.loads((ROOT / "docs/result.example.json").read_bytes())
BUCKET = EXAMPLE["source"]["bucket"]
KEY = EXAMPLE["source"]["key"]
NAME = f"ocr/results/{KEY}.{EXAMPLE['source']['etag']}.json"
README = (ROOT / "README.md").read_text(encoding="utf-8")
(READ,) = code_blocks(README, "python")
_, TRIGGERED = code_blocks((ROOT / "docs/result.md").read_text(encoding="utf-8"), "python")
SAMPLE = ROOT / "local/samples/id/straight.jpg"


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
    """The names that the two blocks leave behind."""
    monkeypatch.setattr(qcloud_cos, "CosS3Client", Client)
    monkeypatch.setenv("SECRET_ID", "AKIDinvented")
    monkeypatch.setenv("SECRET_KEY", "invented")
    names: dict[str, Any] = {}
    exec(READ + TRIGGERED, names)  # noqa: S102 — it is the pages that are tested
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


def test_a_reader_is_through_in_250_lines() -> None:
    assert len(README.splitlines()) <= 250


def test_the_demo_shows_the_sample_as_it_is_shipped() -> None:
    (block,) = (one for one in code_blocks(README, "console") if one.startswith("$ make demo\n"))
    etag = hashlib.md5(SAMPLE.read_bytes(), usedforsecurity=False).hexdigest()
    fields = json.loads(SAMPLE.with_suffix(".json").read_bytes())["fields"]
    assert f"\n  ocr/results/uploads/id/straight.jpg.{etag}.json\n" in block
    assert dict(re.findall(r"^  (\w+) +(\S+)$", block, re.MULTILINE)) == fields


def test_the_doctor_shown_has_checks_that_there_are() -> None:
    page = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    (block,) = (one for one in code_blocks(page, "console") if "invoke --function sweep" in one)
    shown = re.findall(r"^ok {6}(.+?) {2,}", block, re.MULTILINE)
    assert len(shown) >= 5
    assert set(shown) <= {name for name, _ in CHECKS}
