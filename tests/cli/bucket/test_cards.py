"""Listings grouped by card, held against grouping everything in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cli.bucket.cards import ListedCard, list_cards
from shared.store.layout import name_of_key, pending_name, result_name, review_name
from tests.support.memory import MemoryStore
from tests.support.pipelines import World

Seen = dict[str, tuple[bool, frozenset[str], frozenset[tuple[str, int]]]]

KEY = "uploads/a.jpg"
# Keys that are each other's beginnings, with the characters around the dot, and hashed ones.
TAILS = st.text(alphabet="a.-~/0_é中😀", max_size=4)
KEYS = st.one_of(
    st.builds("uploads/a{}".format, TAILS),
    st.builds(f"uploads/{'x' * 700}{{}}".format, TAILS),
    st.builds("~/{}".format, TAILS),
)
VERSIONS = st.sampled_from(["a", "b", "0", "ffff", "e1", "e1~2", "e1-3", "z"])
OBJECTS = st.lists(st.tuples(KEYS, VERSIONS, st.integers(0, 2)), max_size=12)


def seen(cards: Iterable[ListedCard]) -> Seen:
    found: Seen = {}
    for card in cards:
        assert card.name not in found, "a card came twice"
        found[card.name] = (
            card.photo is not None,
            frozenset(one.version for one in card.results),
            frozenset((one.version, one.attempt) for one in card.pending),
        )
    return found


def listed(world: World, prefix: str | None = None) -> list[ListedCard]:
    context = world.context()
    with list_cards(
        context, prefix, lambda _count: None, with_pending=True, with_reviews=True
    ) as listing:
        return list(listing)


def grouped(photos: Iterable[str], objects: Iterable[tuple[str, str, int]]) -> Seen:
    results: dict[str, set[str]] = defaultdict(set)
    pending: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for key, version, attempt in objects:
        name = name_of_key(key)
        if attempt:
            pending[name].add((version, attempt))
        else:
            results[name].add(version)
    names = {name_of_key(key) for key in photos}
    return {
        name: (name in names, frozenset(results[name]), frozenset(pending[name]))
        for name in names | results.keys() | pending.keys()
    }


def filled(
    store: MemoryStore, photos: Iterable[str], objects: Iterable[tuple[str, str, int]]
) -> None:
    for key in photos:
        store.upload(key)
    for key, version, attempt in objects:
        name = (
            pending_name("ocr/", key, version, attempt)
            if attempt
            else result_name("ocr/", key, version)
        )
        store.replace(name, b"{}")


# `a.a.json`, of `a`, comes between objects of `a.a`.
@example({"uploads/a.a"}, [("uploads/a", "a", 0), ("uploads/a.a", "z", 0)], 5)
@given(st.sets(KEYS, max_size=12), OBJECTS, st.integers(1, 5))
def test_every_card_comes_once_with_all_that_is_its(
    photos: set[str], objects: list[tuple[str, str, int]], page_size: int
) -> None:
    world = World()
    world.store.page_size = page_size
    filled(world.store, photos, objects)
    ours = {key for key in photos if key.startswith("uploads/")}
    assert seen(listed(world)) == grouped(ours, objects)


@given(st.sets(KEYS, max_size=12), OBJECTS, st.sampled_from(["uploads/", "uploads/a-", "~/"]))
def test_under_a_prefix_only_its_cards_come_and_objects_of_hashed_keys(
    photos: set[str], objects: list[tuple[str, str, int]], prefix: str
) -> None:
    world = World()
    filled(world.store, photos, objects)
    under = {key for key in photos if key.startswith(prefix)}
    of_them = [one for one in objects if name_of_key(one[0]).startswith((prefix, "~/"))]
    assert seen(listed(world, prefix)) == grouped(under, of_them)


@given(st.sets(KEYS, max_size=12), OBJECTS)
def test_each_page_of_a_listing_is_asked_for_once(
    photos: set[str], objects: list[tuple[str, str, int]]
) -> None:
    world = World()
    world.store.page_size = 3
    filled(world.store, photos, objects)
    world.store.calls.clear()
    listed(world)
    folders = [
        sum(key.startswith("uploads/") for key in photos),
        len({one for one in objects if one[2]}),
        len({one for one in objects if not one[2]}),
        0,  # reviews
    ]
    assert len(world.store.calls) == sum(max(1, -(-count // 3)) for count in folders)


@pytest.mark.parametrize("call", [0, 1, 2, 3])
def test_a_card_that_ends_before_any_of_the_listings_is_not_lost(call: int) -> None:
    world = World()
    store = world.store
    etag = store.upload("uploads/a.jpg").etag
    claim = pending_name("ocr/", "uploads/a.jpg", etag, 1)
    store.replace(claim, b"{}")
    store.calls.clear()

    def end(_call: str, _name: str) -> None:
        if len(store.calls) == call + 1:
            store.objects[result_name("ocr/", "uploads/a.jpg", etag)] = b"{}"
            del store.objects[claim]

    store.before = end
    (card,) = listed(world)
    assert len(store.calls) == 4
    assert {one.version for one in (*card.results, *card.pending)} == {etag}


def test_a_card_that_is_deleted_meanwhile_is_never_a_photo_without_its_result() -> None:
    world = World()
    store = world.store
    etag = store.upload("uploads/a.jpg").etag
    result = result_name("ocr/", "uploads/a.jpg", etag)
    store.replace(result, b"{}")
    store.calls.clear()

    def delete(_call: str, _name: str) -> None:
        if len(store.calls) == 4:  # between the results and the photos
            del store.photos["uploads/a.jpg"]
            del store.objects[result]

    store.before = delete
    assert seen(listed(world)) == {"uploads/a.jpg": (False, frozenset({etag}), frozenset())}


def test_names_that_are_none_of_ours_are_counted_and_left() -> None:
    world = World()
    for name in (
        *("ocr/results/readme.txt", "ocr/pending/x.json", "ocr/pending/a.e1.0000.json"),
        *("ocr/reviews/a.e1.json", "ocr/reviews/a.e1.0000.json"),
    ):
        world.store.replace(name, b"")
    context = world.context()
    with list_cards(
        context, None, lambda _count: None, with_pending=True, with_reviews=True
    ) as listing:
        assert not list(listing)
        assert listing.strange == 5


def test_the_review_with_the_highest_number_is_the_last_one() -> None:
    world = World()
    for version, number in (("e1", 2), ("e1", 10), ("e1~2", 11), ("e1", 9)):
        world.store.replace(review_name("ocr/", "uploads/a.jpg", version, number), b"{}")
    (card,) = listed(world)
    last = card.last_review("e1")
    assert last is not None
    assert last.number == 10
    assert card.last_review("e2") is None


def test_a_review_is_never_listed_without_the_result_that_it_is_about() -> None:
    world = World()
    result = result_name("ocr/", "uploads/a.jpg", "e1")
    review = review_name("ocr/", "uploads/a.jpg", "e1", 1)
    left = {"ocr/results/", "ocr/reviews/"}

    def write(_call: str, name: str) -> None:
        left.discard(name)
        if not left:  # between the two listings
            world.store.objects.update({result: b"{}", review: b"{}"})

    world.store.before = write
    (card,) = listed(world)
    assert [one.version for one in card.results] == ["e1"]


@pytest.mark.parametrize(
    ("versions", "is_current", "is_there"),
    [
        (["e1", "e2"], "e1", True),  # whenever it was read
        (["e1~10", "e1~9", "e1", "e1~2"], "e1~10", True),  # by number
        (["e9", "e8", "e9~2"], "e8", False),  # of a content that is gone, the one read last
    ],
)
def test_one_result_of_a_card_is_the_current_one(
    versions: list[str], is_current: str, *, is_there: bool
) -> None:
    world = World()
    world.store.upload(KEY, etag="e1")
    for version in versions:
        world.clock.now += 60
        world.store.replace(result_name("ocr/", KEY, version), b"{}")
    (card,) = listed(world)
    current = card.current_result()
    assert current is not None
    assert (current.version, card.is_there(current.version)) == (is_current, is_there)
