from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from coslocal.agenda import Agenda, ManualClock, MovableClock

LONG = 30.0
SHORT = 0.05


def test_due_items_run_in_the_order_they_were_added_and_so_does_what_they_add() -> None:
    agenda = Agenda(ManualClock())
    done: list[str] = []

    def first() -> None:
        done.append("first")
        agenda.add(lambda: done.append("third"))

    agenda.add(first)
    agenda.add(lambda: done.append("second"))
    assert agenda.run_until_idle() == 3
    assert done == ["first", "second", "third"]


def test_later_items_wait_for_the_clock_and_see_their_own_time() -> None:
    clock = ManualClock(100.0)
    agenda = Agenda(clock)
    seen: list[float] = []
    agenda.add(lambda: seen.append(clock()), after=20)
    agenda.add(lambda: seen.append(clock()), after=10)
    assert agenda.run_until_idle() == 0
    assert agenda.advance(15) == 1
    assert (seen, clock()) == ([110.0], 115.0)
    agenda.advance(5)
    assert seen == [110.0, 120.0]


def test_a_failing_item_is_shown_to_the_caller() -> None:
    agenda = Agenda(ManualClock())
    agenda.add(lambda: 1 / 0)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        agenda.run_until_idle()


def test_the_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="can't go back"):
        ManualClock(5.0).set(4.0)


def test_threads_do_the_work_until_stopped_and_survive_a_failing_item(
    capsys: pytest.CaptureFixture[str],
) -> None:
    agenda = Agenda()
    done = threading.Event()
    agenda.start(workers=1)
    agenda.add(lambda: 1 / 0)  # type: ignore[arg-type]
    agenda.add(done.set)
    assert done.wait(5)
    agenda.stop()
    assert "ZeroDivisionError" in capsys.readouterr().err
    agenda.add(lambda: pytest.fail("a stopped agenda did something"))


def test_a_movable_clock_runs_with_the_machine_and_ahead_of_it() -> None:
    clock = MovableClock()
    before = time.time()
    clock.move(100)
    clock.move(20)
    assert before + 120 <= clock() <= time.time() + 120


def test_a_movable_clock_is_not_moved_back() -> None:
    with pytest.raises(ValueError, match="can't go back"):
        MovableClock().move(-1)


@pytest.fixture
def agenda() -> Iterator[Agenda]:
    running = Agenda(MovableClock())
    running.start(2)
    yield running
    running.stop()


def test_idle_is_when_what_was_due_and_what_came_of_it_is_done(agenda: Agenda) -> None:
    done: list[str] = []

    def first() -> None:
        done.append("first")
        agenda.add(lambda: done.append("second"))

    agenda.add(first)
    assert agenda.wait_until_idle(LONG)
    assert done == ["first", "second"]


def test_an_item_at_work_is_not_idle(agenda: Agenda) -> None:
    began, may_end = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        may_end.wait(LONG)

    agenda.add(work)
    assert began.wait(LONG)
    assert not agenda.wait_until_idle(SHORT)
    may_end.set()
    assert agenda.wait_until_idle(LONG)


def test_what_is_due_only_later_is_idle_until_the_clock_is_moved(agenda: Agenda) -> None:
    done: list[str] = []
    agenda.add(lambda: done.append("later"), after=1000)
    assert agenda.wait_until_idle(LONG)
    assert done == []
    assert isinstance(agenda.clock, MovableClock)
    agenda.clock.move(1000)
    assert agenda.wait_until_idle(LONG)
    assert done == ["later"]
