"""What a sweep meets in the bucket and in its event."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from coslocal.functions import Failure
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from shared.pipeline.reconcile import open_pass
from tests.support.clouds import Cloud
from tests.support.corpus import Case, as_bytes, build, cases, changed
from tests.support.sweeps import HOUR, SweptWorld


@cases("pending-objects")
def test_a_broken_pending_object_costs_no_other_card(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a broken pending object, and another card's that is due
    world = SweptWorld()
    broken = world.pend("waiting")
    world.pend("waiting", key="uploads/b.jpg")
    if "raw" in case.input:
        body = as_bytes(build(case.input["raw"]))
    else:
        whole = json.loads(world.store.objects[broken])
        body = json.dumps(changed(whole, case.input["pending"])).encode()
    world.store.objects[broken] = body
    # When it is swept
    world.sweep_after(3600)
    # Then the other card was sent, and the broken object is one line and stays as it is
    assert [key for key, _ in world.jobs.sent()] == ["uploads/b.jpg"]
    events = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert events.count("unreadable_pending") == case.expected["unreadable"]
    assert "unexpected_error" not in events
    assert world.store.objects[broken] == body


@cases("state-objects")
def test_a_note_of_our_own_that_holds_anything_stops_nothing(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given a note with an odd content, a card that is due, and a photo whose event was lost
    world = SweptWorld(MAX_JOBS_PER_DAY="10")
    world.pend("waiting", key="uploads/b.jpg")
    world.store.replace("ocr/state/since.json", b'{"since": "2026-01-01T00:00:00Z"}')
    note = f"ocr/state/{case.input['name']}"
    world.store.replace(note, as_bytes(build(case.input["raw"])))
    # When it is swept, and a pass of reconcile is opened
    world.sweep_after(2 * HOUR)
    open_pass(world.context("sweep"))
    world.sweep()
    # Then the card was sent and the photo found; what every run rewrites is whole again
    assert sorted(key for key, _ in world.jobs.sent()) == case.expected["sent"]
    for name in ("status.json", "cursor.json", "budget.json"):
        assert isinstance(world.store.document(f"ocr/state/{name}"), dict)
    assert "ocr/state/reconcile.json" not in world.store.objects
    events = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert "unexpected_error" not in events


@pytest.fixture(scope="module")
def opened() -> Iterator[Cloud]:
    local = LocalCloud(ScriptedRecogniser(), Setup(functions=("sweep",)))
    with local.in_process():
        yield Cloud(local)


@cases("timer-events")
def test_any_event_is_a_sweep(case: Case, opened: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[object] = []
    monkeypatch.setattr("functions.sweep.index.open_pass", passes.append)
    answer = opened.invoke("sweep", build(case.input))
    assert not isinstance(answer, Failure)
    assert answer["sending"] == case.expected["sending"]
    assert bool(passes) is case.expected["pass_opened"]
