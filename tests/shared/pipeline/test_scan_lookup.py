"""CI's list looked through for many cards at once, in the time that a run has."""

from __future__ import annotations

from shared.times import rfc3339
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, SweptWorld, refusal


def many_lost(count: int) -> SweptWorld:
    """Cards whose jobs were made, and nobody knows."""
    world = SweptWorld()
    for number in range(count):
        key = f"uploads/{number:03}.jpg"
        world.pend("unknown", key=key)
        world.job(f"n{number}", key=key, state="Running", container=None)
    world.pass_time(1200)
    return world


def test_cis_list_is_read_once_for_many_cards() -> None:
    world = many_lost(250)
    world.jobs.page_size = 1000
    pages = []
    world.jobs.before = lambda call, _: pages.append(call) if call == "list_created" else None
    world.sweep()
    assert world.states() == {"submitted": 250}
    assert len(pages) == 1


def test_none_of_very_many_lost_cards_is_forgotten() -> None:
    world = many_lost(700)
    world.jobs.page_size = 1000
    world.sweep()
    assert world.states() == {"submitted": 700}


def test_lost_cards_are_found_though_the_run_has_no_time_for_all_cards() -> None:
    world = many_lost(100)

    world.store.before = world.slow_at("read", 2)
    world.sweep(seconds=120)
    assert world.states()["submitted"] >= 25


def test_a_list_that_ends_after_the_time_leaves_the_cards_as_they_are() -> None:
    world = many_lost(20)

    world.jobs.before = world.slow_at("list_created", 300)
    world.sweep()
    assert world.states() == {"unknown": 20}
    world.jobs.before = lambda *_: None
    world.sweep()
    assert world.states() == {"submitted": 20}


def lost_hours_apart() -> SweptWorld:
    """Two lost cards; the second one's place in CI's list is out of reach of one run."""
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    world.job(state="Running", container=None)
    late = rfc3339(START + 3 * HOUR)
    error = refusal("NoReply", "other")
    world.pend("unknown", key="uploads/z.jpg", claimed_at=late, first_claimed_at=late, error=error)
    for number in range(1000):
        at = rfc3339(START + 5 + number * 10)
        world.job(f"o{number}", key=f"uploads/o{number}.jpg", created_at=at)
    world.jobs.page_size = 10

    world.jobs.before = world.slow_at("list_created", 3)
    return world


def test_what_was_found_is_kept_though_the_list_was_not_read_to_its_end() -> None:
    world = lost_hours_apart()
    world.sweep_after(4 * HOUR)
    assert world.states() == {"submitted": 1, "unknown": 1}


def test_a_card_whose_place_in_the_list_was_not_reached_is_not_given_up() -> None:
    world = lost_hours_apart()
    world.sweep_after(3 * DAY)
    assert world.states() == {"submitted": 1, "unknown": 1}
    assert world.store.names("results") == []


def test_an_archived_attempt_keeps_no_other_from_its_turn() -> None:
    world = SweptWorld()
    world.store.archived.add(world.pend("unknown"))
    for number in range(1000):  # in the week before it was last written
        at = rfc3339(START - DAY + number * 10)
        world.job(f"o{number}", key=f"uploads/o{number}.jpg", created_at=at)
    world.pend("unknown", key="uploads/z.jpg")
    world.job("z", key="uploads/z.jpg", state="Running", container=None)
    world.jobs.page_size = 10
    world.jobs.before = world.slow_at("list_created", 3)
    world.sweep_after(HOUR)
    assert world.states() == {"unknown": 1, "submitted": 1}
