from __future__ import annotations

import time

import pytest

from cli.commands.status import keep_looking
from coslocal.ci.faults import RequestFault
from coslocal.cos.requests import CosRequest
from shared.errors import StorageFault
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, Cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
HOUR, DAY = 3600, 86_400


def test_the_oldest_card_is_told_with_its_reason_and_its_key_if_that_is_asked_for(
    operator: Operator, here: Cloud
) -> None:
    here.put(KEY)
    here.local.ci.set_queue_state(here.local.ci.queue_of(BUCKET), "Paused")
    here.invoke("submit", event_for(KEY))
    here.local.advance(DAY + HOUR)
    operator.calls("sweep")
    answer = operator.calls("status")  # a key in what it shows fails any test
    assert answer.status == 1
    assert "1 waiting" in answer.out
    assert "25.0 h, waiting" in answer.out
    assert "CI's queue is Paused" in answer.out
    assert KEY in operator.calls("status", "--reveal").out


def test_more_jobs_than_are_looked_at_give_a_rate(operator: Operator, here: Cloud) -> None:
    operator.calls("sweep")
    here.put(KEY)
    queue = here.local.ci.queue_of(BUCKET)
    here.invoke("submit", event_for(KEY))
    now = here.local.agenda.clock()
    for number in range(1100):
        queue.submit(here.jobs[0].request, now - 600 + number * 600 / 1100)
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
