"""`make stress SCENARIO=audit`: audit a million uploads, with problems planted among them; seal it.

The audit is a process of its own, on a light cloud; its cost is held against paging through the
same listings with the official SDK.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from cli.audit.judgement import OF_SEALS
from shared.times import rfc3339
from tests.load.light_cloud import LightCloud, served
from tests.load.report import Report, say
from tests.load.uploads import DAY, DEPLOYED, Uploads, folders, pages, plant
from tests.support.environment import REGION
from tests.support.serverless_yml import ROOT

UPLOADS = 1_000_000
PEAK_MB = 200.0
CPU_RATIO = 1.3
SEALED_RATIO = 1.5
TAMPERINGS = 30
SINCE = "ocr/state/since.json"


def measure(rng: random.Random, cards: int) -> Report:
    """Plant problems all over the bucket and audit it; seal it, tamper with it, audit it again."""
    count = cards or UPLOADS
    uploads = plant(count, rng, each=max(1, count // 10_000))
    say(f"serving {count:,} uploads with {len(uploads.expected):,} planted problems")
    report = Report()
    with audited(uploads, {}) as here:
        started = time.monotonic()
        audit = here.runs("cli", "audit", "--json", "--reveal")
        report.figures["seconds"] = time.monotonic() - started
        report.must("exit status", audit.status, 1)
        report.must("listing requests", here.requests["listing"], sum(map(pages, folders(uploads))))
        findings = audit.findings()
        report.must("findings", len(findings), len(uploads.expected))
        report.must("planted problems not found", len(uploads.expected - set(findings)), 0)
        report.must("findings of nothing planted", len(set(findings) - uploads.expected), 0)
        report.at_most("peak memory, MB", audit.peak_mb, PEAK_MB)
        paging = here.runs("tests.load.paging", "uploads/", "ocr/results/", "ocr/pending/")
        report.must("exit status of the paging", paging.status, 0)
        report.figures["CPU seconds"] = audit.cpu_seconds
        report.figures["CPU seconds, SDK's paging"] = paging.cpu_seconds
        report.at_most("ratio", audit.cpu_seconds / paging.cpu_seconds, CPU_RATIO)
        _measure_seals(report, here, uploads, rng, paging)
    return report


def _measure_seals(
    report: Report, here: Audited, uploads: Uploads, rng: random.Random, paging: Run
) -> None:
    """Seal the bucket, and audit it as it was sealed and after tamperings."""
    seal = here.runs("cli", "seal", "--json")
    report.must("exit status of the seal", seal.status, 0)
    results = sorted(name for name in uploads.objects if name.startswith("ocr/results/"))
    report.must("objects in the seal", seal.document()["objects"], len(results))
    report.at_most("peak memory of the seal, MB", seal.peak_mb, PEAK_MB)
    paging_results = here.runs("tests.load.paging", "ocr/results/")
    report.at_most("ratio of the seal", seal.cpu_seconds / paging_results.cpu_seconds, SEALED_RATIO)
    arguments = ("cli", "audit", "--json", "--expect", seal.document()["sha256"])
    untouched = here.runs(*arguments)
    found = [one for one in untouched.findings() if one[0] in OF_SEALS]
    report.must("findings in what nobody touched", len(found), 0)
    report.at_most("peak memory with seals, MB", untouched.peak_mb, PEAK_MB)
    report.at_most("ratio with seals", untouched.cpu_seconds / paging.cpu_seconds, SEALED_RATIO)
    planted = _tamper(here.cloud, results, rng)
    audit = here.runs(*arguments)
    kinds = Counter(one[0] for one in audit.findings() if one[0] in OF_SEALS)
    report.must("tamperings found", dict(kinds), planted)


def _tamper(cloud: LightCloud, results: list[str], rng: random.Random) -> dict[str, int]:
    """Change, remove and insert results. Return how many of each an audit must find."""
    each = min(TAMPERINGS, len(results) // 3)
    chosen = rng.sample(results, 2 * each)
    for name in chosen[:each]:
        cloud.put(name, b"{}")
    for name in chosen[each:]:
        cloud.delete(name)
    for number in range(each):
        cloud.put(f"ocr/results/uploads/inserted-{number}.jpg.{'0' * 32}.json", b"{}", DAY)
    return {"changed": each, "removed": each, "inserted": each}


class Run(NamedTuple):
    """What a process gave: exit status, what it printed, and what it took."""

    status: int
    out: str
    err: str
    peak_mb: float
    cpu_seconds: float

    def document(self) -> Any:
        return json.loads(self.out)

    def findings(self) -> list[tuple[str, str, str | None]]:
        found = self.document()["findings"]
        return [(one["kind"], one["key"], one["version"]) for one in found]


class Audited(NamedTuple):
    """A bucket that is served, and the environment of whoever audits it."""

    cloud: LightCloud
    environment: Mapping[str, str]

    @property
    def requests(self) -> Counter[str]:
        """Those to COS since the last run began."""
        return self.cloud.requests

    def runs(self, module: str, *arguments: str) -> Run:
        """Run a module of this repository on it."""
        self.requests.clear()
        with tempfile.TemporaryDirectory() as folder:
            figures = Path(folder) / "figures.json"
            command = [sys.executable, "-m", "tests.load.measured", str(figures), module]
            ended = subprocess.run(
                [*command, *arguments],
                env=dict(self.environment),
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            taken = json.loads(figures.read_text(encoding="utf-8"))
            return Run(ended.returncode, ended.stdout, ended.stderr, **taken)


@contextmanager
def audited(uploads: Uploads, bodies: Mapping[str, bytes]) -> Iterator[Audited]:
    """Serve the bucket until the block is left; `bodies` are those of objects that have one."""
    cloud = LightCloud()
    since = json.dumps({"since": rfc3339(time.time() - DEPLOYED)}).encode()
    cloud.fill(uploads.sources | uploads.objects | {SINCE: DEPLOYED}, {SINCE: since, **bodies})
    with served(cloud, latency=0) as address:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONHASHSEED": "0",
            "INPUT_BUCKET": "cards-1250000000",
            "CALLBACK_URL": "https://callback.example/card",
            "CALLBACK_SECRET": secrets.token_hex(32),
            "TENCENTCLOUD_REGION": REGION,
            "TENCENTCLOUD_SECRET_ID": "AKID" + secrets.token_hex(16),
            "TENCENTCLOUD_SECRET_KEY": secrets.token_hex(16),
            "LOCAL_CLOUD": address,
        }
        yield Audited(cloud, environment)
