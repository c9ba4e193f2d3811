"""The rate: evenly spaced, and no second with more than it may have."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pipeline.gate import (
    Rate,
)
from tests.support.pipelines import World


class Time:
    """A clock whose sleeps wake late, as those of a machine do."""

    def __init__(self, *late: float) -> None:
        self.now = 1000.0
        self._late = list(late)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + (self._late.pop() if self._late else 0)


def rate_of(
    per_second: int, time: Time, lock: AbstractContextManager[object] | None = None
) -> Rate:
    context = World(REQUESTS_PER_SECOND=str(per_second)).context("sweep")
    return Rate(context._replace(monotonic=time, sleep=time.sleep), lock or nullcontext())


def released(rate: Rate, time: Time, turns: int) -> list[float]:
    moments = []
    for _ in range(turns):
        rate.wait()
        moments.append(time.now)
    return moments


def test_turns_are_spaced_evenly() -> None:
    time = Time()
    moments = released(rate_of(4, time), time, 5)
    assert moments == [1000, 1000.25, 1000.5, 1000.75, 1001]


def test_idling_saves_up_no_turns() -> None:
    time = Time()
    rate = rate_of(4, time)
    released(rate, time, 4)
    time.now += 100
    first, second = released(rate, time, 2)
    assert second - first == pytest.approx(0.25)


@given(
    per_second=st.integers(1, 50),
    late=st.lists(st.floats(0, 0.4), max_size=200),
    turns=st.integers(2, 200),
)
def test_no_second_has_more_turns_than_it_may(
    per_second: int, late: list[float], turns: int
) -> None:
    time = Time(*late)
    moments = released(rate_of(per_second, time), time, turns)
    for first, after in zip(moments, moments[per_second:], strict=False):
        assert after - first >= 1 - 1e-6


def test_late_wakings_do_not_lower_the_rate() -> None:
    time = Time(*[0.001] * 400)
    moments = released(rate_of(40, time), time, 401)
    assert 10 <= moments[-1] - moments[0] <= 10.2


def test_threads_share_the_turns() -> None:
    time = Time()
    rate = rate_of(10, time, threading.Lock())
    threads = [threading.Thread(target=rate.wait) for _ in range(11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.now == pytest.approx(1001)


def test_a_clock_that_is_set_back_keeps_no_job_waiting() -> None:
    time = Time()
    context = World().context("sweep")._replace(monotonic=time, sleep=time.sleep)
    rate = Rate(context._replace(now=lambda: time.now - 2 * time.now), nullcontext())
    released(rate, time, 3)
    assert time.now < 1001
