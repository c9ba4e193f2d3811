"""Forget and purge, dead between two of their deletions: the next run finishes what was begun."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress

import pytest

from coslocal.cos.requests import CosRequest
from tests.cli.operators import Operator
from tests.support.clouds import CARD, Cloud

HOUR, DAY = 3600, 86_400
KEY = "uploads/a.jpg"
KEYS = (KEY, "uploads/b.jpg", f"uploads/{'long' * 180}.jpg")


class Killed(BaseException):
    """The process is no more."""


class Death:
    """At a deletion, and from then on, every request ends so."""

    def __init__(self, end: type[BaseException], at: int) -> None:
        self._end = end
        self._left = at

    def __call__(self, request: CosRequest) -> None:
        self._left -= request.method == "DELETE"
        if self._left <= 0:
            raise self._end


@pytest.fixture
def here(operator: Operator, here: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """Cards that were just read, the first with another content before."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)  # before the SDK asks once more
    operator.calls("sweep")  # from now on reconcile looks for lost events
    here.upload(KEY, CARD + b"another content")
    for key in KEYS:
        here.upload(key)
    return here


deaths = pytest.mark.parametrize("end", [ConnectionResetError, Killed])
BEFORE_ALL = ("before_effect", 1)


def moments(deletions: Iterable[int]) -> pytest.MarkDecorator:
    """Before the first deletion, and after each of these: before another it is the same."""
    after = [("after_effect", at) for at in deletions]
    return pytest.mark.parametrize(("moment", "at"), [BEFORE_ALL, *after])


def dies(here: Cloud, moment: str, death: Death, operator: Operator, *command: str) -> None:
    """Run a command that dies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(here.local.cos, moment, death)
        with suppress(Killed):
            assert operator.calls(*command).status == 3


@deaths
@moments(range(1, 5))
@pytest.mark.usefixtures("forget_at_once")
def test_the_next_forget_finishes_and_nothing_is_sent_meanwhile(
    operator: Operator, here: Cloud, end: type[BaseException], moment: str, at: int
) -> None:
    kept = [name for name in here.stored() if KEY not in name]
    left = here.names("results")[0].replace("results", "pending").replace(".json", ".0001.json")
    here.write(left, b"{}")
    jobs = len(here.jobs)
    here.local.advance(2 * HOUR)
    dies(here, moment, Death(end, at), operator, "forget", KEY, "--yes")
    assert operator.calls("sweep", "--reconcile").status == 0
    assert len(here.jobs) == jobs
    assert operator.calls("forget", KEY, "--yes").status == 0
    assert here.stored() == kept


@deaths
@moments(range(1, 8, 2))
def test_the_next_purge_finishes_and_nothing_is_sent_meanwhile(
    operator: Operator, here: Cloud, end: type[BaseException], moment: str, at: int
) -> None:
    jobs = len(here.jobs)
    here.local.advance(10 * DAY)
    purge = ("purge", "--older-than=9", "--photos", "--yes")
    dies(here, moment, Death(end, at), operator, *purge)
    assert operator.calls("sweep", "--reconcile").status == 0
    assert len(here.jobs) == jobs
    assert operator.calls(*purge).status == 0
    assert here.stored() == []
