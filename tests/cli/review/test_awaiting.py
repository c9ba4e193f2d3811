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
    awaiting.look(world.context(), prefix, lambda _count: None)
    if awaiting.fault:
        raise awaiting.fault
    return awaiting


def found(world: World, prefix: str | None = None) -> list[tuple[str, str]]:
    return [(one.key, one.version) for one in looked(world, prefix).cards()]


NEEDING: dict[str, dict[str, Any]] = {
    "a failed check": {},
    "failed": {"outcome": "failed", "error": ERROR, "needs_review": False},
    "nothing found": {"outcome": "nothing_found", "id_infos": (), "needs_review": False},
}
NOT_NEEDING: dict[str, dict[str, Any]] = {
    "a whole card": {"id_infos": WELL},
    "rejected": {"outcome": "rejected", "error": ERROR, "job": None, "needs_review": False},
}


def card_with(changes: dict[str, Any]) -> Result:
    own = {name: value for name, value in changes.items() if name == "needs_review"}
    return card_result(**{**changes, "needs_review": False})._replace(**own)


@pytest.mark.parametrize("changes", NEEDING.values(), ids=NEEDING)
def test_what_needs_a_review_failed_or_found_nothing_awaits_a_person(
    changes: dict[str, Any],
) -> None:
    assert found(world_with(card_with(changes))) == [(KEY, "e1")]


@pytest.mark.parametrize("changes", NOT_NEEDING.values(), ids=NOT_NEEDING)
def test_whole_and_rejected_cards_await_nobody(changes: dict[str, Any]) -> None:
    assert found(world_with(card_with(changes))) == []


def test_a_card_says_why_it_awaits_a_person() -> None:
    (one,) = looked(world_with(card_result())).cards()
    assert {"id_number.birth_date", "fields.complete"} <= set(one.failed_checks)
    assert (one.outcome, one.needs_review, one.code) == ("recognised", True, None)


def test_a_reviewed_card_awaits_nobody_even_if_its_review_cant_be_read() -> None:
    world = world_with(card_result())
    world.store.replace(review_name("ocr/", KEY, "e1", 1), b"no JSON")
    assert found(world) == []


def test_a_rerun_awaits_a_person_again() -> None:
    world = world_with(card_result(), card_result(version="e1~2"))
    world.store.replace(review_name("ocr/", KEY, "e1", 1), b"{}")
    assert found(world) == [(KEY, "e1~2")]


def test_a_card_whose_rerun_is_pending_awaits_no_person() -> None:
    world = world_with(card_result())
    world.store.replace(pending_name("ocr/", KEY, "e1~2", 1), b"{}")
    assert found(world) == []


def test_a_pending_object_beside_its_own_result_changes_nothing() -> None:
    world = world_with(card_result())
    world.store.replace(pending_name("ocr/", KEY, "e1", 1), b"{}")
    assert found(world) == [(KEY, "e1")]


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
    awaiting.look(world.context(), None, lambda _count: None)
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

    awaiting.keep_looking(world.context()._replace(sleep=sleep), None)
    assert (slept, awaiting.fault) == ([AGAIN_SECONDS, AGAIN_SECONDS], None)
    assert sorted(one.key for one in awaiting.cards()) == ["uploads/a.jpg", "uploads/b.jpg"]
    assert (awaiting.looked, awaiting.total, awaiting.is_complete) == (2, 2, True)


def test_a_bug_ends_the_look() -> None:
    def broken(_call: str, _name: str) -> None:
        raise ZeroDivisionError

    world = world_with(card_result())
    world.store.before = broken
    awaiting = AwaitingCards()
    awaiting.keep_looking(world.context(), None)
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
