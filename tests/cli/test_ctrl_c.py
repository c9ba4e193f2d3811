"""Ctrl-C, or another signal, within a long command: one line, 130, and the next run goes on.

The command is a process of its own; the local cloud interrupts it, at one of its requests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.connect.environment import OURS
from coslocal.agenda import ManualClock
from coslocal.cos.requests import CosRequest
from tests.cli.operators import Answer, Operator
from tests.support.clouds import CARD, Cloud, cloud
from tests.support.networks import serving
from tests.support.privacy import SHOWN, seen

ROOT = Path(__file__).parents[2]
CARDS = 40
AT = 5  # the request of its kind that is interrupted
AT_READING = 36  # 32 are read ahead: when a 34th is asked for, the first has been kept
DAY, AGES = 86_400, 180
INTERRUPTED = "card-ocr: interrupted; the same command goes on, or begins again\n"

Wanted = Callable[[CosRequest], bool]


def listing(request: CosRequest) -> bool:
    return request.method == "GET" and request.key is None


def of(method: str, folder: str) -> Wanted:
    return lambda request: request.method == method and (request.key or "").startswith(folder)


READ, PUT_IN_LINE = of("GET", "ocr/results/"), of("PUT", "ocr/pending/")


class Case(NamedTuple):
    """A command, the requests that it consists of, and in how many of them it is interrupted."""

    command: tuple[str, ...]
    asks: Wanted
    at: int = AT

    def __str__(self) -> str:
        return " ".join(self.command)


XLSX = Case(("export", "--format=xlsx", "--out=out"), READ, AT_READING)
REPORT = Case(("report", "--out=out"), READ, AT_READING)
READING = (
    (Case(("audit",), listing, at=2), signal.SIGINT),
    (Case(("audit", "--deep"), READ, AT_READING), signal.SIGINT),
    (Case(("export", "--format=csv", "--out=out"), READ, AT_READING), signal.SIGHUP),
    (XLSX, signal.SIGTERM),
    (REPORT, signal.SIGHUP),
)
BACKFILL = Case(("backfill", "--yes"), PUT_IN_LINE)
RERUN = Case(("rerun", "--prefix=uploads/", "--yes"), PUT_IN_LINE)
PURGE = Case(("purge", "--older-than=9", "--yes"), of("DELETE", "ocr/results/"))
DRAIN = Case(("sweep", "--drain"), PUT_IN_LINE)


class Cut:
    """Sends a signal to a process, once, at a request of it."""

    def __init__(self, case: Case, sent: signal.Signals) -> None:
        self.process: subprocess.Popen[str] | None = None
        self._left = iter(range(case.at))
        self._case = case
        self._sent = sent

    def __call__(self, request: CosRequest) -> None:
        if self._case.asks(request) and next(self._left, None) == self._case.at - 1:
            assert self.process is not None
            self.process.send_signal(self._sent)


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """Have Ctrl-C reach what is started: a shell's background job, and its children, ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    others = {one: signal.signal(one, signal.SIG_DFL) for one in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for one, handler in {signal.SIGINT: before, **others}.items():
        signal.signal(one, handler)


