"""The requests that README's "Costs" counts are those that the functions make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from docs.blocks import ROOT
from local.agenda import MovableClock
from tests.support.clouds import Cloud, cloud
from tests.support.sent import recorded
from tests.support.serverless_yml import configuration

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)`, (?:a card|a run[^|]*) \| (\d+) \| (\d+) \|$", README, re.MULTILINE)
SWEEP = {"Type": "Timer", "TriggerName": "sweep", "Message": ""}


@pytest.fixture
def opened() -> Iterator[Cloud]:
    with cloud(MovableClock(), ("submit", "callback", "sweep")) as there:
        yield there


def test_the_readme_has_a_row_for_each_function() -> None:
    assert [name for name, *_ in ROWS] == ["submit", "callback", "sweep"]


def test_a_card_takes_as_many_requests_as_the_readme_says(opened: Cloud) -> None:
    with recorded() as sent:
        opened.upload("uploads/id/a.jpg")
    count = Counter(one.service for one in sent)
    assert len(opened.names("results")) == 1
    rows = ROWS[:2]
    assert count["COS"] == sum(int(cos) for _, cos, _ in rows)
    assert count["CI"] == sum(int(ci) for _, _, ci in rows)
    assert f"+ {count['COS']} requests" in README


def test_an_idle_sweep_takes_as_many_requests_as_the_readme_says(opened: Cloud) -> None:
    opened.invoke("sweep", SWEEP)  # the first makes its notes
    with recorded() as sent:
        opened.invoke("sweep", SWEEP)
    count = Counter(one.service for one in sent)
    assert [count["COS"], count["CI"]] == [int(number) for number in ROWS[2][1:]]
    assert f"+ {count['COS']} requests )" in README


def test_the_memory_in_the_formula_is_that_of_every_function() -> None:
    functions = configuration()["functions"].values()
    gigabytes = {function["memorySize"] / 1024 for function in functions}
    assert [f"{one} GB" in README for one in gigabytes] == [True]
