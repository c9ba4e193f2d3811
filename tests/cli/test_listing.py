from __future__ import annotations

from cli.bucket.listing import listed_under
from tests.support.memory import MemoryStore


def test_a_listing_is_read_page_by_page() -> None:
    store = MemoryStore(lambda: 0.0)
    store.page_size = 2
    store.objects.update(dict.fromkeys(["r/a", "r/b", "r/c", "s/d"], b""))
    listing = listed_under(store, "r/")
    next(listing)
    assert len(store.calls) == 1
    assert [one.key for one in listing] == ["r/b", "r/c"]