class Bucket:
    """Cards in a cloud that is served, and an operator in a folder of his own."""

    def __init__(self, here: Cloud, operator: Operator, folder: Path) -> None:
        self.here = here
        self.operator = operator
        self._folder = folder

    def interrupted(self, case: Case, sent: signal.Signals = signal.SIGINT) -> None:
        """Run it until the signal."""
        cut = Cut(case, sent)
        settings = self._folder / "settings.env"
        ours = {name: os.environ[name] for name in OURS if name in os.environ}
        ours["REQUESTS_PER_SECOND"] = "2"  # few threads
        settings.touch(0o600)
        settings.write_text("".join(f"{name}={value}\n" for name, value in ours.items()))
        temporary = self._folder / "temporary"
        temporary.mkdir(exist_ok=True)
        cut.process = subprocess.Popen(
            [sys.executable, "-m", "cli", *case.command, f"--env-file={settings}"],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with cut.process:
            self.here.local.cos.before_effect = cut
            _, err = cut.process.communicate()
        seen(SHOWN, err)
        if sent is signal.SIGKILL:
            assert cut.process.returncode == -signal.SIGKILL
        else:
            assert (cut.process.returncode, err) == (130, INTERRUPTED)

    def goes_on(self, case: Case) -> Answer:
        """Run it to its end."""
        self.here.local.cos.before_effect = lambda _request: None
        return self.operator.calls(*case.command)


@contextmanager
def served() -> Iterator[tuple[Cloud, str]]:
    """A cloud, and its URL."""
    with cloud(ManualClock(time.time())) as here, serving(here.local.app) as url:
        yield here, url


@pytest.fixture
def bucket(operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.chdir(tmp_path)
    with served() as (here, url):
        operator.serves(here, LOCAL_CLOUD=url)
        yield Bucket(here, operator, tmp_path)


@pytest.fixture
def done(bucket: Bucket) -> Bucket:
    """All of it is read, and ten days old."""
    _read_all(bucket.here)
    return bucket


@pytest.fixture(scope="module")
def all_read() -> Iterator[tuple[Cloud, str]]:
    """As `done`, for commands that change nothing."""
    with served() as (here, url):
        _read_all(here)
        yield here, url


@pytest.fixture
def unchanged(
    all_read: tuple[Cloud, str],
    operator: Operator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Bucket:
    monkeypatch.chdir(tmp_path)
    here, url = all_read
    operator.serves(here, LOCAL_CLOUD=url)
    return Bucket(here, operator, tmp_path)


@pytest.fixture
def old(bucket: Bucket) -> Bucket:
    """Nothing of it has been read."""
    bucket.here.local.cos.on_object_created = lambda _created: None
    _put_all(bucket.here)
    return bucket


def _read_all(here: Cloud) -> None:
    _put_all(here)
    here.local.run_until_idle()
    here.local.advance(10 * DAY)


def _put_all(here: Cloud) -> None:
    for number in range(CARDS):
        here.put(f"uploads/{number}.jpg", CARD)


def left_in(folder: Path) -> list[str]:
    """What lies there, but for what a test put there ."""
    known = {"settings.env", "temporary"}
    return sorted(
        [
            *(path.name for path in folder.iterdir() if path.name not in known),
            *(path.name for path in (folder / "temporary").iterdir()),
        ]
    )


@pytest.mark.parametrize(("case", "sent"), READING, ids=str)
def test_what_only_reads_leaves_nothing_and_begins_again(
    unchanged: Bucket, tmp_path: Path, case: Case, sent: signal.Signals
) -> None:
    unchanged.interrupted(case, sent)
    assert left_in(tmp_path) == []
    assert unchanged.goes_on(case).status == 0


@pytest.mark.parametrize("case", [XLSX, REPORT], ids=str)
def test_what_a_killed_run_left_is_removed_by_the_next(
    unchanged: Bucket, tmp_path: Path, case: Case
) -> None:
    unchanged.interrupted(case, signal.SIGKILL)
    assert len(left_in(tmp_path)) == 1
    assert unchanged.goes_on(case).status == 0
    assert left_in(tmp_path) == ["out"]


def test_a_purge_deletes_the_rest(done: Bucket) -> None:
    done.interrupted(PURGE)
    assert 0 < len(done.here.names("results")) < CARDS
    assert done.goes_on(PURGE).status == 0
    assert not done.here.names("results")


@pytest.mark.parametrize(("case", "state"), [(RERUN, "done"), (BACKFILL, "old")], ids=str)
def test_the_rest_gets_in_line(case: Case, state: str, request: pytest.FixtureRequest) -> None:
    bucket: Bucket = request.getfixturevalue(state)
    bucket.interrupted(case)
    assert 0 < len(bucket.here.names("pending")) < CARDS
    assert bucket.goes_on(case).status == 0
    assert len(bucket.here.names("pending")) == CARDS


def test_a_drain_sends_the_rest_and_nothing_twice(old: Bucket) -> None:
    assert old.operator.calls("backfill", "--yes").status == 0
    old.here.local.advance(AGES)
    old.interrupted(DRAIN)
    assert 0 < len(old.here.jobs) < CARDS
    old.here.local.advance(AGES)
    assert old.operator.calls("sweep").status == 0
    assert len({job.request.object_key for job in old.here.jobs}) == len(old.here.jobs) == CARDS
