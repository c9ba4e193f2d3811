"""`card-ocr status` exits with 1 at the symptom of each alarm of docs/operating.md."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import pytest

from coslocal.agenda import ManualClock
from coslocal.ci.faults import CallbackFault, JobFault, RequestFault
from local.recognition.scripted import scripted_card
from tests.cli.operators import Operator
from tests.support.cards import ID_CARD
from tests.support.clouds import BUCKET, Cloud, cloud
from tests.support.event_files import event_for

MINUTE, HOUR, DAY = 60, 3600, 86_400
CARDS = 12


class Symptom(NamedTuple):
    """A row of the table, what status says, and what makes it so."""

    alarm: str
    words: str
    produce: Callable[[Cloud, Operator], object]


def upload(here: Cloud, count: int = CARDS, **labels: str) -> None:
    card = scripted_card({**ID_CARD, **labels})
    for number in range(count):
        here.upload(f"uploads/{number}.jpg", card)


def sweep(here: Cloud, operator: Operator, after: float = 5 * MINUTE, *words: str) -> None:
    here.local.advance(after)
    operator.calls("sweep", *words)
    here.local.run_until_idle()


def failing(code: str, jobs: int) -> Callable[[Cloud, Operator], None]:
    def produce(here: Cloud, operator: Operator) -> None:
        here.local.runner.faults.jobs.append(JobFault(code, times=jobs))
        upload(here)
        sweep(here, operator)

    return produce


def refused(code: str, after: float) -> Callable[[Cloud, Operator], None]:
    def produce(here: Cloud, operator: Operator) -> None:
        here.local.runner.faults.requests.append(RequestFault(code, times=999))
        upload(here, 1)
        sweep(here, operator, after)

    return produce


def pause_the_queue(here: Cloud, _operator: Operator) -> None:
    here.local.ci.set_queue_state(here.local.ci.queue_of(BUCKET), "Paused")


def leave_a_job_unfinished(here: Cloud, operator: Operator) -> None:
    here.local.cos.on_object_created = lambda _created: None
    here.put("uploads/a.jpg")
    here.invoke("submit", event_for("uploads/a.jpg"))
    pause_the_queue(here, operator)
    sweep(here, operator, 2 * HOUR)


def forget_a_hold(here: Cloud, operator: Operator) -> None:
    operator.calls("pause", "--why", "the bill")
    sweep(here, operator, DAY)


def find_nothing(here: Cloud, _operator: Operator) -> None:
    for number in range(CARDS):
        here.upload(f"uploads/{number}.jpg", scripted_card({}))


def lose_callbacks(here: Cloud, operator: Operator) -> None:
    here.local.runner.faults.callbacks.append(CallbackFault("drop", times=99))
    upload(here)
    sweep(here, operator)


def lose_an_event(here: Cloud, operator: Operator) -> None:
    here.local.cos.on_object_created = lambda _created: None
    upload(here, 1)
    sweep(here, operator, 2 * HOUR, "--reconcile")


SYMPTOMS = [
    Symptom(
        "sweep's heartbeat",
        "The last sweep was 1.0 h ago",
        lambda here, _: here.local.advance(HOUR),
    ),
    Symptom(
        "sweep sends", "Nothing is sent: CIRoleNotExist", refused("CIRoleNotExist", 5 * MINUTE)
    ),
    Symptom("a hold", "Nothing is sent, uploads included: held since", forget_a_hold),
    Symptom("CI", "CI's queue is Paused.", pause_the_queue),
    Symptom(
        "oldest pending", "A card has been pending for 2.0 h: submitted.", leave_a_job_unfinished
    ),
    Symptom("refused cards", "Cards are refused: 1 waiting", refused("QueueSaturated", HOUR)),
    Symptom(
        "failed",
        "12 of 12 cards of the last hour failed: 12 ResourceNotSupported.",
        failing("ResourceNotSupported", CARDS),
    ),
    Symptom(
        "failed",
        "4 of 12 cards of the last hour failed",
        failing("ResourceNotSupported", CARDS // 3),
    ),
    Symptom("failed", "of the last hour: 24 InternalError.", failing("InternalError", 2 * CARDS)),
    Symptom("nothing found", "12 of 12 cards of the last hour had no text", find_nothing),
    Symptom(
        "needs review",
        "12 id_number.check_digit",
        lambda here, _: upload(here, 公民身份号码="990101199001020010"),
    ),
    Symptom("callbacks", "12 of 12 cards of the last hour came by sweep", lose_callbacks),
    Symptom("lost events", "reconcile found 1 card.", lose_an_event),
    Symptom("jobs ÷ cards", "16 jobs for 12 cards", failing("InternalError", CARDS // 3)),
]


@pytest.fixture(autouse=True)
def _swept(operator: Operator, here: Cloud) -> None:
    del here
    operator.calls("sweep")


def test_if_whole_cards_are_read_there_is_no_alarm(operator: Operator, here: Cloud) -> None:
    upload(here)
    sweep(here, operator)
    answer = operator.calls("status", "--json")
    document = answer.document()
    assert (answer.status, document["attention"]) == (0, [])
    assert (document["queue"]["state"], document["sweep"]["sending"]) == ("Active", "yes")
    jobs, results = document["last_hour"]["jobs"], document["last_hour"]["results"]
    assert (jobs["states"], jobs["per_hour"]) == ({"Success": CARDS}, CARDS)
    assert results["outcomes"] == {"recognised": CARDS}
    assert results["delivered_by"] == {"callback": CARDS}
    assert (results["whole"], results["left"]) == (True, 0)


def test_a_call_can_say_how_much_is_too_much(operator: Operator, here: Cloud) -> None:
    failing("ResourceNotSupported", CARDS // 6)(here, operator)
    assert operator.calls("status").status == 0
    assert operator.calls("status", "--above", "failed=10", "--above", "by_sweep=9").status == 1


def test_if_sweep_is_to_deliver_that_is_no_alarm(operator: Operator) -> None:
    with cloud(ManualClock(time.time()), CALLBACK_TYPE="NONE") as here:
        operator.serves(here)
        upload(here)
        sweep(here, operator)
        answer = operator.calls("status", "--json")
    assert answer.document()["last_hour"]["results"]["delivered_by"] == {"sweep": CARDS}
    assert answer.status == 0


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda one: f"{one.alarm}: {one.words}")
def test_status_reports_the_symptom_of_each_alarm(
    operator: Operator, here: Cloud, symptom: Symptom
) -> None:
    symptom.produce(here, operator)
    answer = operator.calls("status", "--json")
    assert answer.status == 1
    assert [words for words in answer.document()["attention"] if symptom.words in words]
