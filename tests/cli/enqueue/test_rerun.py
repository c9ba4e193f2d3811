from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from cli.enqueue.card import enqueue
from cli.enqueue.cursor import Cursor, CursorPlace
from cli.enqueue.rerun import NoRerun, Rerun, plan_rerun
from cli.enqueue.selection import (
    RerunArguments,
    RerunRequest,
    RerunSelection,
    WantedFailures,
    select_reruns,
)
from cli.terminal.period import Period
from coslocal.ci.faults import JobFault
from local.recognition.scripted import scripted_card
from shared.times import rfc3339
from shared.workers import OneByOne
from tests.cli.operators import Operator
from tests.support.cards import LABELS
from tests.support.clouds import BUCKET, CARD, Cloud
from tests.support.event_files import event_for
from tests.support.pipelines import START, World

KEY = "uploads/a.jpg"
LONG = f"uploads/{'long' * 180}.jpg"
MINUTE = 60
ANY = RerunSelection("", lambda _after: iter(()), None, Period())


def read(
    here: Cloud,
    key: str = KEY,
    content: bytes = CARD,
    *,
    fails: bool = False,
    code: str = "UnreadablePicture",
) -> str:
    """Upload it, let it be read, and return its ETag."""
    if fails:
        here.local.runner.faults.jobs.append(JobFault(code))
    etag = here.put(key, content)
    here.invoke("submit", event_for(key))
    here.local.cos.on_object_created = lambda _created: None
    here.local.run_until_idle()
    return etag


def rerun(operator: Operator, *arguments: str) -> Any:
    answer = operator.calls("rerun", "--yes", "--json", *arguments)
    assert answer.status == 0, answer.err
    return answer.document()


def sweep_all(operator: Operator, here: Cloud) -> None:
    here.local.advance(3 * MINUTE)
    assert operator.calls("sweep", "--drain").status == 0
    here.local.run_until_idle()


def test_it_says_what_it_would_cost_and_writes_nothing(operator: Operator, here: Cloud) -> None:
    read(here)
    answer = operator.calls("rerun", KEY, "--dry-run", "--price", "2")
    assert answer.status == 0
    assert "At most 1 job. At 2 a job that is at most 2." in answer.out
    assert not here.names("pending")


def test_each_rerun_is_another_result_beside_the_old_ones(operator: Operator, here: Cloud) -> None:
    name = f"ocr/results/{KEY}.{read(here)}"
    before = here.document(f"{name}.json")
    for card_type in ("DriverLicense", "IDCard"):
        here.local.advance(MINUTE)
        assert rerun(operator, KEY, "--card-type", card_type)["enqueued"] == 1
        sweep_all(operator, here)
    assert here.names("results") == [f"{name}.json", f"{name}~2.json", f"{name}~3.json"]
    assert here.document(f"{name}.json") == before
    types = [job.request.parameters["CardType"] for job in here.jobs]
    assert types == ["IDCard", "DriverLicense", "IDCard"]


def test_keys_that_begin_alike_are_other_cards(operator: Operator, here: Cloud) -> None:
    etag = read(here)
    other = f"{KEY}.{etag}~9.json"
    for key in (f"{KEY}.{etag}.jpg", f"{KEY}.{etag}~7.json.jpg", "uploads/a.jpg-1.jpg"):
        read(here, key)
    here.put(other, CARD, ContentType="image/jpeg")
    here.invoke("submit", event_for(other))
    here.local.run_until_idle()
    rerun(operator, KEY)
    assert here.names("pending") == [f"ocr/pending/{KEY}.{etag}~2.0001.json"]


def test_the_same_wish_twice_is_one_run(operator: Operator, here: Cloud) -> None:
    read(here)
    rerun(operator, KEY)
    again = rerun(operator, KEY)
    assert (again["enqueued"], again["left"]["pending"]) == (0, 1)
    assert len(here.names("pending")) == 1


