from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.__main__ import main
from tests.support.serverless_yml import ENVIRON, ROOT, document


def run(*arguments: str, text: str, environ: dict[str, str], folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "deploy", *arguments],
        input=text,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_refusal_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    environ = {**ENVIRON, "CALLBACK_SECRET": "invented"}
    status, printed, said = run("package", text=document(), environ=environ, folder=tmp_path)
    assert (status, printed) == (1, "")
    assert said == "CALLBACK_SECRET: has 8 characters; it must have 32 or more\n"
    assert list(tmp_path.iterdir()) == []


def test_a_document_that_is_none_is_refused_too(tmp_path: Path) -> None:
    status, _, said = run("package", text="", environ={}, folder=tmp_path)
    assert status == 1
    assert said.startswith("standard input: is no JSON; ")
    assert said.count("\n") == 1


def test_an_interruption_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(io.StringIO):
        def read(self, _size: int | None = -1) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Interrupted())
    assert main(["package"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".serverless").write_text("a file", encoding="utf-8")
    status, _, said = run("package", text=document(), environ=ENVIRON, folder=tmp_path)
    assert (status, said) == (1, ".serverless can't be written: File exists\n")


def test_a_bug_is_told_without_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(io.StringIO):
        def read(self, _size: int | None = -1) -> str:
            raise RuntimeError("of a secret")

    monkeypatch.setattr(sys, "stdin", Broken())
    assert main(["package"]) == 70
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "secret" not in said
    assert "Traceback" not in said
