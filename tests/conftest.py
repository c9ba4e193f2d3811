"""What holds for every test: how hypothesis searches, and that nothing is skipped unnoticed."""

from __future__ import annotations

import os

import hypothesis
import pytest

pytest_plugins = ["tests.support.privacy"]

ALLOWED_SKIPS: frozenset[str] = frozenset()
"""Every reason for which a test may be skipped; any other skip fails the run where `CI` is set."""

IN_CI = os.environ.get("CI", "") not in {"", "0", "false"}

# `ci` tries the same examples every time. `dev` tries new ones; a failure prints the seed that
# brings them back (`--hypothesis-seed`). Both print the line that replays the one that failed.
hypothesis.settings.register_profile("ci", derandomize=True, print_blob=True, deadline=None)
hypothesis.settings.register_profile("dev", print_blob=True, deadline=None)
hypothesis.settings.load_profile("ci" if IN_CI else "dev")


class SkipCheck:
    """Collects the tests that were skipped for a reason that isn't allowed."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []

    def note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Remember the report's test if it was skipped; an expected failure is no skip."""
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        if reason not in ALLOWED_SKIPS:
            self.unexpected.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.note(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.unexpected:
            terminalreporter.section("unexpected skips", red=IN_CI)
            for line in self.unexpected:
                terminalreporter.line(line)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if IN_CI and self.unexpected and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SkipCheck())
