"""CALLBACK_VERIFY: whose word counts, CI's or the body's."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import CallbackRefused, JobServiceFault
from tests.support.called_back import Card
from tests.support.cards import NAME
from tests.support.pipelines import World


@pytest.mark.parametrize("verify", ["prefer", "require"])
def test_a_failed_re_read_writes_nothing(verify: str) -> None:
    card = Card(World(CALLBACK_VERIFY=verify))

    def broken(_call: str, _name: str) -> None:
        raise JobServiceFault("GET of a job", "HTTP503")

    card.world.jobs.before = broken
    with pytest.raises(JobServiceFault):
        card.deliver()
    assert card.nothing_was_written()


class WithoutContainer(Card):
    """CI's re-read holds no result; only the callback's body does."""

    def __init__(self, verify: str, **changes: Any) -> None:
        super().__init__(World(CALLBACK_VERIFY=verify))
        self.world.jobs.jobs["a1b2c3"] = self.job._replace(container=None, **changes)


def test_prefer_takes_the_callbacks_result_if_ci_shows_none_and_marks_it() -> None:
    card = WithoutContainer("prefer")
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert (result["evidence"]["verified"], result["needs_review"]) == (False, True)


def test_prefer_needs_the_user_data_of_the_re_read_to_take_the_callbacks_result() -> None:
    card = WithoutContainer("prefer", user_data=None)
    card.deliver()
    assert card.nothing_was_written()


def test_require_leaves_a_job_without_a_result_to_sweep() -> None:
    card = WithoutContainer("require")
    card.deliver()
    assert card.nothing_was_written()


def test_prefer_takes_the_state_from_the_re_read() -> None:
    card = WithoutContainer("prefer", state="Running")
    card.deliver()
    assert card.nothing_was_written()


def test_prefer_without_a_result_anywhere_is_left_to_sweep() -> None:
    card = WithoutContainer("prefer")
    card.deliver(card.job._replace(container=None))
    assert card.nothing_was_written()


def test_off_takes_everything_from_the_body_and_asks_nobody() -> None:
    card = Card(World(CALLBACK_VERIFY="off"))
    card.world.jobs.jobs.clear()
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert (result["evidence"]["verified"], result["needs_review"]) == (False, True)


def test_off_still_refuses_the_body_of_another_card() -> None:
    card = Card(World(CALLBACK_VERIFY="off"))
    with pytest.raises(CallbackRefused):
        card.deliver(card.job._replace(key="uploads/b.jpg"))


def test_off_does_without_user_data_that_ci_leaves_out() -> None:
    card = Card(World(CALLBACK_VERIFY="off"))
    card.deliver(card.job._replace(user_data=None))
    assert card.result()["outcome"] == "recognised"


def test_a_failure_that_ci_confirms_is_verified_whatever_the_body_holds() -> None:
    card = WithoutContainer("prefer", state="Failed", code="ResourceNotSupported")
    card.deliver()
    result = card.result()
    assert (result["outcome"], result["evidence"]["verified"]) == ("failed", True)
