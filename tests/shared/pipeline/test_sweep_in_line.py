"""A long line of cards while nothing is sent: a run reads some, the next ones the others."""

from __future__ import annotations

from shared.jobs import Waiting
from tests.support.sweeps import KEY, SweptWorld, refusal

_MOST = 120  # by REQUESTS_PER_SECOND=1
_CARDS = 300


def in_line(**environment: str) -> SweptWorld:
    world = SweptWorld(**{"REQUESTS_PER_SECOND": "1"} | environment)
    world.line_up(_CARDS)
    world.pass_time(200)
    return world


def read_by(world: SweptWorld) -> set[str]:
    """Sweep; return the pending objects that were read."""
    world.store.calls.clear()
    world.sweep()
    return {name for call, name in world.store.calls if call == "read" and "/pending/" in name}


def test_a_run_that_is_held_reads_some_cards_and_counts_the_others() -> None:
    world = in_line()
    world.hold()
    status = world.sweep()
    assert status.pending["waiting"] == _MOST
    assert status.pending["unread"] == _CARDS - _MOST
    assert not status.is_whole


def test_the_next_runs_read_the_others() -> None:
    world = in_line()
    world.store.page_size = 50
    world.hold()
    runs = [read_by(world) for _ in range(3)]
    assert len(runs[0] | runs[1]) == 2 * _MOST
    assert set.union(*runs) == set(world.store.names("pending"))


def test_a_faster_sender_reads_more() -> None:
    world = in_line(REQUESTS_PER_SECOND="2")
    world.hold()
    assert world.sweep().pending["waiting"] == 2 * _MOST


def test_a_run_reads_so_many_once_its_circuit_is_open() -> None:
    world = in_line()
    world.jobs.answer = Waiting("QueueSaturated", None, "capacity")
    status = world.sweep()
    assert len(world.jobs.requests) == 1
    assert status.pending["unread"] == _CARDS - _MOST


def test_every_card_is_read_while_cards_are_sent() -> None:
    world = in_line(REQUESTS_PER_SECOND="3")
    for number in range(_CARDS):
        world.pend("waiting", key=f"uploads/x{number}.jpg", error=refusal("SlowDown", "capacity"))
    world.pass_time(200)
    status = world.sweep()
    assert "unread" not in status.pending
    assert len(world.jobs.requests) == _CARDS


def test_cards_that_end_are_not_among_those_that_are_read_in_vain() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="1")
    for number in range(_CARDS):
        key = f"uploads/{number}.jpg"
        world.pend("submitted", key=key, job_id=f"n{number}")
        world.job(f"n{number}", key=key)
    world.pass_time(200)
    world.hold()
    assert world.sweep().is_whole
    assert len(world.store.names("results")) == _CARDS


def test_what_is_left_of_a_card_that_an_earlier_run_sent_needs_no_claim() -> None:
    world = SweptWorld()
    name = world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.store.objects[f"ocr/results/{KEY}.{world.version}.json"] = b"{}"
    world.pass_time(600)
    world.store.calls.clear()
    world.sweep()
    about_it = [(call, asked) for call, asked in world.store.calls if KEY in asked]
    assert [call for call, _ in about_it] == ["read", "exists", "delete"]
    assert about_it[-1] == ("delete", name)


def test_a_card_is_sent_at_its_first_chance_without_another_look_for_its_result() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(599)
    world.store.calls.clear()
    world.sweep()
    calls = [call for call, asked in world.store.calls if KEY in asked]
    assert calls == ["read", "head_photo", "create_once", "exists", "replace"]
