"""What HEAD, or a listing in its place, shows of a photo."""

from __future__ import annotations

import pytest

from shared.documents import (
    Source,
)
from shared.errors import StorageFault
from shared.pipeline.perform import head_photo, with_source
from shared.store import Photo, PhotoProblem
from tests.support.claims import AT, Bench
from tests.support.sweeps import KEY


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_head_says_what_is_there(bench: Bench) -> None:
    photo = head_photo(bench.context(), KEY)
    assert photo is not None
    assert photo.etag == bench.version
    assert head_photo(bench.context(), "uploads/none.jpg") is None


@pytest.mark.parametrize(("is_denied", "problem"), [(True, "denied"), (False, "unreadable")])
def test_a_photo_whose_head_is_refused_is_known_from_a_listing(
    bench: Bench,
    is_denied: bool,  # noqa: FBT001
    problem: PhotoProblem,
) -> None:
    bench.store.unreadable[KEY] = is_denied
    photo = Photo(KEY, bench.version, bench.photo.size, AT, "", None)._replace(problem=problem)
    assert head_photo(bench.context(), KEY) == photo


def test_a_listing_without_a_usable_etag_is_a_fault(bench: Bench) -> None:
    bench.store.unreadable[KEY] = True
    bench.store.photos[KEY] = bench.photo._replace(etag="no etag")
    with pytest.raises(StorageFault) as caught:
        head_photo(bench.context(), KEY)
    assert str(caught.value) == str(StorageFault("GET of a listing", "UnreadableETag"))


UNREAD = Source("b", "r", KEY, "e1", None, None, None)
HEADED = Photo(KEY, "e1", 7, AT, "image/jpeg", None)


@pytest.mark.parametrize(
    ("seen", "photo", "size"),
    [
        (UNREAD, HEADED, 7),
        (UNREAD, HEADED._replace(etag="e2"), None),
        (UNREAD, None, None),
        (UNREAD._replace(size=5), HEADED, 5),
    ],
)
def test_what_an_unread_attempt_lacks_is_taken_from_head_if_it_is_the_same_photo(
    bench: Bench, seen: Source, photo: Photo | None, size: int | None
) -> None:
    attempt = with_source(bench.context(), bench.attempt(source=seen), photo)
    assert attempt.source.size == size
