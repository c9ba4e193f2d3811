"""`make audit-million`: audit a million uploads, and hold the cost against the SDK's own paging."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence

from tests.load.audited import Served, served
from tests.load.command import Report, run, say
from tests.load.uploads import folders, pages, plant

UPLOADS = 1_000_000
PEAK_MB = 200.0
CPU_RATIO = 1.3


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure it; returns the exit status."""
    return run("audit", measure, arguments)


def measure(rng: random.Random, cards: int) -> Report:
    """Plant problems all over the bucket and audit it."""
    count = cards or UPLOADS
    uploads = plant(count, rng, each=max(1, count // 10_000))
    say(f"serving {count:,} uploads with {len(uploads.expected):,} planted problems")
    report = Report()
    with served(uploads) as here:
        started = time.monotonic()
        audit = here.runs("cli", "audit", "--json", "--reveal")
        report.figures["seconds"] = time.monotonic() - started
        report.must("exit status", audit.status, 1)
        report.must("listing requests", here.requests["listing"], sum(map(pages, folders(uploads))))
        findings = audit.findings()
        report.must("findings", len(findings), len(uploads.expected))
        report.must("planted problems not found", len(uploads.expected - set(findings)), 0)
        report.must("findings of nothing planted", len(set(findings) - uploads.expected), 0)
        report.figures["CPU seconds"] = audit.cpu_seconds
        report.figures["peak memory, MB"] = audit.peak_mb
        if audit.peak_mb > PEAK_MB:
            report.problems.append(f"peak memory is over {PEAK_MB:g} MB")
        _compare(report, here, audit.cpu_seconds)
    return report


def _compare(report: Report, here: Served, cpu_seconds: float) -> None:
    paging = here.runs("tests.load.paging", "uploads/", "ocr/results/", "ocr/pending/")
    report.figures["CPU seconds, SDK's paging alone"] = paging.cpu_seconds
    ratio = cpu_seconds / paging.cpu_seconds
    report.figures["ratio"] = ratio
    if ratio > CPU_RATIO:
        report.problems.append(f"the audit takes more than {CPU_RATIO:g} times the SDK's paging")


if __name__ == "__main__":
    sys.exit(main())
