from __future__ import annotations

import time

import pytest

from cli.commands.status import keep_looking
from coslocal.agenda import ManualClock
from coslocal.ci.faults import RequestFault
from coslocal.cos.requests import CosRequest
from shared.errors import StorageFault
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, CARD, Cloud, cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
HOUR, DAY = 3600, 86_400


def pause(here: Cloud) -> None:
    here.local.ci.set_queue_state(here.local.ci.queue_of(BUCKET), "Paused")


def test_if_sweeps_run_and_cards_end_nothing_needs_attention(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    operator.calls("sweep")
    answer = operator.calls("status", "--json")
    document = answer.document()
    assert (answer.status, document["attention"]) == (0, [])
    assert document["queue"]["state"] == "Active"
    jobs, results = document["last_hour"]["jobs"], document["last_hour"]["results"]
    assert (jobs["states"], jobs["per_hour"]) == ({"Success": 1}, 1)
    assert results["outcomes"] == {"recognised": 1}
    assert results["delivered_by"] == {"callback": 1}
    assert (results["whole"], results["left"]) == (True, 0)
    assert document["sweep"]["sending"] == "yes"


def test_a_deployment_without_a_sweep_needs_attention(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    answer = operator.calls("status")
    assert answer.status == 1
    assert "No sweep has run here" in answer.out


def test_the_oldest_card_is_told_with_its_reason_and_without_its_key(operator: Operator) -> None:
    clock = ManualClock(time.time())
    with cloud(clock) as here:
        operator.serves(here)
        here.put(KEY, CARD)
        pause(here)
        here.invoke("submit", event_for(KEY))
        here.local.advance(DAY + HOUR)
        operator.calls("sweep")
        answer = operator.calls("status")
        revealed = operator.calls("status", "--reveal")
        assert answer.status == 1
        assert "1 waiting" in answer.out
        assert "25.0 h, waiting" in answer.out
        assert "CI's queue is Paused" in answer.out
        assert KEY not in answer.out + answer.err
        assert KEY in revealed.out


def test_a_sweep_that_stopped_running_is_noticed(operator: Operator) -> None:
    clock = ManualClock(time.time())
    with cloud(clock) as here:
        operator.serves(here)
        operator.calls("sweep")
        here.local.advance(2 * HOUR)
        answer = operator.calls("status")
    assert answer.status == 1
    assert "The last sweep was 2.0 h ago" in answer.out


def test_more_jobs_than_are_looked_at_give_a_rate(operator: Operator) -> None:
    clock = ManualClock(time.time())
    with cloud(clock) as here:
        operator.serves(here)
        operator.calls("sweep")
        here.put(KEY, CARD)
        queue = here.local.ci.queue_of(BUCKET)
        here.invoke("submit", event_for(KEY))
        request = here.jobs[0].request
        for number in range(1100):
            queue.submit(request, clock() - 600 + number * 600 / 1100)
        jobs = operator.calls("status", "--json").document()["last_hour"]["jobs"]
    assert sum(jobs["states"].values()) == 1000
    assert not jobs["whole"]
    assert jobs["per_hour"] == pytest.approx(6600, rel=0.05)


def test_if_ci_refuses_the_rest_is_shown(operator: Operator, served: Cloud) -> None:
    operator.calls("sweep")
    served.local.runner.faults.requests.append(
        RequestFault("AccessDenied", status=403, method="GET", path="/ai_queue")
    )
    answer = operator.calls("status", "--json")
    assert answer.status == 1
    assert answer.document()["refused"] == "AccessDenied"
    assert answer.document()["sweep"]["sending"] == "yes"


def test_a_pause_needs_attention_before_a_sweep_has_noticed(
    operator: Operator, served: Cloud
) -> None:
    del served
    operator.calls("sweep")
    operator.calls("pause")
    answer = operator.calls("status")
    assert answer.status == 1
    assert "Nothing is sent, uploads included: held since" in answer.out


def test_a_look_costs_cos_four_requests_one_for_each_result_and_one_for_reviews_side_by_side(
    operator: Operator, served: Cloud
) -> None:
    for name in ("a", "b", "c"):
        served.upload(f"uploads/{name}.jpg")
    operator.calls("sweep")
    seen: list[CosRequest] = []
    served.local.cos.before_effect = seen.append  # returns None: no request fails
    assert operator.calls("status", "--results", "2").status == 0
    assert len(seen) == 4 + 2 + 1
    assert operator.calls("status", "--results", "0").status == 0
    assert len(seen) == 7 + 3


def test_a_watch_outlives_a_fault_of_the_cloud(capsys: pytest.CaptureFixture[str]) -> None:
    looks: list[int] = []

    def once() -> None:
        looks.append(1)
        if len(looks) == 1:
            raise StorageFault("GET of an object", "NoReply")

    def sleep(_seconds: float) -> None:
        if len(looks) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_looking(once, 10, sleep)
    said = capsys.readouterr().err
    assert said.startswith("card-ocr: GET of an object failed: NoReply; ")
    assert said.count("\n") == 1


def test_ctrl_c_is_the_end_of_a_watch_and_no_fault(
    operator: Operator, served: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    served.upload(KEY)
    answer = operator.calls("status", "--watch", "--json")
    assert (answer.status, answer.err) == (0, "")
    assert answer.document()["last_hour"]["jobs"]["states"] == {"Success": 1}
