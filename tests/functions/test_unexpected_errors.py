"""A bug leaves a function without its text: SCF writes exceptions into its log."""

from __future__ import annotations

import json
import traceback
from importlib import import_module
from typing import Any

import pytest

from shared.errors import UnexpectedError
from tests.support.environment import ENVIRONMENT

SECRET_TEXT = "uploads/somebody"


@pytest.mark.parametrize("function", ["submit", "sweep"])
def test_a_bug_leaves_a_function_without_its_text(
    function: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def broken(*_: Any, **__: Any) -> None:
        raise KeyError(SECRET_TEXT)

    index = import_module(f"functions.{function}.index")
    monkeypatch.setattr(index, "open_context", broken)
    with pytest.raises(UnexpectedError) as caught:
        index.main_handler({"Records": []}, {})
    assert SECRET_TEXT not in "".join(traceback.format_exception(caught.value))
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["event"], line["problem"]) == ("unexpected_error", "KeyError")
    assert f"functions.{function}.index:" in line["where"]
