"""Where a run of sweep begins, where its time ends it, and where the next one goes on."""

from __future__ import annotations

from shared.errors import StorageFault
from tests.support.sweeps import DAY, HOUR, SweptWorld


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

    def slow(_call: str, _name: str) -> None:
        world.clock.now += 20

    world.jobs.before = slow
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

    def slow(call: str, name: str) -> None:
        if call == "list_objects" and "pending" in name:
            world.clock.now += 130

    world.store.before = slow
    world.sweep(seconds=DAY)
    assert world.jobs.requests == []


def test_a_run_that_ends_within_a_batch_leaves_none_of_it_out() -> None:
    world = SweptWorld()
    for number in range(20):
        key = f"uploads/{number:02}.jpg"
        world.pend("submitted", key=key, job_id=f"n{number}")
        world.job(f"n{number}", key=key)
    world.pass_time(300)

    def slow(call: str, name: str) -> None:
        if call == "create_once" and "/results/" in name:
            world.clock.now += 20

    world.store.before = slow
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
