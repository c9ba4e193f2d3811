from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pipeline.pacer import Pacer


class Time:
    """A clock whose sleeps wake late, as those of a machine do."""

    def __init__(self, *late: float) -> None:
        self.now = 1000.0
        self._late = list(late)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + (self._late.pop() if self._late else 0)


def released(pacer: Pacer, time: Time, turns: int) -> list[float]:
    moments = []
    for _ in range(turns):
        pacer.wait()
        moments.append(time.now)
    return moments


def test_turns_are_spaced_evenly() -> None:
    time = Time()
    moments = released(Pacer(4, time, time.sleep), time, 5)
    assert moments == [1000, 1000.25, 1000.5, 1000.75, 1001]


def test_idling_saves_up_no_turns() -> None:
    time = Time()
    pacer = Pacer(4, time, time.sleep)
    released(pacer, time, 4)
    time.now += 100
    first, second = released(pacer, time, 2)
    assert second - first == pytest.approx(0.25)


@given(
    rate=st.integers(1, 50),
    late=st.lists(st.floats(0, 0.4), max_size=200),
    turns=st.integers(2, 200),
)
def test_no_second_has_more_turns_than_it_may(rate: int, late: list[float], turns: int) -> None:
    time = Time(*late)
    moments = released(Pacer(rate, time, time.sleep), time, turns)
    for first, after in zip(moments, moments[rate:], strict=False):
        assert after - first >= 1 - 1e-6


def test_late_wakings_do_not_lower_the_rate() -> None:
    time = Time(*[0.001] * 400)
    moments = released(Pacer(40, time, time.sleep), time, 401)
    assert 10 <= moments[-1] - moments[0] <= 10.2


def test_threads_share_the_turns() -> None:
    time = Time()
    pacer = Pacer(10, time, time.sleep, threading.Lock())
    threads = [threading.Thread(target=pacer.wait) for _ in range(11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.now == pytest.approx(1001)
