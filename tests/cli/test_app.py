from __future__ import annotations

import pytest

import cli.commands.sweep
from tests.cli.operators import Operator
from tests.support.clouds import Cloud


def test_a_bug_is_no_traceback_and_says_nothing_it_quotes(
    operator: Operator, served: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    del served

    def broken(*_: object, **__: object) -> None:
        raise KeyError("uploads/a-name-in-a-key.jpg")

    monkeypatch.setattr(cli.commands.sweep, "sweep_once", broken)
    answer = operator.calls("sweep")
    assert answer.status == 70
    assert "KeyError" in answer.err
    assert "Traceback" not in answer.err
    assert "a-name-in-a-key" not in answer.err


def test_a_command_that_is_none_is_a_wrong_call(operator: Operator) -> None:
    assert operator.calls("swep").status == 2
