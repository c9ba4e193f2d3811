"""Trials: the tests run with a mutant in the place of a module, in a process of its own each.

pytest collects the tests of a module once. Each trial is a fork of that process, which puts its
mutant in place and runs the tests to the first that fails; those that call the function that
changed, if it is one. The test that killed the last mutant goes first, then those of the files
that are named after the module, and the quick ones before the slow.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Literal, NamedTuple

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.mutations import Mutant, mutants_of
from tests.mutants.swap import swap_in
from tests.mutants.targets import Target

Verdict = Literal["killed", "survived", "timed out"]

_GIGABYTE = 1 << 30
# A test is ended after so many seconds, and a trial after so many times what all tests need.
_SECONDS_A_TEST = 10
_TIMES_AS_LONG = 3
_A_LINE_EACH = 100


class Tried(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    verdict: Verdict


class TestsFail(Exception):
    """The tests fail without any mutant, so they could prove nothing."""


class _Told(NamedTuple):
    """What the tests do without a mutant: the first that failed, what each called, how long."""

    failed: str | None
    called: dict[str, set[int]]
    seconds: dict[str, float]


class _Running(NamedTuple):
    process: BaseProcess
    mutant: Mutant


def tried(target: Target, *, at_once: int) -> list[Tried]:
    """Try every mutant of a module, a few at once.

    Raises:
        TestsFail: the tests fail without any mutant.
    """
    trials = _Trials(target, at_once)
    plain = ("-q", "--no-header", "--no-summary", "--tb=no", "-p", "no:cacheprovider")
    imported = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # by the module before
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
        code = pytest.main([*plain, *imported, *target.tests], plugins=[trials])
    if code in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR}:
        raise TestsFail(f"{target.path}: the trials broke off")
    if trials.problem is not None or not trials.tried:
        raise TestsFail(f"{target.path}: {trials.problem or 'its tests could not be collected'}")
    return trials.tried


class _Trials:
    """The plugin that tries mutants in place of running the tests."""

    def __init__(self, target: Target, at_once: int) -> None:
        self._target = target
        self._at_once = at_once
        self._context = multiprocessing.get_context("fork")
        self._running: dict[Connection, _Running] = {}
        self._killers: list[str] = []
        self.tried: list[Tried] = []
        self.problem: str | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Let hypothesis try the same examples every time; any failure is enough."""
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", derandomize=True, deadline=None, database=None, phases=phases
        )
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants."""
        if session.testsfailed:
            self.problem = "its tests could not be collected"
            return True
        gc.freeze()  # what is there now isn't looked at by every fork
        told = self._unmutated(session.items)
        if told.failed is not None:
            self.problem = f"{told.failed} fails without any mutant"
            return True
        capture = session.config.pluginmanager.getplugin("capturemanager")
        limit = int(_SECONDS_A_TEST + sum(told.seconds.values()) * _TIMES_AS_LONG)
        quickest = sorted(session.items, key=lambda item: told.seconds[item.nodeid])
        for number, mutant in enumerate(mutants_of(self._target)):
            if number % _A_LINE_EACH == 0:
                with capture.global_and_fixture_disabled():
                    sys.stderr.write(f"{self._target.path}: {number} tried\n")
            items = [item for item in quickest if mutant.is_met_by(told.called[item.nodeid])]
            self._start(mutant, items, limit)
            while len(self._running) >= self._at_once:
                self._end_next()
        while self._running:
            self._end_next()
        return True

    def _unmutated(self, items: Sequence[pytest.Item]) -> _Told:
        """Run the tests with the module as it is, put in its own place as a mutant is."""
        source = Path(self._target.path).read_text(encoding="utf-8")
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=self._watch, args=(sender, source, items))
        process.start()
        sender.close()
        told: _Told = receiver.recv()
        process.join()
        return told

    def _watch(self, sender: Connection, source: str, items: Sequence[pytest.Item]) -> None:
        _be_quiet()
        swap_in(importlib.import_module(self._target.module), source)
        path = str(Path(self._target.path).resolve())
        called: dict[str, set[int]] = {}
        seconds: dict[str, float] = {}
        failed = None
        for item in items:
            met: set[int] = set()
            before = time.process_time()

            def note(frame: FrameType, _event: str, _argument: object, met: set[int] = met) -> None:
                if frame.f_code.co_filename == path:
                    met.add(frame.f_code.co_firstlineno)

            threading.setprofile(note)
            sys.setprofile(note)
            failed = _first_failure([item])
            sys.setprofile(None)
            called[item.nodeid] = met
            seconds[item.nodeid] = time.process_time() - before
            if failed is not None:
                break
        sender.send(_Told(failed, called, seconds))
        os._exit(0)

    def _start(self, mutant: Mutant, items: list[pytest.Item], limit: int) -> None:
        last = {nodeid: place for place, nodeid in enumerate(self._killers)}
        items.sort(key=lambda item: (-last.get(item.nodeid, -1), not self._is_own(item)))
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=self._try, args=(sender, mutant, items, limit))
        process.start()
        sender.close()
        self._running[receiver] = _Running(process, mutant)

    def _is_own(self, item: pytest.Item) -> bool:
        """Return whether a test is in a file that is named after the module."""
        return item.path.name.startswith(f"test_{self._target.name.rstrip('s')}")

    def _try(
        self, sender: Connection, mutant: Mutant, items: Iterable[pytest.Item], limit: int
    ) -> None:
        """Run the tests with a mutant. Tell which one failed: "" if it was the import."""
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        if sys.platform == "linux":  # elsewhere a process may be above it from the start
            resource.setrlimit(resource.RLIMIT_AS, (4 * _GIGABYTE, 4 * _GIGABYTE))
        _be_quiet()
        failed: str | None = ""
        with contextlib.suppress(BaseException):  # a mutant may break pytest itself
            swap_in(importlib.import_module(self._target.module), mutant.source)
            failed = _first_failure(items)
        sender.send(failed)
        os._exit(0)

    def _end_next(self) -> None:
        """Note what became of the trials that end next."""
        for receiver in wait(list(self._running)):
            assert isinstance(receiver, Connection)
            process, mutant = self._running.pop(receiver)
            self.tried.append(Tried(mutant, self._verdict(receiver)))
            receiver.close()
            process.join()

    def _verdict(self, receiver: Connection) -> Verdict:
        try:
            failed: str | None = receiver.recv()
        except EOFError:  # the alarm ended it, or the kernel, since its processor time was over
            return "timed out"
        if failed is None:
            return "survived"
        if failed in self._killers:
            self._killers.remove(failed)
        self._killers.append(failed)
        return "killed"


def _first_failure(items: Iterable[pytest.Item]) -> str | None:
    """Run tests to the first that fails. Return its name, None if all pass.

    A test that takes too long ends the process.
    """
    for item in items:
        signal.alarm(_SECONDS_A_TEST)
        reports = runtestprotocol(item, log=False, nextitem=None)
        if any(report.failed for report in reports):
            return item.nodeid
    return None


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
