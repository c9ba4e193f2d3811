"""An audit of many uploads: everything planted is found, nothing else, in bounded memory.

`make stress SCENARIO=audit` does the same with a million.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.load.audit import Audited, audited
from tests.load.uploads import Uploads, etag_of, folders, key_of, pages, plant
from tests.support.serverless_yml import ROOT

UPLOADS = 10_000
EACH = 20
PEAK_MB = 200

_EXAMPLE = ROOT / "docs/result.example.json"

# Among the first hundred uploads, and so under one prefix.
BROKEN, FAILED = key_of(7), key_of(23)
SAMPLE = "uploads/2026/00000"


def body_of(name: str) -> bytes:
    """A result as its name says it, but for the two that aren't."""
    key, _, rest = name.removeprefix("ocr/results/").rpartition(".json")[0].rpartition(".")
    document: dict[str, Any] = json.loads(_EXAMPLE.read_bytes())
    document["source"] |= {"key": key, "etag": rest}
    if key == BROKEN:
        del document["evidence"]
    if key == FAILED:
        document |= {"outcome": "failed", "items": [], "checks": []}
        document["fields"] = dict.fromkeys(document["fields"])
        document["error"] = {"code": "AttemptsExhausted", "message": None, "stage": "submit"}
    return json.dumps(document).encode()


@pytest.fixture(scope="module")
def uploads() -> Uploads:
    return plant(UPLOADS, random.Random(5), EACH)  # noqa: S311 — no secret


@pytest.fixture(scope="module")
def here(uploads: Uploads) -> Iterator[Audited]:
    read = [name for name in uploads.objects if name.startswith(f"ocr/results/{SAMPLE}")]
    with audited(uploads, {name: body_of(name) for name in read}) as here:
        yield here


def test_everything_planted_is_found_and_nothing_else(uploads: Uploads, here: Audited) -> None:
    audit = here.runs("cli", "audit", "--json", "--reveal")
    assert audit.status == 1
    assert sorted(audit.findings()) == sorted(uploads.expected)
    total = {"total": sum(uploads.standings.values())}
    assert audit.document()["photos"] == total | uploads.standings
    assert here.requests["listing"] == sum(map(pages, folders(uploads)))
    assert audit.peak_mb <= PEAK_MB


def test_reading_a_sample_finds_what_is_broken_and_failed_too(
    uploads: Uploads, here: Audited
) -> None:
    audit = here.runs("cli", "audit", "--deep", "--prefix", SAMPLE, "--json", "--reveal")
    listed = {found for found in uploads.expected if found[1].startswith(SAMPLE)}
    read = {(kind, key, etag_of(key)) for kind, key in (("broken", BROKEN), ("failed", FAILED))}
    assert set(audit.findings()) == listed | read
    results = sum(name.startswith(f"ocr/results/{SAMPLE}") for name in uploads.objects)
    assert audit.document()["objects"]["results"] == results


def test_at_a_terminal_a_bar_runs_beside_the_data_and_never_in_it(here: Audited) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "cli", "audit", "--json"]
    with subprocess.Popen(
        command,
        env={**here.environment, "TERM": "xterm"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=follower,
    ) as audit:
        os.close(follower)
        reading = threading.Thread(target=drain, args=(leader, drawn := bytearray()))
        reading.start()
        out, _ = audit.communicate()
        reading.join()
    os.close(leader)
    assert b"listed" in drawn
    assert len(json.loads(out)["findings"]) > 0


def drain(leader: int, drawn: bytearray) -> None:
    """Read all that is drawn; a closed terminal is an error on Linux, an empty read elsewhere."""
    with contextlib.suppress(OSError):
        while some := os.read(leader, 65536):
            drawn += some
