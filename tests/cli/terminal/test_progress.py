from __future__ import annotations

import io
import sys

import pytest

from cli.terminal.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("total", "counts", "shown"),
    [(3, (1, 2), "3/3"), (3, (1, 4), "5/5"), (0, (2,), "2/2"), (None, (7,), "7/?")],
)
def test_progress_never_exceeds_its_total(
    monkeypatch: pytest.MonkeyPatch, total: int | None, counts: tuple[int, ...], shown: str
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    with progress("sweeping", total) as advance:
        for count in counts:
            advance(count)
    assert shown in terminal.getvalue()


def test_nothing_is_shown_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = io.StringIO()
    monkeypatch.setattr(sys, "stderr", nobody)
    with progress("sweeping", 3) as advance:
        advance(1)
    assert not nobody.getvalue()
