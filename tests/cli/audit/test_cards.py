"""The join of the three listings, held against grouping everything in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cli.audit.cards import all_cards, cards_under
from cli.audit.joined import AuditedCard
from cli.audit.listings import Listings
from shared.errors import StorageFault
from shared.settings.load import Settings, load
from shared.store import Listed, Page
from shared.store.layout import name_of_key, pending_name, result_name
from tests.support.environment import ENVIRONMENT
from tests.support.memory import MemoryStore

Seen = dict[str, tuple[bool, frozenset[str], frozenset[tuple[str, int]]]]

# Keys that are each other's beginnings, with the characters around the dot, and hashed ones.
TAILS = st.text(alphabet="a.-~/0_é中😀", max_size=4)
LONG = "x" * 700
KEYS = st.one_of(
    st.builds("uploads/a{}".format, TAILS),
    st.builds(f"uploads/{LONG}{{}}".format, TAILS),
    st.builds("~/{}".format, TAILS),
)
VERSIONS = st.sampled_from(["a", "b", "0", "ffff", "e1", "e1~2", "e1-3", "z"])
OBJECTS = st.lists(st.tuples(KEYS, VERSIONS, st.integers(0, 2)), max_size=12)


def world(prefix: str = "uploads/") -> tuple[MemoryStore, Settings]:
    return MemoryStore(lambda: 0.0), load(ENVIRONMENT | {"INPUT_PREFIX": prefix}, submits=True)


def seen(cards: Iterator[AuditedCard]) -> Seen:
    found: Seen = {}
    for card in cards:
        assert card.name not in found, "a card came twice"
        found[card.name] = (
            card.source is not None,
            frozenset(row.version for row in card.results),
            frozenset((row.version, row.attempt) for row in card.pending),
        )
    return found


def grouped(sources: Iterable[str], objects: Iterable[tuple[str, str, int]]) -> Seen:
    results: dict[str, set[str]] = defaultdict(set)
    pending: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for key, version, attempt in objects:
        name = name_of_key(key)
        if attempt:
            pending[name].add((version, attempt))
        else:
            results[name].add(version)
    names = {name_of_key(key) for key in sources}
    return {
        name: (name in names, frozenset(results[name]), frozenset(pending[name]))
        for name in names | results.keys() | pending.keys()
    }


def filled(
    store: MemoryStore, sources: Iterable[str], objects: Iterable[tuple[str, str, int]]
) -> None:
    for key in sources:
        store.upload(key)
    for key, version, attempt in objects:
        name = (
            pending_name("ocr/", key, version, attempt)
            if attempt
            else result_name("ocr/", key, version)
        )
        store.replace(name, b"{}")


def nothing(_count: int) -> None:
    pass


# `a.a.json`, of `a`, comes between objects of `a.a`: a card opened in the middle of the chain.
@example({"uploads/a.a"}, [("uploads/a", "a", 0), ("uploads/a.a", "z", 0)], 5)
@given(st.sets(KEYS, max_size=12), OBJECTS, st.integers(1, 5))
def test_every_card_comes_once_with_all_that_is_its(
    sources: set[str], objects: list[tuple[str, str, int]], page_size: int
) -> None:
    store, settings = world()
    store.page_size = page_size
    filled(store, sources, objects)
    listings = Listings(store, settings, nothing)
    assert seen(all_cards(listings, "")) == grouped(sources, objects)


@given(st.sets(KEYS, max_size=12), OBJECTS, st.sampled_from(["uploads/", "uploads/a-", "~/"]))
def test_under_a_prefix_only_its_cards_come(
    sources: set[str], objects: list[tuple[str, str, int]], prefix: str
) -> None:
    store, settings = world()
    filled(store, sources, objects)
    under = {key for key in sources if key.startswith(prefix)}
    of_them = [one for one in objects if one[0].startswith(prefix)]
    expected = {
        name: group
        for name, group in grouped(under, of_them).items()
        if group[0] or not name.startswith("~/")
    }
    assert seen(cards_under(Listings(store, settings, nothing), prefix)) == expected


@given(st.sets(KEYS, max_size=12), OBJECTS)
def test_each_page_of_a_listing_is_asked_for_once(
    sources: set[str], objects: list[tuple[str, str, int]]
) -> None:
    store, settings = world()
    store.page_size = 3
    filled(store, sources, objects)
    store.calls.clear()
    seen(all_cards(Listings(store, settings, nothing), ""))
    folders = [
        len(sources),
        len({one for one in objects if one[2]}),
        len({one for one in objects if not one[2]}),
    ]
    assert len(store.calls) == sum(max(1, -(-count // 3)) for count in folders)


@pytest.mark.parametrize("call", [0, 1, 2])
def test_a_card_that_ends_before_any_of_the_listings_is_not_lost(call: int) -> None:
    store, settings = world()
    etag = store.upload("uploads/a.jpg").etag
    claim = pending_name("ocr/", "uploads/a.jpg", etag, 1)
    store.replace(claim, b"{}")
    store.calls.clear()

    def end(_call: str, _name: str) -> None:
        if len(store.calls) == call + 1:
            store.objects[result_name("ocr/", "uploads/a.jpg", etag)] = b"{}"
            del store.objects[claim]

    store.before = end
    (found,) = seen(all_cards(Listings(store, settings, nothing), "uploads/")).values()
    _, results, pending = found
    assert len(store.calls) == 3
    assert results | {version for version, _ in pending}


def test_names_that_are_none_of_ours_are_counted_and_left() -> None:
    store, settings = world()
    for name in ("ocr/results/readme.txt", "ocr/pending/x.json", "ocr/pending/a.e1.0000.json"):
        store.replace(name, b"")
    listings = Listings(store, settings, nothing)
    assert not seen(all_cards(listings, "uploads/"))
    assert listings.strange == 3


def test_a_listing_in_another_order_is_refused() -> None:
    class Unsorted(MemoryStore):
        def list_photos(self, _prefix: str, _after: str | None) -> Page:
            return Page((Listed("uploads/b", "e", 1, 0), Listed("uploads/a", "e", 1, 0)), None, 0)

    _, settings = world()
    with pytest.raises(StorageFault, match="UnorderedListing"):
        seen(all_cards(Listings(Unsorted(lambda: 0.0), settings, nothing), "uploads/"))
