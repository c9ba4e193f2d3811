"""Whatever is typed behind `card-ocr`: a documented exit status, and never a traceback.

The calls are drawn from the real commands and options, with values that nobody should type.
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cli.app import app
from cli.doctor.subject import Subject
from cli.lazy_group import loaded_commands
from tests.cli.adversity import healthy
from tests.cli.operators import Operator
from tests.support.privacy import watching

DOCUMENTED = {0, 1, 2, 3, 75, 130}  # but 70: that is a bug of ours
KEY = "uploads/a.jpg"

NUMBERS = ("0", "-1", "9", "1e308", "nan", "-inf", "inf", "9" * 30, "9" * 5000, "1e99999999", "٣")
PATHS = ("", ".", "folder", "absent/file", "keys.txt", "audit.json", "bytes", "n" * 300)
TEXTS = (
    *("", "uploads/", KEY, "uploads/b.jpg", "ocr/results/", "-", "--", "*", "2026-01-31", "0" * 16),
    *(
        "uploads/\x1b[31m\r\n\t\x07",
        "uploads/\udcff\udc80.jpg",
        "uploads/\u202e🪪",
        "uploads/\ufffe",
    ),
    *(
        "~/" + "0" * 64,
        "uploads/" + "长" * 400,
        "x" * 100_000,
        "0001-01-01T00:00:00Z",
        "9999-12-31",
    ),
)
ANYTHING = st.one_of(
    st.sampled_from((*NUMBERS, *PATHS, *TEXTS)),
    st.text(st.characters(exclude_characters="\0/"), max_size=20),  # nothing can type a NUL
)
FITTING: dict[str, tuple[str, ...]] = {
    "--format": ("csv", "jsonl", "xlsx"),
    "--card-type": ("IDCard", "DriverLicense"),
    **dict.fromkeys(("--out", "--image", "--keys", "--from-audit", "--env-file"), PATHS),
    **dict.fromkeys(("--wait", "--every", "--seconds", "--limit", "--price"), NUMBERS),
    "--older-than": NUMBERS,
}


@st.composite
def calls(draw: st.DrawFn) -> list[str]:
    """A command with some of its options, and now and then a word that is none."""
    commands = loaded_commands(app)
    name = draw(st.sampled_from(sorted(commands)))
    words = [name]
    for parameter in commands[name].params:
        if not (parameter.required or draw(st.booleans())):
            continue
        fitting = st.sampled_from(FITTING.get(parameter.opts[0], TEXTS))
        value = draw(fitting | ANYTHING)
        if parameter.param_type_name == "argument":
            words.append(value)
        elif parameter.is_flag:
            words.append(parameter.opts[0])
        else:
            words.append(f"{parameter.opts[0]}={value}")
    return [*words, *draw(st.lists(ANYTHING, max_size=1) if draw(st.booleans()) else st.just([]))]


@pytest.fixture(autouse=True)
def _a_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder to work in; nobody waits, and whoever would wait for more than a moment leaves."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "sleep", _leave)
    monkeypatch.setattr(Subject.__init__, "__defaults__", (time.time, _leave))
    monkeypatch.setattr("cli.connect.service.printed", lambda _environ, _stage: None)


def _leave(seconds: float) -> NoReturn:
    assert 0 <= seconds < 2**31, "the system can't wait that long"
    raise KeyboardInterrupt


def _fill(folder: Path) -> None:
    (folder / "folder").mkdir(exist_ok=True)
    (folder / "keys.txt").write_text(f"{KEY}\n\n\x1b[0m\nuploads/{'长' * 400}\n", "utf-8")
    (folder / "audit.json").write_text(
        f'{{"findings": [\n{{"kind": "missing", "key": "{KEY}"}}\n]}}\n', "utf-8"
    )
    (folder / "bytes").write_bytes(bytes(range(256)))


@settings(suppress_health_check=list(HealthCheck), max_examples=60)
@given(call=calls())
@example(["status", "--watch", "--every=inf"])
@example(["status", "--watch", "--every=nan"])
@example(["doctor", "--upload", "--yes", "--wait=nan"])
@example(["backfill", "--dry-run", "--price=1e99999999"])
@example(["show", "uploads/\udcff.jpg"])
@example(["setup", "--print", "--account=\udcff"])
@example(["purge", f"--older-than={'9' * 30}", "--yes"])
def test_any_call_ends_with_a_documented_status_and_no_traceback(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: list[str]
) -> None:
    _fill(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # as Python's own
    with healthy(operator), watching():  # an error may quote what was typed
        answer = operator.calls(*call)
    assert answer.status in DOCUMENTED, answer.err
    assert "Traceback" not in answer.out + answer.err
