"""What reads cards, where the cloud is not as it should be: a sentence, a status, no traceback."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.cli.operators import Answer, Operator
from tests.support.clouds import CARD, Cloud

KEY = "uploads/a.jpg"
COMMANDS = (
    ("show", KEY),
    ("show", "0123456789abcdef"),
    ("export", "--format", "csv", "--out", "OUT"),
    ("export", "--format", "xlsx", "--out", "OUT", "--no-index"),
    ("report", "--out", "OUT"),
    ("report", "--out", "OUT", "--images"),
)

Call = Callable[..., Answer]


@pytest.fixture(params=COMMANDS, ids=" ".join)
def call(request: pytest.FixtureRequest, operator: Operator, served: Cloud, tmp_path: Path) -> Call:
    """Call a command after settings have changed."""

    def call_it(**changes: str) -> Answer:
        operator.serves(served, **changes)
        out = str(tmp_path / "out")
        return operator.calls(*(out if part == "OUT" else part for part in request.param))

    return call_it


def assert_refused(answer: Answer, folder: Path) -> None:
    assert (answer.status, answer.out) == (3, "")
    assert answer.err.startswith("card-ocr: ")
    assert answer.err.count("\n") == 1
    assert KEY not in answer.err
    assert not (folder / "out").exists()


def test_an_empty_bucket_is_no_fault(call: Call) -> None:
    answer = call()
    assert answer.status in {0, 1}  # nothing of the card is there
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"INPUT_BUCKET": "absent-1250000000"},
        {"TENCENTCLOUD_SECRET_KEY": "another-invented-key"},
        {"TENCENTCLOUD_SECRET_ID": "AKIDnobodyknows"},
    ],
    ids=["no bucket", "a wrong key", "nobody's key"],
)
def test_what_the_cloud_refuses_is_one_sentence(
    changes: dict[str, str], call: Call, tmp_path: Path
) -> None:
    assert_refused(call(**changes), tmp_path)


@pytest.mark.parametrize("requests_before", [0, 1, 2])
def test_a_network_that_dies_is_one_sentence(
    requests_before: int,
    call: Call,
    served: Cloud,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served.put(KEY, CARD)
    counted, alive = itertools.count(), HTTPAdapter.send

    def send(*arguments: Any, **options: Any) -> requests.Response:
        if next(counted) >= requests_before:
            raise requests.ConnectionError
        return alive(*arguments, **options)

    monkeypatch.setattr(HTTPAdapter, "send", send)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)  # the SDK's, before it asks again
    answer = call()
    if next(counted) > requests_before + 1:
        assert_refused(answer, tmp_path)
    else:
        assert answer.status in {0, 1}  # it needed no more requests than there were


def test_a_photograph_that_may_not_be_read_ends_a_report_with_images(
    operator: Operator, served: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.upload(KEY, CARD)
    alive = HTTPAdapter.send

    def send(*arguments: Any, **options: Any) -> requests.Response:
        asked = arguments[1]
        if asked.method == "GET" and asked.url.endswith(f".com/{KEY}"):
            refused = requests.Response()
            refused.status_code, refused._content = 403, b""  # noqa: SLF001
            return refused
        return alive(*arguments, **options)

    monkeypatch.setattr(HTTPAdapter, "send", send)
    answer = operator.calls("report", "--out", str(tmp_path / "out"), "--images")
    assert "GET of a photograph failed" in answer.err
    assert_refused(answer, tmp_path)
