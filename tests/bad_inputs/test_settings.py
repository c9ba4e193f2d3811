"""Bad settings: one error that names the variable, before anything is sent."""

from __future__ import annotations

import json

import pytest
import requests

from functions.submit.index import main_handler as submit
from functions.sweep.index import main_handler as sweep
from shared.errors import ConfigurationError
from tests.support.corpus import Case, cases
from tests.support.environment import ENVIRONMENT
from tests.support.event_files import event_for


@cases("settings")
@pytest.mark.parametrize("function", [submit, sweep])
def test_a_bad_setting_names_its_variable_and_sends_nothing(
    case: Case,
    function: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("something was sent")

    monkeypatch.setattr(requests.Session, "send", never)
    environment = ENVIRONMENT | case.input
    monkeypatch.setattr("os.environ", environment)
    assert callable(function)
    with pytest.raises(ConfigurationError) as caught:
        function(event_for("uploads/a.jpg"), {})
    assert caught.value.variable == case.expected["variable"]
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["event"], line["variable"]) == ("configuration", case.expected["variable"])
    assert str(caught.value) == line["problem"]
    assert len(line["problem"]) < 500 + len(case.input[line["variable"]])
