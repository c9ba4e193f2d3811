"""What a look reads of the last hour's results, and what it leaves."""

from __future__ import annotations

from typing import Any

from cli.status.recent import NO_RESULT, PAGES, RecentReader, RecentResults
from cli.status.recognition import HOUR, Jobs
from shared.documents import Evidence, ResultError, encode
from shared.errors import StorageFault
from shared.store import Listed, Page
from shared.store.layout import review_name
from tests.support.cards import AT
from tests.support.memory import MemoryStore, failing_at
from tests.support.pipelines import START, World
from tests.support.results import card_result, document_of

JOBS = Jobs({}, HOUR, whole=True, codes={}, ours=0, cards=0, results=())


def name_of(key: str) -> str:
    return f"ocr/results/{key}.e1.json"


def write(
    store: MemoryStore, key: str, age: float = 60, failed_check: str | None = None, **changes: Any
) -> str:
    """Write a result of that age, with one check or none, and return its name."""
    name = name_of(key)
    document = document_of(card_result(key, **changes))
    failed = [{"name": failed_check, "passed": False, "detail": None}] if failed_check else []
    passed = {"name": "score.minimum", "passed": True, "detail": None}
    needs_review = bool(failed) or not document["evidence"]["verified"]
    document |= {"checks": [passed, *failed], "needs_review": needs_review}
    store.objects[name] = encode(document)
    store.written_at[name] = START - age
    return name


def look(world: World, jobs: Jobs | None = None, most: int = 9) -> RecentResults:
    found = RecentReader(world.context(), most).look(jobs, START)
    assert found is not None
    return found


def test_results_of_the_last_hour_are_read_and_older_ones_are_not() -> None:
    world = World()
    recent = write(world.store, "uploads/b.jpg", age=HOUR)
    write(world.store, "uploads/a.jpg", age=HOUR + 1)
    found = look(world)
    assert (found.outcomes, found.listed, found.whole, found.left) == (
        {"recognised": 1},
        2,
        True,
        0,
    )
    assert [name for call, name in world.store.calls if call == "read"] == [recent]


def test_the_newest_are_read_and_the_others_are_counted() -> None:
    world = World()
    for age in range(5):
        write(world.store, f"uploads/{age}.jpg", age=10 * age)
    found = look(world, most=2)
    read = sorted(name for call, name in world.store.calls if call == "read")
    assert read == [name_of("uploads/0.jpg"), name_of("uploads/1.jpg")]
    assert (len(found.summaries), found.left) == (2, 3)


def test_what_the_bodies_say_is_counted_by_name() -> None:
    world = World()
    failure = ResultError("SourceGone", None, "source")
    write(world.store, "uploads/a.jpg")
    write(world.store, "uploads/b.jpg", failed_check="fields.complete")
    write(world.store, "uploads/c.jpg", outcome="failed", error=failure, job=None)
    write(
        world.store,
        "uploads/d.jpg",
        evidence=Evidence("sweep", "json", verified=False, received_at=AT),
        trigger="reconcile",
    )
    found = look(world)
    assert found.outcomes == {"recognised": 3, "failed": 1}
    assert (found.needs_review, found.unverified) == (2, 1)
    assert found.failed_checks == {"fields.complete": 1}
    assert found.codes("failed") == {"SourceGone": 1}
    assert found.codes("rejected") == {}
    assert found.delivered_by == {"callback": 3, "sweep": 1}
    assert found.by_trigger == {"upload": 3, "reconcile": 1}


def test_a_body_that_cos_refuses_or_that_is_no_result_costs_only_that_body() -> None:
    world = World()
    for key in ("uploads/a.jpg", "uploads/b.jpg", "uploads/c.jpg"):
        write(world.store, key)
    world.store.objects[name_of("uploads/b.jpg")] = b"{}"
    refusal = StorageFault("GET of an object", "InvalidObjectState")
    world.store.before = failing_at("read", "uploads/a.jpg", refusal)
    found = look(world)
    assert [(one.name.key, one.code) for one in found.unread] == [
        ("uploads/a.jpg", "InvalidObjectState"),
        ("uploads/b.jpg", NO_RESULT),
    ]
    assert found.outcomes == {"recognised": 1}


