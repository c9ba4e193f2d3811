from __future__ import annotations

import pytest

from cli.results import WantedResults
from cli.results.catalogue import fill, open_catalogue
from shared.store.layout import result_name
from tests.support.pipelines import World

LONG = "uploads/" + "x" * 700 + ".jpg"


@pytest.fixture
def world() -> World:
    return World()


def put(world: World, key: str, *versions: str) -> None:
    """Results that were written one after the other."""
    for version in versions:
        world.clock.now += 60
        world.store.replace(result_name("ocr/", key, version), b"{}")


def listed(world: World, wanted: WantedResults = WantedResults()) -> list[tuple[str, str, bool]]:  # noqa: B008
    with open_catalogue() as found:
        fill(found, world.context(), wanted.prefix, lambda _count: None)
        results = list(found.results(every=wanted.every))
        assert found.count(every=wanted.every) == len(results)
    return [(one.key, one.version, one.current) for one in results]


def test_the_content_that_lies_there_is_the_current_one_whenever_it_was_read(world: World) -> None:
    world.store.upload("uploads/a.jpg", etag="e1")
    put(world, "uploads/a.jpg", "e1", "e2")
    assert listed(world) == [("uploads/a.jpg", "e1", True)]


def test_the_highest_run_is_the_current_one_by_number(world: World) -> None:
    world.store.upload("uploads/a.jpg", etag="e1")
    put(world, "uploads/a.jpg", "e1~10", "e1~9", "e1", "e1~2")
    assert listed(world) == [("uploads/a.jpg", "e1~10", True)]


def test_of_a_photo_that_is_gone_the_content_read_last_is_shown(world: World) -> None:
    put(world, "uploads/a.jpg", "e9", "e1", "e9~2")
    assert listed(world) == [("uploads/a.jpg", "e1", False)]


def test_cards_whose_keys_begin_alike_stay_apart_across_pages(world: World) -> None:
    world.store.page_size = 2
    for key in ("uploads/img", "uploads/img-1", "uploads/img.e1", "uploads/img.e1.json"):
        put(world, key, "e1", "e1~2", "e2")
        world.store.upload(key, etag="e1")
    assert listed(world) == [
        ("uploads/img", "e1~2", True),
        ("uploads/img-1", "e1~2", True),
        ("uploads/img.e1", "e1~2", True),
        ("uploads/img.e1.json", "e1~2", True),
    ]


def test_every_version_is_there_where_it_is_asked_for(world: World) -> None:
    world.store.upload("uploads/a.jpg", etag="e1")
    put(world, "uploads/a.jpg", "e2", "e1", "e1~2")
    assert listed(world, WantedResults(every=True)) == [
        ("uploads/a.jpg", "e1", True),
        ("uploads/a.jpg", "e1~2", True),
        ("uploads/a.jpg", "e2", False),
    ]


def test_a_prefix_leaves_out_other_keys_but_never_a_shortened_one(world: World) -> None:
    for key in ("uploads/a/1.jpg", "uploads/b/1.jpg", LONG):
        put(world, key, "e1")
    keys = [key for key, _, _ in listed(world, WantedResults("uploads/a/"))]
    assert len(keys) == 2
    assert "uploads/a/1.jpg" in keys
    assert "uploads/b/1.jpg" not in keys


def test_a_long_key_finds_its_photo(world: World) -> None:
    world.store.upload(LONG, etag="e1")
    put(world, LONG, "e1")
    assert [current for _, _, current in listed(world)] == [True]


def test_what_is_no_result_by_its_name_is_not_listed(world: World) -> None:
    world.store.replace("ocr/results/uploads/notes.txt", b"")
    assert listed(world) == []