def test_two_operators_at_once_make_one_run(
    operator: Operator, here: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(here)

    def after_another(*arguments: Any, **named: Any) -> Any:
        enqueue(*arguments, **named)
        return enqueue(*arguments, **named)

    monkeypatch.setattr("cli.enqueue.rerun.enqueue", after_another)
    assert rerun(operator, KEY)["enqueued"] == 0
    assert len(here.names("pending")) == 1


REFUSED = "ResourceNotSupported"
A, B, C, UNREAD = (f"uploads/{name}.jpg" for name in ("a", "b", "c", "never-read"))


def cards(here: Cloud) -> None:
    """One that was read, three that failed, one of these for good, and one that has no result."""
    read(here, A)
    read(here, B, fails=True)
    read(here, LONG, fails=True)
    read(here, C, fails=True, code=REFUSED)
    here.put(UNREAD)


@pytest.mark.parametrize(
    ("call", "chosen", "left"),
    [
        (["uploads/gone.jpg"], [], {"gone": 1}),
        ([UNREAD], [], {"no_result": 1}),
        (["elsewhere/a.jpg"], [], {"outside": 1}),
        ([LONG], [LONG], {}),
        (["--failed"], [B, LONG], {}),
        (["--failed", A], [], {"not_failed": 1}),
        (["--code", REFUSED], [C], {"other_code": 2}),
        (["--failed", C], [C], {}),  # whatever its Code
        (["--prefix", "uploads/"], [A, B, C, LONG], {"no_result": 1}),
        (["--keys", "keys.txt"], [A, B], {}),
    ],
)
def test_a_call_chooses_its_cards(
    operator: Operator,
    here: Cloud,
    tmp_path: Path,
    call: list[str],
    chosen: list[str],
    left: dict[str, int],
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(f"{A}\n{B}\n", "utf-8")
    cards(here)
    found = rerun(operator, *(str(keys) if word == keys.name else word for word in call))
    assert (found["cards"], found["enqueued"]) == (len(chosen), len(chosen))
    assert {why: count for why, count in found["left"].items() if count} == left
    assert sorted(one["source"]["key"] for one in here.pending()) == sorted(chosen)


def test_failed_cards_are_counted_by_code_before_anybody_is_asked(
    operator: Operator, here: Cloud
) -> None:
    cards(here)
    answer = operator.answers("n\n", "rerun", "--failed")
    assert answer.status == 1
    assert "They failed with: 2 UnreadablePicture." in answer.out
    assert f"left out: 1 {REFUSED}." in answer.out
    assert not here.names("pending")
    found = rerun(operator, "--failed", "--dry-run")
    assert (found["codes"], found["left_out"]) == ({"UnreadablePicture": 2}, {REFUSED: 1})


def test_a_card_that_failed_once_and_was_read_since_is_not_failed(
    operator: Operator, here: Cloud
) -> None:
    etag = read(here, KEY, fails=True)
    assert rerun(operator, "--failed")["enqueued"] == 1
    result = here.document(f"ocr/results/{KEY}.{etag}.json")
    for name in here.names("pending"):
        here.user.delete_object(Bucket=here.local.setup.bucket, Key=name)
    name = f"ocr/results/{KEY}.{etag}~2.json"
    body = str({**result, "outcome": "recognised"}).encode()
    here.user.put_object(Bucket=here.local.setup.bucket, Key=name, Body=body)
    found = rerun(operator, "--failed")
    assert (found["enqueued"], found["left"]["superseded"]) == (0, 1)


def test_a_replaced_photo_has_no_failed_result(operator: Operator, here: Cloud) -> None:
    read(here, KEY, fails=True)
    read(here, KEY, scripted_card(LABELS | {"民族": "回"}))
    assert rerun(operator, "--failed")["enqueued"] == 0


def interrupt_after_one(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupt a rerun of everything after the first card."""
    monkeypatch.setattr("cli.enqueue.selection._BATCH", 1)
    calls = iter(range(1))

    def once(*arguments: Any, **named: Any) -> Any:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return enqueue(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr("cli.enqueue.rerun.enqueue", once)
        assert operator.calls("rerun", "--prefix", "uploads/", "--yes").status == 130


def test_an_interrupted_run_does_not_run_a_card_twice(
    operator: Operator, here: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        read(here, f"uploads/{name}.jpg")
    interrupt_after_one(operator, monkeypatch)
    sweep_all(operator, here)
    assert rerun(operator, "--prefix", "uploads/")["enqueued"] == 1
    sweep_all(operator, here)
    assert len(here.jobs) == 4
    assert not [name for name in here.names("results") if "~3" in name]


def test_another_choice_leaves_the_place_of_an_interrupted_one() -> None:
    context = World().context()
    places = [CursorPlace(rfc3339(START), after, resumed=True) for after in ("a", "b")]
    cursors = [Cursor(context, "rerun", choice) for choice in ("one", "other")]
    for cursor, place in zip(cursors, places, strict=True):
        cursor.keep(place)
    assert [cursor.place() for cursor in cursors] == places


def test_a_card_can_be_named_by_its_digest(operator: Operator, here: Cloud) -> None:
    read(here)
    digest = operator.calls("show", KEY, "--json").document()["log_key"]
    assert rerun(operator, digest)["enqueued"] == 1


@pytest.mark.parametrize(("seconds", "run"), [(-1, 3), (0, None), (1, None)])
def test_a_rerun_of_the_second_in_which_a_call_began_counts_as_its_own(
    seconds: int, run: int | None
) -> None:
    world = World()
    world.store.upload(KEY)
    photo = world.store.head_photo(KEY)
    assert photo is not None
    name = f"ocr/results/{KEY}.{photo.etag}~2.json"
    world.store.objects[name] = b"{}"
    world.store.written_at[name] = START + seconds
    planned = plan_rerun(world.context(), RerunRequest(KEY), rfc3339(START), ANY)
    assert planned == (Rerun(photo, run) if run else NoRerun.RERAN)


@pytest.mark.parametrize("named", [(), (KEY,)])
def test_another_choice_of_codes_has_a_place_of_its_own_to_go_on_from(
    named: tuple[str, ...],
) -> None:
    identities = {
        select_reruns(
            World().context(), OneByOne(), RerunArguments(named, None, None, *of)
        ).identity
        for of in (
            (WantedFailures(), Period()),
            (WantedFailures(), Period(START)),
            (WantedFailures(), Period(START, START + 1)),
            (WantedFailures(frozenset({"InternalError"})), Period()),
            (WantedFailures(frozenset({"InternalError", "SourceGone"})), Period()),
        )
    }
    assert len(identities) == 5


def test_a_rejected_card_runs_again_where_its_code_is_named(
    operator: Operator, here: Cloud
) -> None:
    read(here, content=b"")
    read(here, "uploads/b.jpg")
    assert rerun(operator, "--failed")["enqueued"] == 0
    assert rerun(operator, "--code=EmptyObject")["enqueued"] == 1


@pytest.mark.parametrize(
    ("since", "until", "chosen"),
    [(0, 3600, [KEY]), (3600, None, ["uploads/b.jpg"]), (None, 3600, [KEY]), (9000, None, [])],
)
@pytest.mark.parametrize("by", [("--prefix=uploads/",), ("--code=E",), ()])
def test_a_period_chooses_by_when_the_last_result_was_written(
    operator: Operator,
    here: Cloud,
    since: int | None,
    until: int | None,
    chosen: list[str],
    by: tuple[str, ...],
) -> None:
    began = time.time() - 20_000
    for key, at in ((KEY, 60), ("uploads/b.jpg", 7200)):
        name = f"ocr/results/{key}.{read(here, key)}.json"
        error = {"code": "E", "message": None, "stage": "job"}
        changes = {"written_at": rfc3339(began + at), "outcome": "failed", "error": error}
        document = json.dumps({**here.document(name), **changes}).encode()
        here.user.put_object(Bucket=BUCKET, Key=name, Body=document)
    ends = (("--since", since), ("--until", until))
    given = [f"{name}={rfc3339(began + at)}" for name, at in ends if at is not None]
    found = rerun(operator, *by, *given)
    assert found["enqueued"] == len(chosen)
    assert [one["source"]["key"] for one in here.pending()] == chosen
