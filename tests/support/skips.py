"""A watch over skipped tests: where `CI` is set, one skipped for no allowed reason fails the run.

A pytest plugin.
"""

from __future__ import annotations

import os

import pytest

NO_RUNTIME = "there is no CPython 3.10 here, the runtime of the functions"

ALLOWED: frozenset[str] = frozenset({NO_RUNTIME})
"""Every reason for which a test may be skipped; `.ci/run` looks after what is missing itself."""


class SkipCheck:
    """Collects the tests that were skipped for a reason that isn't allowed."""

    def __init__(self, *, enforced: bool) -> None:
        self.enforced = enforced
        self.unexpected: list[str] = []

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Remember the report's test if it was skipped; an expected failure is no skip."""
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        if reason not in ALLOWED:
            self.unexpected.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.note(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.unexpected:
            terminalreporter.section("unexpected skips", red=self.enforced)
            for line in self.unexpected:
                terminalreporter.line(line)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.enforced and self.unexpected and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SkipCheck(enforced=bool(os.environ.get("CI"))))
