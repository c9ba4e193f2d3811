from __future__ import annotations

from typing import Any

import pytest

from cli.bucket.refusals import RefusedBody
from cli.review.awaiting import AGAIN_SECONDS, AwaitingCard, AwaitingCards, oldest_first
from shared.documents import Result, ResultError
from shared.errors import StorageFault
from shared.store.layout import pending_name, result_name, review_name
from tests.support.cards import ID_CARD, id_infos
from tests.support.memory import failing_at
from tests.support.pipelines import World
from tests.support.results import card_result

KEY = "uploads/a.jpg"
WELL = id_infos(**ID_CARD)
ERROR = ResultError("Cancelled", None, "job")


def world_with(*cards: Result) -> World:
    world = World()
    for card in cards:
        world.store.upload(card.source.key, etag=card.source.etag)
        name = result_name("ocr/", card.source.key, card.version)
        world.store.replace(name, card.body())
    return world


def looked(world: World, prefix: str | None = None) -> AwaitingCards:
    awaiting = AwaitingCards()
    awaiting.look(world.context(), prefix)
    if awaiting.fault:
        raise awaiting.fault
    return awaiting


def found(world: World, prefix: str | None = None) -> list[tuple[str, str]]:
    return [(one.key, one.version) for one in looked(world, prefix).cards()]


def card_with(changes: dict[str, Any]) -> Result:
    own = {name: value for name, value in changes.items() if name == "needs_review"}
    return card_result(**{**changes, "needs_review": False})._replace(**own)


NOTHING: dict[str, Any] = {"id_infos": (), "needs_review": False}
OUTCOMES: dict[str, tuple[dict[str, Any], bool]] = {
    "a failed check": ({}, True),
    "failed": ({"outcome": "failed", "error": ERROR, "needs_review": False}, True),
    "nothing found": ({"outcome": "nothing_found", **NOTHING}, True),
    "a whole card": ({"id_infos": WELL}, False),
    "rejected": ({"outcome": "rejected", "error": ERROR, "job": None, **NOTHING}, False),
}


@pytest.mark.parametrize(("changes", "awaits"), OUTCOMES.values(), ids=OUTCOMES)
def test_what_needs_a_review_failed_or_found_nothing_awaits_a_person(
    changes: dict[str, Any], *, awaits: bool
) -> None:
    assert found(world_with(card_with(changes))) == ([(KEY, "e1")] if awaits else [])


def test_a_card_says_why_it_awaits_a_person() -> None:
    (one,) = looked(world_with(card_result())).cards()
    assert {"id_number.birth_date", "fields.complete"} <= set(one.failed_checks)
    assert (one.outcome, one.needs_review, one.code) == ("recognised", True, None)


@pytest.mark.parametrize(
    ("results", "beside", "awaits"),
    [
        (["e1"], review_name("ocr/", KEY, "e1", 1), []),  # even if nobody can read the review
        (["e1", "e1~2"], review_name("ocr/", KEY, "e1", 1), [(KEY, "e1~2")]),
        (["e1"], pending_name("ocr/", KEY, "e1~2", 1), []),
        (["e1"], pending_name("ocr/", KEY, "e1", 1), [(KEY, "e1")]),
    ],
    ids=["reviewed", "a rerun of what was reviewed", "a rerun is pending", "left over"],
)
def test_what_lies_beside_a_result_decides_whether_it_awaits_a_person(
    results: list[str], beside: str, awaits: list[tuple[str, str]]
) -> None:
    world = world_with(*(card_result(version=version) for version in results))
    world.store.replace(beside, b"no JSON")
    assert found(world) == awaits


def test_a_photo_that_was_replaced_awaits_its_own_result_first() -> None:
    world = world_with(card_result())
    world.store.upload(KEY, etag="e2")
    assert found(world) == []
    del world.store.photos[KEY]
    assert found(world) == [(KEY, "e1")]


def test_a_hashed_key_is_found_under_its_prefix() -> None:
    key = "uploads/a/" + "x" * 700 + ".jpg"
    world = world_with(card_result(key), card_result("uploads/b.jpg"))
    assert found(world, "uploads/a/") == [(key, "e1")]


def test_what_is_no_result_is_counted() -> None:
    world = world_with(card_result())
    world.store.replace(result_name("ocr/", "uploads/b.jpg", "e1"), b"no JSON")
    awaiting = looked(world)
    assert (awaiting.unreadable, awaiting.looked, awaiting.total) == (1, 2, 2)
    assert awaiting.is_complete


def test_a_fault_is_kept_for_whoever_waits_for_the_cards() -> None:
    world = world_with(card_result())
    world.store.before = failing_at("read")
    awaiting = AwaitingCards()
    awaiting.look(world.context(), None)
    assert isinstance(awaiting.fault, StorageFault)
    assert awaiting.is_complete


def test_after_a_fault_of_the_cloud_the_cards_are_looked_for_again() -> None:
    """The second of two results isn't answered at first: the first one isn't found twice."""
    world = world_with(card_result(), card_result("uploads/b.jpg"))
    world.store.before = failing_at("read", "b.jpg")
    awaiting, slept = AwaitingCards(), list[float]()

    def sleep(seconds: float) -> None:
        assert isinstance(awaiting.fault, StorageFault)
        assert not awaiting.is_complete
        slept.append(seconds)
        if len(slept) == 2:
            world.store.before = lambda _call, _name: None

    awaiting.look(world.context()._replace(sleep=sleep), None, again=True)
    assert (slept, awaiting.fault) == ([AGAIN_SECONDS, AGAIN_SECONDS], None)
    assert sorted(one.key for one in awaiting.cards()) == ["uploads/a.jpg", "uploads/b.jpg"]
    assert (awaiting.looked, awaiting.total, awaiting.is_complete) == (2, 2, True)


def test_a_bug_ends_the_look() -> None:
    def broken(_call: str, _name: str) -> None:
        raise ZeroDivisionError

    world = world_with(card_result())
    world.store.before = broken
    awaiting = AwaitingCards()
    awaiting.look(world.context(), None, again=True)
    assert (type(awaiting.fault), awaiting.is_complete) == (ZeroDivisionError, True)


def test_results_that_cos_refuses_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_with(card_result())
    monkeypatch.setattr(world.store, "read", lambda _name: RefusedBody())
    awaiting = looked(world)
    assert (awaiting.refused, awaiting.unreadable, awaiting.cards()) == (1, 0, [])


def test_the_oldest_result_comes_first() -> None:
    times = {"uploads/a.jpg": "2026-01-03", "uploads/b.jpg": "2026-01-02"}
    cards = (card_result(key, written_at=f"{day}T03:04:05Z") for key, day in times.items())
    ordered: list[AwaitingCard] = oldest_first(looked(world_with(*cards)).cards())
    assert [one.key for one in ordered] == ["uploads/b.jpg", "uploads/a.jpg"]