def test_no_result_is_read_twice() -> None:
    world = World()
    reader = RecentReader(world.context(), 9)
    name = write(world.store, "uploads/a.jpg")
    assert reader.look(None, START) == reader.look(None, START)
    assert world.store.calls.count(("read", name)) == 1


def test_what_has_grown_older_than_an_hour_is_let_go() -> None:
    world = World()
    reader = RecentReader(world.context(), 9)
    write(world.store, "uploads/a.jpg")
    assert reader.look(None, START) != (later := reader.look(None, START + HOUR))
    assert later is not None
    assert later.outcomes == {}


def test_without_a_body_to_read_nothing_is_asked() -> None:
    world = World()
    assert RecentReader(world.context(), 0).look(JOBS, START) is None
    assert not world.store.calls


class EndlessStore(MemoryStore):
    """A bucket whose listing of results has no end, all of them old."""

    def list_objects(self, prefix: str, after: str | None) -> Page:
        self._called("list_objects", prefix)
        start = int(after or 0)
        objects = [
            Listed(f"{prefix}uploads/{number:09}.jpg.e1.json", "e", 2000, START - 2 * HOUR)
            for number in range(start, start + 1000)
        ]
        return Page(tuple(objects), str(start + 1000), START)


def endless(most: int) -> tuple[RecentResults, EndlessStore]:
    world = World()
    world.store = store = EndlessStore(world.clock)
    names = [write(store, f"uploads/z{number}.jpg") for number in range(50)]
    jobs = JOBS._replace(results=(*names, name_of("uploads/not-there-yet.jpg")))
    return look(world, jobs, most), store


def test_behind_a_bounded_listing_the_results_of_the_jobs_are_found_by_their_names() -> None:
    found, store = endless(most=99)
    assert [call for call, _ in store.calls].count("list_objects") == PAGES
    assert (found.listed, found.whole) == (PAGES * 1000, False)
    assert found.outcomes == {"recognised": 50}
    assert (found.unread, found.left) == ((), 0)


def test_no_more_bodies_are_read_than_were_asked_for() -> None:
    found, store = endless(most=20)
    assert [call for call, _ in store.calls].count("read") == 20
    assert (len(found.summaries), found.left) == (20, 31)


def test_neither_the_listing_nor_the_jobs_keep_the_other_from_being_looked_at() -> None:
    world = World()
    world.store.page_size = 1
    listed = [write(world.store, f"uploads/{number:02}.jpg") for number in range(30)]
    of_a_job = write(world.store, "uploads/z.jpg")
    found = look(world, JOBS._replace(results=(of_a_job,)), most=2)
    assert not found.whole
    read = {name for call, name in world.store.calls if call == "read"}
    assert of_a_job in read
    assert len(read.intersection(listed)) == 1


def test_a_reviewed_result_needs_no_review_any_more() -> None:
    world = World()
    error = ResultError("Cancelled", None, "job")
    write(world.store, "uploads/a.jpg", failed_check="fields.complete")
    write(world.store, "uploads/b.jpg", failed_check="fields.complete")
    write(world.store, "uploads/c.jpg", outcome="failed", error=error)
    write(world.store, "uploads/d.jpg")
    for key in ("uploads/a.jpg", "uploads/c.jpg", "uploads/d.jpg", "uploads/a.jpg.e1"):
        world.store.objects[review_name("ocr/", key, "e1", 1)] = b"{}"
    found = look(world)
    assert found.needs_review == 1
    assert (found.awaiting("failed"), found.outcomes["failed"]) == (0, 1)
    assert found.reviewed == {"recognised": 1, "failed": 1, "needs_review": 1}


def test_a_review_that_comes_later_is_seen_by_the_next_look() -> None:
    world = World()
    write(world.store, "uploads/a.jpg", failed_check="fields.complete")
    reader = RecentReader(world.context(), 9)
    assert [reader.look(JOBS, START).needs_review] == [1]  # type: ignore[union-attr]
    world.store.objects[review_name("ocr/", "uploads/a.jpg", "e1", 1)] = b"{}"
    assert [reader.look(JOBS, START).needs_review] == [0]  # type: ignore[union-attr]
