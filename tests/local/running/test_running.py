"""A local cloud that runs by itself, on a clock that can be moved on, with processes that die."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from local.agenda import Agenda, MovableClock
from local.client import official_client
from local.cloud import LocalCloud
from local.functions import Failure, ProcessFunction
from local.recognition.scripted import ScriptedRecogniser
from local.running import running_cloud

LONG = 30.0
SHORT = 0.05


def test_a_movable_clock_runs_with_the_machine_and_ahead_of_it() -> None:
    clock = MovableClock()
    before = time.time()
    clock.move(100)
    clock.move(20)
    assert before + 120 <= clock() <= time.time() + 120


def test_a_movable_clock_is_not_moved_back() -> None:
    with pytest.raises(ValueError, match="can't go back"):
        MovableClock().move(-1)


@pytest.fixture
def agenda() -> Iterator[Agenda]:
    running = Agenda(MovableClock())
    running.start(2)
    yield running
    running.stop()


def test_idle_is_when_what_was_due_and_what_came_of_it_is_done(agenda: Agenda) -> None:
    done: list[str] = []

    def first() -> None:
        done.append("first")
        agenda.add(lambda: done.append("second"))

    agenda.add(first)
    assert agenda.wait_until_idle(LONG)
    assert done == ["first", "second"]


def test_an_item_at_work_is_not_idle(agenda: Agenda) -> None:
    began, may_end = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        may_end.wait(LONG)

    agenda.add(work)
    assert began.wait(LONG)
    assert not agenda.wait_until_idle(SHORT)
    may_end.set()
    assert agenda.wait_until_idle(LONG)


def test_what_is_due_only_later_is_idle_until_the_clock_is_moved(agenda: Agenda) -> None:
    done: list[str] = []
    agenda.add(lambda: done.append("later"), after=1000)
    assert agenda.wait_until_idle(LONG)
    assert done == []
    assert isinstance(agenda.clock, MovableClock)
    agenda.clock.move(1000)
    assert agenda.wait_until_idle(LONG)
    assert done == ["later"]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def cloud(clock: MovableClock) -> Iterator[LocalCloud]:
    with running_cloud(ScriptedRecogniser(), clock=clock) as running:
        yield running


def test_a_served_cloud_shows_its_own_clock_and_no_other(
    cloud: LocalCloud, clock: MovableClock
) -> None:
    # Given a cloud an hour ahead of the machine
    clock.move(3600)
    user = official_client(cloud.setup.url, cloud.uploader, cloud.setup.region)
    # When it answers over a socket
    headers = user.put_object(Bucket=cloud.setup.bucket, Key="notes", Body=b"x")
    # Then its Date is the one of that clock, which the machine's would contradict
    assert abs(parsedate_to_datetime(headers["Date"]).timestamp() - clock()) < LONG
    assert headers["Server"] == "tencent-cos"


def test_a_process_that_was_killed_is_replaced(cloud: LocalCloud) -> None:
    submit = cloud.functions["submit"]
    assert isinstance(submit, ProcessFunction)
    assert submit.kill() is None
    submit.invoke({"Records": []})
    (first,) = submit.process_ids
    assert submit.kill() == "idle"
    assert not isinstance(submit.invoke({"Records": []}), Failure)
    assert submit.process_ids != [first]


def test_a_process_killed_at_work_is_a_system_error(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import time\ndef main_handler(event, context):\n"
        "    print('began', flush=True)\n    time.sleep(60)\n"
    )
    began = threading.Event()
    function = ProcessFunction("slow", "slow", {}, lambda _line: began.set(), folder=tmp_path)
    with ThreadPoolExecutor(1) as threads:
        outcome = threads.submit(function.invoke, {})
        assert began.wait(LONG)
        assert function.is_busy
        assert function.kill() == "busy"
        failure = outcome.result(LONG)
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.message) == ("system", "The process exited with -9")
    assert not function.is_busy


def test_a_rotated_secret_signs_and_the_one_before_still_verifies(cloud: LocalCloud) -> None:
    before = cloud.environment("callback")["CALLBACK_SECRET"]
    cloud.rotate_callback_secret()
    cloud.rotate_credentials()
    for name in ("submit", "callback", "sweep"):
        environment = cloud.functions[name].environment
        assert environment["CALLBACK_SECRET_PREVIOUS"] == before
        assert environment["CALLBACK_SECRET"] not in ("", before)
