from __future__ import annotations

import threading

import pytest

from shared.workers import OneByOne, Threads, batches


def test_results_come_in_the_order_of_the_items() -> None:
    with Threads(2) as workers:
        assert workers.map(str, range(100)) == [str(number) for number in range(100)]
    assert OneByOne().map(str, range(3)) == ["0", "1", "2"]


def test_work_is_done_at_once() -> None:
    together = threading.Barrier(4)
    with Threads(1) as workers:
        assert len(workers.map(lambda _: together.wait(10), range(4))) == 4


@pytest.mark.parametrize(("per_second", "count"), [(1, 4), (10, 20), (40, 64), (10_000, 64)])
def test_there_are_no_more_than_can_send_in_two_seconds(per_second: int, count: int) -> None:
    with Threads(per_second) as workers:
        assert workers.count == count


def test_no_thread_outlives_them() -> None:
    before = threading.active_count()
    with Threads(40) as workers:
        workers.map(str, range(200))
    assert threading.active_count() == before


def test_an_interruption_leaves_what_has_not_begun() -> None:
    begun = []
    never = threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise KeyboardInterrupt
        never.wait(0.05)

    with pytest.raises(KeyboardInterrupt), Threads(1) as workers:
        workers.map(work, range(400))
    assert len(begun) < 400


def test_batches_leave_nothing_out() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
