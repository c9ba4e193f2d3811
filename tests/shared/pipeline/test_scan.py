"""The way around everything pending: which objects are read, and where a run ends and goes on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.errors import JobServiceFault, StorageFault
from shared.jobs import UNREADABLE, Container, Described, Waiting
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal

# -- what is read


def test_a_pending_object_is_not_even_read_for_two_minutes() -> None:
    world = SweptWorld()
    name = world.pend("submitted")
    world.job()
    world.sweep_after(119)
    assert ("read", name) not in world.store.calls
    assert list(world.pending()) == [1]
    world.sweep_after(1)
    assert world.pending() == {}


def test_an_unreadable_pending_object_is_counted_and_left() -> None:
    world = SweptWorld()
    name = world.pend("waiting")
    world.store.objects[name] = b"{"
    world.pass_time(DAY)
    assert world.sweep().pending["unreadable"] == 1
    assert world.store.objects[name] == b"{"
    assert world.jobs.requests == []


def test_objects_of_other_names_are_left_alone() -> None:
    world = SweptWorld()
    world.store.replace("ocr/pending/readme.txt", b"hello")
    world.sweep_after(DAY)
    assert world.store.objects["ocr/pending/readme.txt"] == b"hello"


def test_of_a_cards_attempts_the_last_one_counts() -> None:
    world = SweptWorld()
    world.pend("waiting", 1, error=refusal("SlowDown", "capacity"))
    world.pend("submitted", 2)
    world.job(attempt=2, state="Running", container=None)
    world.sweep_after(DAY)
    assert world.jobs.requests == []
    assert sorted(world.pending()) == [1, 2]


def test_a_key_that_is_the_prefix_of_another_is_another_card() -> None:
    world = SweptWorld()
    long = f"{KEY}.{world.version}.0001.json"
    world.pend("submitted", key=long, job_id="long")
    world.pend("submitted")
    world.job()
    world.job("long", key=long, container=Container("Success", None, None, ()))
    world.sweep_after(300)
    assert world.result()["outcome"] == "recognised"
    assert world.result(long)["outcome"] == "nothing_found"


def test_a_card_that_waited_long_is_not_read_attempt_by_attempt() -> None:
    world = SweptWorld()
    for attempt in range(1, 101):
        world.pend("waiting", attempt=attempt, error=refusal("QueuePaused", "capacity"))
    world.pass_time(2 * HOUR)
    world.store.calls.clear()
    world.sweep()
    assert len(world.jobs.requests) == 1
    assert sum(call == "read" for call, _ in world.store.calls) < 10


# -- where a run begins, where its time ends it, and where the next one goes on


def test_a_run_out_of_time_goes_on_where_it_stopped() -> None:
    world = SweptWorld()
    world.store.page_size = 2
    world.line_up(6)
    world.pass_time(300)
    read: list[str] = []

    def slow(call: str, name: str) -> None:
        if call == "read" and "pending" in name:
            read.append(name)
            world.clock.now += 1

    world.store.before = slow
    assert world.sweep(seconds=3).is_whole is False
    first = [key for key, _ in world.jobs.sent()]
    assert len(first) == 2
    read.clear()
    world.sweep(seconds=3)
    assert [key for key, _ in world.jobs.sent()][2:]
    assert not [name for name in read if any(key and key in name for key in first)]


def test_every_run_looks_at_every_page_once_when_it_has_the_time() -> None:
    world = SweptWorld()
    world.store.page_size = 2
    names = [world.pend("unknown", key=f"uploads/{number}.jpg") for number in range(7)]
    world.store.replace("ocr/state/cursor.json", f'{{"after": "{names[3]}"}}'.encode())
    world.pass_time(300)
    world.store.calls.clear()
    assert world.sweep().is_whole
    read = [name for call, name in world.store.calls if call == "read" and "pending" in name]
    assert sorted(read) == sorted(names)


def test_a_run_that_ends_within_a_page_goes_on_there() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="1")
    for number in range(30):
        world.pend("waiting", key=f"uploads/{number:02}.jpg", trigger="backfill")
    world.pass_time(400)
    assert not world.sweep(seconds=10).is_whole
    first = {key for key, _ in world.jobs.sent()}
    assert 0 < len(first) < 30
    assert world.store.document("ocr/state/cursor.json")["after"] is not None
    for _ in range(5):
        world.sweep(seconds=10)
    assert len({key for key, _ in world.jobs.sent()}) == 30
    assert len(world.jobs.requests) == 30


def test_a_whole_round_begins_the_next_one_at_the_start() -> None:
    world = SweptWorld()
    world.pend("waiting", trigger="backfill")
    world.store.replace("ocr/state/cursor.json", b'{"after": "ocr/pending/z"}')
    world.pass_time(300)
    assert world.sweep().is_whole
    assert world.store.document("ocr/state/cursor.json") == {"after": None}


def test_a_run_ends_on_time_even_within_a_batch() -> None:
    world = SweptWorld()
    world.line_up(10)
    world.pass_time(300)

    world.jobs.before = world.slow_at("submit", 20)
    started = world.clock()
    world.sweep(seconds=50)
    assert world.clock() - started <= 50 + 20
    assert len(world.jobs.requests) == 3


def behind_a_cursor() -> SweptWorld:
    """Jobs that CI denies, on one page with the cursor in its middle."""
    world = SweptWorld()
    for number in range(4):
        world.pend("submitted", key=f"uploads/{number}.jpg", job_id=f"gone{number}")
    world.store.replace("ocr/state/cursor.json", b'{"after": "ocr/pending/uploads/1.jpg"}')
    world.pass_time(2 * HOUR)
    return world


def test_a_cursor_within_a_page_shows_no_card_twice() -> None:
    assert sum(behind_a_cursor().sweep().pending.values()) == 4


def test_a_long_run_does_not_count_as_two() -> None:
    world = behind_a_cursor()

    world.store.before = world.slow_at("list_objects", 130, "pending")
    world.sweep(seconds=DAY)
    assert world.jobs.requests == []


def test_a_run_that_ends_within_a_batch_leaves_none_of_it_out() -> None:
    world = SweptWorld()
    world.in_ci(20)
    world.pass_time(300)

    world.store.before = world.slow_at("create_once", 20, "/results/")
    world.sweep(seconds=50)
    assert len(world.store.names("results")) == 3
    world.store.before = lambda *_: None
    world.sweep()
    assert len(world.store.names("results")) == 20


def test_a_page_that_cos_refuses_costs_none_of_those_after_it() -> None:
    world = SweptWorld()
    world.store.page_size = 1
    names = [world.pend("unknown", key=f"uploads/{number}.jpg") for number in range(3)]
    world.pass_time(300)
    lists = []

    def refuses(call: str, name: str) -> None:
        if call == "list_objects" and "pending" in name:
            lists.append(name)
            if len(lists) == 3:
                raise StorageFault("GET of a listing", "InternalError")

    world.store.before = refuses
    assert not world.sweep().is_whole
    assert world.store.document("ocr/state/cursor.json") == {"after": names[1]}
    assert world.sweep().is_whole


def test_slow_reads_do_not_keep_a_run_from_finishing_cards() -> None:
    world = SweptWorld()
    world.in_ci(100)
    world.pass_time(300)

    world.store.before = world.slow_at("read", 1)
    world.sweep(seconds=50)
    assert len(world.store.names("results")) >= 40


# -- how CI is asked for jobs


def test_jobs_are_described_ten_at_a_time() -> None:
    world = SweptWorld()
    world.in_ci(25, state="Running", container=None)
    asked: list[int] = []
    describe = world.jobs.describe
    world.jobs.describe = lambda job_ids: asked.append(len(job_ids)) or describe(job_ids)  # type: ignore[method-assign, func-returns-value]
    world.sweep_after(300)
    assert asked == [10, 10, 5]


def test_a_job_whose_reply_can_not_be_read_costs_those_asked_for_with_it_nothing() -> None:
    world = SweptWorld()
    keys = [f"uploads/{number}.jpg" for number in range(3)]
    for key in keys:
        world.pend("submitted", key=key, job_id=key[8])
        world.job(key[8], key=key)
    describe = world.jobs.describe

    def unreadable_with_1(job_ids: Sequence[str]) -> Described:
        if "1" in job_ids:
            raise JobServiceFault("GET of jobs", UNREADABLE)
        return describe(job_ids)

    world.jobs.describe = unreadable_with_1  # type: ignore[method-assign]
    world.sweep_after(300)
    assert [world.result(key)["outcome"] for key in (keys[0], keys[2])] == ["recognised"] * 2
    assert world.states() == {"submitted": 1}


@pytest.mark.parametrize("code", ["NoReply", "AccessDenied"])
def test_ci_that_shows_no_job_is_not_asked_for_each(code: str) -> None:
    world = SweptWorld()
    for number in range(10):
        world.pend("submitted", key=f"uploads/{number}.jpg", job_id=f"n{number}")
    asked: list[str] = []

    def refuse(call: str, _name: str) -> None:
        asked.append(call)
        raise JobServiceFault("GET of jobs", code)

    world.jobs.before = refuse
    world.sweep_after(300)
    assert asked == ["describe"]
    assert world.states() == {"submitted": 10}


# -- a long line of cards while nothing is sent: a run reads some, the next ones the others


_MOST = 120  # by REQUESTS_PER_SECOND=1


_CARDS = 300


def in_line(**environment: str) -> SweptWorld:
    world = SweptWorld(**{"REQUESTS_PER_SECOND": "1"} | environment)
    world.line_up(_CARDS)
    world.pass_time(200)
    return world


def read_by(world: SweptWorld) -> set[str]:
    """Sweep; return the pending objects that were read."""
    world.store.calls.clear()
    world.sweep()
    return {name for call, name in world.store.calls if call == "read" and "/pending/" in name}


def test_a_run_that_is_held_reads_some_cards_and_counts_the_others() -> None:
    world = in_line()
    world.hold()
    status = world.sweep()
    assert status.pending["waiting"] == _MOST
    assert status.pending["unread"] == _CARDS - _MOST
    assert not status.is_whole


def test_the_next_runs_read_the_others() -> None:
    world = in_line()
    world.store.page_size = 50
    world.hold()
    runs = [read_by(world) for _ in range(3)]
    assert len(runs[0] | runs[1]) == 2 * _MOST
    assert set.union(*runs) == set(world.store.names("pending"))


def test_a_faster_sender_reads_more() -> None:
    world = in_line(REQUESTS_PER_SECOND="2")
    world.hold()
    assert world.sweep().pending["waiting"] == 2 * _MOST


def test_a_run_reads_so_many_once_its_circuit_is_open() -> None:
    world = in_line()
    world.jobs.answer = Waiting("QueueSaturated", None, "capacity")
    status = world.sweep()
    assert len(world.jobs.requests) == 1
    assert status.pending["unread"] == _CARDS - _MOST


def test_every_card_is_read_while_cards_are_sent() -> None:
    world = in_line(REQUESTS_PER_SECOND="3")
    for number in range(_CARDS):
        world.pend("waiting", key=f"uploads/x{number}.jpg", error=refusal("SlowDown", "capacity"))
    world.pass_time(200)
    status = world.sweep()
    assert "unread" not in status.pending
    assert len(world.jobs.requests) == _CARDS


def test_cards_that_end_are_not_among_those_that_are_read_in_vain() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="1")
    world.in_ci(_CARDS)
    world.pass_time(200)
    world.hold()
    assert world.sweep().is_whole
    assert len(world.store.names("results")) == _CARDS
