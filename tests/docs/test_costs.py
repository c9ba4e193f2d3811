"""The requests that README's "Costs" counts are those that the functions make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from docs.blocks import ROOT
from local.agenda import MovableClock
from tests.support.clouds import Cloud, cloud
from tests.support.serverless_yml import configuration

README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)`, (?:a card|a run[^|]*) \| (\d+) \| (\d+) \|$", README, re.MULTILINE)
SWEEP = {"Type": "Timer", "TriggerName": "sweep", "Message": ""}


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the requests to COS and to CI that the functions make."""
    count: Counter[str] = Counter()
    carry = HTTPAdapter.send

    def send(
        adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        host = urlsplit(str(request.url)).netloc
        count["COS" if ".cos." in host else "CI"] += 1
        return carry(adapter, request, **options)

    with mock.patch.object(HTTPAdapter, "send", send):
        yield count


@pytest.fixture
def opened() -> Iterator[Cloud]:
    with cloud(MovableClock(), ("submit", "callback", "sweep")) as there:
        yield there


def test_the_readme_has_a_row_for_each_function() -> None:
    assert [name for name, *_ in ROWS] == ["submit", "callback", "sweep"]


def test_a_card_takes_as_many_requests_as_the_readme_says(opened: Cloud) -> None:
    with counted() as count:
        opened.upload("uploads/id/a.jpg")
    assert len(opened.names("results")) == 1
    rows = ROWS[:2]
    assert count["COS"] == sum(int(cos) for _, cos, _ in rows)
    assert count["CI"] == sum(int(ci) for _, _, ci in rows)
    assert f"+ {count['COS']} requests" in README


def test_an_idle_sweep_takes_as_many_requests_as_the_readme_says(opened: Cloud) -> None:
    opened.invoke("sweep", SWEEP)  # the first makes its notes
    with counted() as count:
        opened.invoke("sweep", SWEEP)
    assert [count["COS"], count["CI"]] == [int(number) for number in ROWS[2][1:]]
    assert f"+ {count['COS']} requests )" in README


def test_the_memory_in_the_formula_is_that_of_every_function() -> None:
    functions = configuration()["functions"].values()
    gigabytes = {function["memorySize"] / 1024 for function in functions}
    assert [f"{one} GB" in README for one in gigabytes] == [True]
