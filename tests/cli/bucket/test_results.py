from __future__ import annotations

from cli.bucket.results import WantedResults, lowest_score, open_results
from cli.terminal.period import Period, period_of
from shared.card import IdInfo
from shared.documents import Result
from shared.store.layout import result_name, review_name
from tests.support.pipelines import World
from tests.support.results import card_result, read_result
from tests.support.reviews import review_of

LONG = "uploads/" + "x" * 700 + ".jpg"


def world_with(*cards: Result) -> World:
    world = World()
    for card in cards:
        name = result_name("ocr/", card.source.key, card.version)
        world.store.replace(name, card.body())
    return world


def reads(world: World) -> int:
    return sum(call == "read" for call, _ in world.store.calls)


def test_every_card_is_read_once_and_in_order() -> None:
    keys = [f"uploads/{number:03}.jpg" for number in range(300)]
    world = world_with(*map(card_result, reversed(keys)))
    with open_results(world.context(), WantedResults()) as cards:
        assert [card.document["source"]["key"] for card in cards] == keys
        assert (len(cards), cards.unreadable) == (300, 0)
    assert reads(world) == 300


def test_a_body_that_is_no_result_is_counted_and_the_others_are_read() -> None:
    world = world_with(card_result("uploads/a.jpg"), card_result("uploads/c.jpg"))
    world.store.replace(result_name("ocr/", "uploads/b.jpg", "e1"), b"no JSON")
    with open_results(world.context(), WantedResults()) as cards:
        assert len(list(cards)) == 2
        assert cards.unreadable == 1


def test_a_shortened_key_is_held_against_the_prefix_by_the_body() -> None:
    world = world_with(card_result(LONG), card_result("uploads/a.jpg"))
    with open_results(world.context(), WantedResults("uploads/a")) as cards:
        assert [card.document["source"]["key"] for card in cards] == ["uploads/a.jpg"]


def test_the_lowest_score_is_that_of_a_field() -> None:
    infos = (IdInfo("姓名", "样本甲", 90, ()), IdInfo("备注", "x", 10, ()))
    assert lowest_score(read_result(id_infos=infos).document) == 90
    assert lowest_score(read_result(id_infos=()).document) is None


def test_a_period_chooses_by_when_the_current_result_was_written() -> None:
    at = ("2026-01-01T23:59:59Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")
    keys = [f"uploads/{number}.jpg" for number in range(3)]
    world = world_with(
        *(card_result(key, written_at=one) for key, one in zip(keys, at, strict=True))
    )
    wanted = WantedResults(period=period_of("2026-01-02", "2026-01-03"))
    with open_results(world.context(), wanted) as cards:
        assert [card.document["source"]["key"] for card in cards] == [keys[1]]


def test_a_result_that_is_older_than_a_period_is_not_read() -> None:
    world = world_with(card_result())
    world.clock.now += 86_400
    with open_results(world.context(), WantedResults(period=Period(world.clock()))) as cards:
        assert not list(cards)
    assert reads(world) == 0


def test_the_last_review_comes_with_its_result_if_it_is_wanted() -> None:
    card = card_result()
    world = world_with(card)
    for number in (1, 2):
        name = review_name("ocr/", "uploads/a.jpg", "e1", number)
        world.store.replace(name, review_of(card, number=number).body())
    world.store.calls.clear()
    with open_results(world.context(), WantedResults(with_reviews=True)) as cards:
        (found,) = cards
    assert found.review is not None
    assert found.review["number"] == 2
    assert not found.awaits_review
    assert reads(world) == 2
    with open_results(world.context(), WantedResults()) as cards:
        (found,) = cards
    assert found.review is None


def test_a_body_that_is_no_review_is_counted_and_its_card_is_read() -> None:
    world = world_with(card_result())
    world.store.replace(review_name("ocr/", "uploads/a.jpg", "e1", 1), b"no JSON")
    with open_results(world.context(), WantedResults(with_reviews=True)) as cards:
        (found,) = cards
        assert (found.review, cards.unreadable) == (None, 1)
