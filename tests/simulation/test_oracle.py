from __future__ import annotations

import pytest

from tests.simulation.cos import Cos, Folder, Stored
from tests.simulation.faults import CALLS, Faults
from tests.simulation.scheduler import Died, Process, Scheduler

ETAG = "e" * 32


def stored(etag: str = ETAG) -> Stored:
    return Stored(b"", etag, 0)


def never() -> bool:
    return False


# -- time ---------------------------------------------------------------------------------------


def test_processes_go_on_in_the_order_of_time() -> None:
    scheduler, seen = Scheduler("1", 0), []

    def work(name: str, seconds: float) -> None:
        def run(process: Process) -> None:
            for _ in range(2):
                process.wait(seconds)
                seen.append((name, scheduler.now))

        scheduler.spawn(name, run)

    work("slow", 3)
    work("fast", 2)
    scheduler.run(10, stop=never)
    assert seen == [("fast", 2), ("slow", 3), ("fast", 4), ("slow", 6)]
    assert scheduler.now == 10


def test_a_process_started_by_another_does_not_wake_it() -> None:
    scheduler, seen = Scheduler("1", 0), []

    def parent(process: Process) -> None:
        scheduler.spawn("child", lambda child: child.wait(1))
        process.wait(5)
        seen.append(scheduler.now)

    scheduler.spawn("parent", parent)
    scheduler.run(10, stop=never)
    assert seen == [5]


def test_a_function_is_killed_at_its_time_out_and_no_handler_runs() -> None:
    scheduler, seen = Scheduler("1", 0), []

    def work(process: Process) -> None:
        try:
            process.wait(100)
        except Exception:  # noqa: BLE001 — what the pipeline has
            seen.append("handled")
        except Died:
            seen.append(f"died at {scheduler.now:.0f}")
            raise

    scheduler.spawn("submit", work, time_out=60)
    scheduler.run(1000, stop=never)
    assert seen == ["died at 60"]


def test_a_frozen_process_outlives_its_time_out() -> None:
    scheduler, seen = Scheduler("1", 0), []

    def work(process: Process) -> None:
        process.pause(3600)
        process.wait(1)
        seen.append(scheduler.now)

    scheduler.spawn("submit", work, time_out=60)
    scheduler.run(10_000, stop=never)
    assert seen == [3601]


# -- COS ----------------------------------------------------------------------------------------


def test_a_listing_that_lags_shows_an_earlier_moment() -> None:
    now = [100.0]
    cos = Cos(lambda: now[0], skew=0, versioned=None, page_size=10)
    cos.upload("uploads/a.jpg", b"first")
    now[0] = 200
    cos.upload("uploads/b.jpg", b"second")
    cos.remove("uploads/a.jpg")
    fresh = cos.listing(cos.photos, "uploads/", None, 0)
    stale = cos.listing(cos.photos, "uploads/", None, 50)
    assert (b"a.jpg" in fresh, b"b.jpg" in fresh) == (False, True)
    assert (b"a.jpg" in stale, b"b.jpg" in stale) == (True, False)


@pytest.mark.parametrize(
    ("start", "end", "held"), [(0, 5, False), (0, 10, True), (12, 15, True), (21, 30, False)]
)
def test_what_lay_at_a_key_between_two_moments(start: float, end: float, held: bool) -> None:  # noqa: FBT001
    folder = Folder()
    folder.put(10, "a", stored())
    folder.put(20, "a", stored("f" * 32))
    assert folder.held("a", ETAG, start, end) is held


def test_absence_is_known_too() -> None:
    folder = Folder()
    folder.put(10, "a", stored())
    folder.put(20, "a", None)
    assert folder.held("a", None, 0, 5)
    assert not folder.held("a", None, 11, 19)
    assert folder.held("a", None, 15, 25)


# -- faults -------------------------------------------------------------------------------------


def test_only_what_is_possible_strikes_a_call() -> None:
    scheduler, faults = Scheduler("1", 0), Faults(1.0)
    seen: set[str | None] = set()

    def work(process: Process) -> None:
        seen.update(faults.of_call(process, "exists", None) for _ in range(500))

    scheduler.spawn("sweep", work)
    scheduler.run(1, stop=never)
    assert len(seen) > 1
    assert seen <= set(CALLS["exists"])


def test_no_fault_strikes_once_they_have_stopped() -> None:
    scheduler, faults = Scheduler("1", 0), Faults(1.0)
    faults.stop()
    seen = []
    scheduler.spawn("sweep", lambda process: seen.append(faults.of_call(process, "read", None)))
    scheduler.run(1, stop=never)
    assert seen == [None]
