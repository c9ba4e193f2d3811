"""`make stress SCENARIO=backfill`: 4,000 photos that were there before, sent at 40 jobs a second.

`card-ocr backfill` puts them in line and `card-ocr sweep --drain` sends them, each in a process of
its own, with the official SDK, to a light cloud on this machine. They are killed, -9, once while
cards are put in line and twice while jobs are sent, and started again.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.load.light_cloud import LightCloud, served
from tests.load.report import Report, say
from tests.support.environment import ENVIRONMENT

CARDS = 4000
PER_SECOND = 40
KILLS_IN_SENDING = 2
TOLERANCE = 0.02
LATENCY_SECONDS = 0.02
STEADY_JOBS = 5 * PER_SECOND  # what a few lost cards take is no rate
AGES_SECONDS = 130  # sweep leaves younger objects alone
STALE_SECONDS = 1300  # what a killed process left is looked for
_MOST_RUNS = 6
PROBES = "uploads/probes/"
_IDLE_SECONDS = 10  # without a job, and all of them are sent
_POLL_SECONDS = 0.02
_LONGEST_SECONDS = 900


def measure(rng: random.Random, cards: int = 0) -> Report:
    """Put in line, kill, send, kill, send; then count."""
    cards = cards or CARDS
    cloud = LightCloud()
    for number in range(cards):
        cloud.put(f"uploads/{number:05}.jpg", f"photo {number}".encode())
    with tempfile.TemporaryDirectory() as folder, served(cloud, LATENCY_SECONDS) as address:
        operator = Operator(address, Path(folder))
        began = time.monotonic()
        killed = _put_in_line(operator, cloud, rng.randint(cards // 5, cards * 4 // 5))
        in_line = cloud.count("ocr/pending/")
        say(f"  {in_line} in line after {time.monotonic() - began:.0f} s")
        cloud.move(AGES_SECONDS)
        moments = sorted(rng.sample(range(cards // 5, cards * 4 // 5), KILLS_IN_SENDING))
        killed += sum(_kill_at(operator, cloud, moment) for moment in moments)
        status = _send_the_rest(operator, cloud)
        report = _count(cloud, cards, operator.stretches)
    report.must("in line", in_line, cards)
    report.must("kills", killed, 1 + KILLS_IN_SENDING)
    report.must("exit status of the last run", status, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report.figures["CPU seconds of card-ocr"] = used.ru_utime + used.ru_stime
    report.figures["seconds"] = time.monotonic() - began
    return report


class Operator:
    """Somebody who calls `card-ocr` with this cloud's settings."""

    def __init__(self, address: str, folder: Path) -> None:
        self.stretches: list[Sequence[float]] = []
        self._settings = folder / "settings.env"
        self._settings.touch(mode=0o600)
        of_a_role = {"TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"}
        settings = {
            **{name: value for name, value in ENVIRONMENT.items() if name not in of_a_role},
            "LOCAL_CLOUD": address,
            "CALLBACK_TYPE": "NONE",
            "REQUESTS_PER_SECOND": str(PER_SECOND),
            "TENCENTCLOUD_SECRET_ID": ENVIRONMENT["TENCENTCLOUD_SECRETID"],
            "TENCENTCLOUD_SECRET_KEY": ENVIRONMENT["TENCENTCLOUD_SECRETKEY"],
        }
        lines = (f"{name}={value}\n" for name, value in settings.items())
        self._settings.write_text("".join(lines), encoding="utf-8")

    @contextmanager
    def calls(self, command: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command; what of it still runs at the end is killed."""
        call = [sys.executable, "-m", "cli", command, *options, f"--env-file={self._settings}"]
        process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def sweeps(self, cloud: LightCloud) -> Iterator[subprocess.Popen[bytes]]:
        """Send what is in line, and note when each job of this process arrived."""
        before = len(cloud.jobs)
        with self.calls("sweep", "--drain") as process:
            yield process
        arrived = [job.arrived for job in list(cloud.jobs.values())[before:]]
        self.stretches.append(sorted(arrived))


def _put_in_line(operator: Operator, cloud: LightCloud, kill_at: int) -> int:
    """Back-fill, killed once; the second run goes on. Returns how often it was killed."""
    with operator.calls("backfill", "--yes") as process:
        killed = _wait(process, lambda: cloud.count("ocr/pending/") >= kill_at)
    with operator.calls("backfill", "--yes") as process:
        process.wait(_LONGEST_SECONDS)
    return int(killed)


def _kill_at(operator: Operator, cloud: LightCloud, jobs: int) -> bool:
    """Send until so many jobs are there, and die."""
    with operator.sweeps(cloud) as process:
        killed = _wait(process, lambda: len(cloud.jobs) >= jobs)
    say(f"  killed after {len(cloud.jobs)} jobs")
    return killed


def _send_the_rest(operator: Operator, cloud: LightCloud) -> int:
    """Send what waits, then let what the killed left grow old, until nothing is pending.

    That a lost submission made no job is proven by a later job in CI's list: each time one more
    photo is put in line, a probe.
    """
    status = _drain(operator, cloud)
    for number in range(_MOST_RUNS):
        if status != 0 or cloud.count("ocr/pending/") == cloud.count(f"ocr/pending/{PROBES}"):
            break
        cloud.move(STALE_SECONDS)
        cloud.put(f"{PROBES}{number}.jpg", f"probe {number}".encode())
        with operator.calls("backfill", "--yes") as process:
            process.wait(_LONGEST_SECONDS)
        cloud.move(AGES_SECONDS)
        status = _drain(operator, cloud)
    cloud.move(AGES_SECONDS)
    return status or _drain(operator, cloud)


def _drain(operator: Operator, cloud: LightCloud) -> int:
    """Sweep until nothing waits; when all is sent, what is young grows old at once."""
    sent = -1
    with operator.sweeps(cloud) as process:
        while sent < len(cloud.jobs):
            sent = len(cloud.jobs)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_IDLE_SECONDS)
        cloud.move(AGES_SECONDS)
        status = process.wait(_LONGEST_SECONDS)
    say(f"  {len(cloud.jobs)} jobs, {cloud.count('ocr/pending/')} pending objects")
    return status


def _wait(process: subprocess.Popen[bytes], until: Callable[[], bool]) -> bool:
    """Whether it came to that before the process ended."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if until():
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _count(cloud: LightCloud, cards: int, stretches: Sequence[Sequence[float]]) -> Report:
    report = Report()
    jobs = Counter(job.key for job in cloud.jobs.values() if not job.key.startswith(PROBES))
    probes = cloud.count(PROBES)
    report.must("jobs", sum(jobs.values()), cards)
    report.must("cards with a job", len(jobs), cards)
    report.must("jobs of probes", len(cloud.jobs) - sum(jobs.values()), probes)
    report.must("results", cloud.count("ocr/results/"), cards + probes)
    report.must("pending", cloud.count("ocr/pending/"), 0)
    long = [arrived for arrived in stretches if len(arrived) > STEADY_JOBS]
    lasted = [arrived[-1] - arrived[0] for arrived in long]
    rates = [(len(one) - 1) / seconds for one, seconds in zip(long, lasted, strict=True)]
    report.figures["stretches"] = ", ".join(f"{rate:.3f}/s" for rate in rates)
    rate = (sum(map(len, long)) - len(long)) / (sum(lasted) or 1)
    report.figures["jobs a second"] = rate
    if abs(rate / PER_SECOND - 1) > TOLERANCE:
        report.problems.append(f"{rate:.3f} a second is not within 2 % of {PER_SECOND}")
    return report
