from __future__ import annotations

from collections.abc import Callable

import pytest

from cli.wait.waiting import CardWait, EndedCard, cards_under, named_cards
from shared.store import Page
from shared.store.layout import name_of_key, result_name
from tests.support.results import card_result
from tests.support.sweeps import KEY, SweptWorld

LONG = f"uploads/{'long' * 180}.jpg"
OTHER = f"{KEY}.b.jpg"
MINUTE = 60


@pytest.fixture
def world() -> SweptWorld:
    return SweptWorld()


def ends(world: SweptWorld, key: str = KEY, run: str = "", **changes: object) -> str:
    """Write the result of the photo that is at a key; returns its version."""
    version = world.store.photos[key].etag + run
    body = card_result(key, version, **changes).body()
    world.store.replace(result_name("ocr/", key, version), body)
    return version


def by_key(world: SweptWorld, *keys: str) -> CardWait:
    context = world.context("sweep")
    return CardWait(context, named_cards(context, keys), list(map(name_of_key, keys)))


def by_prefix(world: SweptWorld, prefix: str = "uploads/") -> CardWait:
    context = world.context("sweep")
    return CardWait(context, cards_under(context, prefix), None)


Opened = Callable[[SweptWorld], CardWait]
both = pytest.mark.parametrize("opened", [lambda world: by_key(world, KEY), by_prefix])


def sleeping(world: SweptWorld, *events: Callable[[], object]) -> Callable[[float], None]:
    """A sleep during which something happens, once each time."""
    left = list(events)

    def sleep(seconds: float) -> None:
        world.pass_time(seconds)
        if left:
            left.pop(0)()

    return sleep


@both
def test_a_card_that_has_a_result_is_not_waited_for(world: SweptWorld, opened: Opened) -> None:
    version = ends(world)
    (card,) = opened(world).run(world.clock(), sleeping(world))
    assert card == EndedCard(KEY, version, "recognised", needs_review=True)
    assert (str(card), card.is_fine) == ("recognised (needs review)", False)


@both
def test_it_looks_again_until_the_card_has_a_result(world: SweptWorld, opened: Opened) -> None:
    world.pend("submitted")
    waits = opened(world)
    sleep = sleeping(world, str, str, lambda: ends(world))  # at first nothing happens
    (card,) = waits.run(world.clock() + MINUTE, sleep)
    assert (card.outcome, waits.waiting) == ("recognised", set())


@both
def test_a_photo_that_is_not_pending_yet_is_waited_for(world: SweptWorld, opened: Opened) -> None:
    waits = opened(world)
    assert not list(waits.run(world.clock(), sleeping(world)))
    assert waits.waiting == {KEY}


def test_it_waits_longer_and_longer_and_ends_in_time(world: SweptWorld) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        world.pass_time(seconds)

    began = world.clock()
    list(by_key(world, KEY).run(began + 200, sleep))
    assert slept[:3] == [1, 1.5, 2.25]
    assert slept == sorted(slept[:-1]) + slept[-1:]
    assert (max(slept), world.clock()) == (30, began + 200)


@both
def test_a_rerun_that_is_in_line_is_waited_for(world: SweptWorld, opened: Opened) -> None:
    version = ends(world)
    world.pend("waiting", version=f"{version}~2", trigger="rerun")
    (card,) = opened(world).run(
        world.clock() + MINUTE, sleeping(world, lambda: ends(world, run="~2"))
    )
    assert card.version == f"{version}~2"


@both
def test_a_pending_object_beside_its_result_is_not_waited_for(
    world: SweptWorld, opened: Opened
) -> None:
    ends(world)
    world.pend("submitted")
    assert len(list(opened(world).run(world.clock(), sleeping(world)))) == 1


@both
def test_the_result_of_another_content_does_not_end_it(world: SweptWorld, opened: Opened) -> None:
    ends(world)
    world.store.upload(KEY, b"another content")
    assert not list(opened(world).run(world.clock(), sleeping(world)))


@both
def test_a_card_whose_photo_is_gone_ends_with_what_is_pending(
    world: SweptWorld, opened: Opened
) -> None:
    world.pend("submitted")
    photo = world.store.photos.pop(KEY)
    waits = opened(world)
    assert not list(waits.ended())
    world.store.photos[KEY] = photo
    ends(world, outcome="failed", id_infos=())
    del world.store.photos[KEY]
    (card,) = waits.ended()
    assert card.outcome == "failed"


@both
def test_a_card_of_which_nothing_is_left_is_gone(world: SweptWorld, opened: Opened) -> None:
    waits = opened(world)
    list(waits.ended())
    world.store.photos.clear()
    assert [str(card) for card in waits.ended()] == ["gone"]
    assert not waits.waiting


def test_a_card_of_which_nothing_was_there_at_the_first_look_is_absent(world: SweptWorld) -> None:
    world.store.photos.clear()
    assert [str(card) for card in by_key(world, KEY).ended()] == ["absent"]


def test_a_photo_that_only_head_shows_is_waited_for(
    world: SweptWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Page((), None, world.clock())
    monkeypatch.setattr(world.store, "list_photos", lambda *_: empty)  # the listing lags
    waits = by_key(world, KEY)
    assert not list(waits.ended())
    assert waits.waiting == {KEY}
    del world.store.photos[KEY]
    assert [str(card) for card in waits.ended()] == ["gone"]


def test_a_result_that_is_none_is_unreadable(world: SweptWorld) -> None:
    world.store.replace(result_name("ocr/", KEY, world.version), b"{}")
    assert [card.outcome for card in by_key(world, KEY).ended()] == ["unreadable"]


def test_a_key_that_another_key_begins_with_is_its_own_card(world: SweptWorld) -> None:
    world.store.upload(OTHER)
    ends(world, OTHER)
    waits = by_key(world, KEY, OTHER)
    assert [card.name for card in waits.ended()] == [OTHER]
    assert waits.waiting == {KEY}


def test_a_prefix_is_of_the_photos_that_are_there_when_it_begins(world: SweptWorld) -> None:
    world.store.upload(LONG)
    world.store.upload("uploads/folder/", b"")
    waits = by_prefix(world)
    assert not list(waits.ended())
    world.store.upload(OTHER)
    ends(world, OTHER)
    ends(world, LONG)
    assert [card.name for card in waits.ended()] == [name_of_key(LONG)]
    assert waits.waiting == {KEY}


def test_a_result_that_is_deleted_while_it_is_read_is_waited_for(world: SweptWorld) -> None:
    name = result_name("ocr/", KEY, ends(world))

    def delete_first(call: str, _name: str) -> None:
        if call == "read":
            world.store.objects.pop(name, None)

    world.store.before = delete_first
    waits = by_key(world, KEY)
    assert not list(waits.ended())
    assert waits.waiting == {KEY}
