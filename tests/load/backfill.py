"""`make stress SCENARIO=backfill`: 4,000 photos that were there before, sent at 40 jobs a second.

`card-ocr backfill` puts them in line and `card-ocr sweep --drain` sends them, each in a process of
its own, with the official SDK, to a light cloud on this machine. They are killed, -9, once while
cards are put in line and twice while jobs are sent, and started again.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.load.light_cloud import LightCloud, served
from tests.load.report import Report, say
from tests.support.environment import ENVIRONMENT

CARDS = 4000
PER_SECOND = 40
KILLS_IN_SENDING = 2
TOLERANCE = 0.02
LATENCY_SECONDS = 0.02
STEADY_RELEASES = 5 * PER_SECOND  # what a few lost cards take is no rate
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
        report = _count(cloud, cards, Releases.read(operator.releases))
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
        self.releases = folder / "releases.txt"
        self.releases.touch()
        self._settings = folder / "settings.env"
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
        call = [sys.executable, "-m", "tests.load.released", command, *options]
        process = subprocess.Popen(
            [*call, f"--env-file={self._settings}"],
            env=os.environ | {"RELEASES": str(self.releases)},
            stdout=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


class Releases(NamedTuple):
    """The moments (Unix seconds) by pacer: each is one run's, from its first job to its last."""

    by_pacer: Mapping[str, Sequence[float]]

    @staticmethod
    def read(path: Path) -> Releases:
        """What `tests.load.released` wrote."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for line in path.read_text(encoding="utf-8").splitlines():
            pacer, moment = line.split()
            found[pacer].append(float(moment))
        return Releases({pacer: sorted(moments) for pacer, moments in found.items()})

    def total(self) -> int:
        """How many there were."""
        return sum(map(len, self.by_pacer.values()))

    def rates(self, least: int) -> list[float]:
        """Releases a second of each run that had more than so many, in the order of their times."""
        return [(len(run) - 1) / (run[-1] - run[0]) for run in self._long(least)]

    def rate(self, least: int) -> float:
        """Releases a second over all those runs; what lies between them doesn't count."""
        runs = self._long(least)
        return sum(len(run) - 1 for run in runs) / (sum(run[-1] - run[0] for run in runs) or 1)

    def most_in_a_second(self) -> int:
        """The most that a calendar second had, whoever released them."""
        moments = (moment for run in self.by_pacer.values() for moment in run)
        return max(Counter(map(int, moments)).values(), default=0)

    def _long(self, least: int) -> list[Sequence[float]]:
        return sorted((run for run in self.by_pacer.values() if len(run) > least), key=min)


def _put_in_line(operator: Operator, cloud: LightCloud, kill_at: int) -> int:
    """Back-fill, killed once; the second run goes on. Returns how often it was killed."""
    with operator.calls("backfill", "--yes") as process:
        killed = _wait(process, lambda: cloud.count("ocr/pending/") >= kill_at)
    with operator.calls("backfill", "--yes") as process:
        process.wait(_LONGEST_SECONDS)
    return int(killed)


def _kill_at(operator: Operator, cloud: LightCloud, jobs: int) -> bool:
    """Send until so many jobs are there, and die."""
    with operator.calls("sweep", "--drain") as process:
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
    with operator.calls("sweep", "--drain") as process:
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


def _count(cloud: LightCloud, cards: int, releases: Releases) -> Report:
    report = Report()
    jobs = Counter(job.key for job in cloud.jobs.values() if not job.key.startswith(PROBES))
    probes = cloud.count(PROBES)
    report.must("jobs", sum(jobs.values()), cards)
    report.must("cards with a job", len(jobs), cards)
    report.must("jobs of probes", len(cloud.jobs) - sum(jobs.values()), probes)
    report.must("results", cloud.count("ocr/results/"), cards + probes)
    report.must("pending", cloud.count("ocr/pending/"), 0)
    report.figures["releases"] = releases.total()
    report.figures["stretches"] = ", ".join(
        f"{rate:.3f}/s" for rate in releases.rates(STEADY_RELEASES)
    )
    rate = releases.rate(STEADY_RELEASES)
    report.figures["releases a second"] = rate
    if abs(rate / PER_SECOND - 1) > TOLERANCE:
        report.problems.append(f"{rate:.3f} a second is not within 2 % of {PER_SECOND}")
    report.figures["most in a calendar second"] = releases.most_in_a_second()
    if releases.most_in_a_second() > PER_SECOND:
        report.problems.append(f"a calendar second has more than {PER_SECOND} releases")
    arrived = Counter(int(job.arrived) for job in cloud.jobs.values())
    report.figures["most arrivals in a calendar second"] = max(arrived.values(), default=0)
    return report
