"""At each symptom `card-ocr status` says so, and CLS's alarms for it are raised, and no other.

The rows are those of the table of docs/operating.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from cli.alarms.cls import ClsAlarms
from cli.alarms.table import ALARMS, watches
from coslocal.agenda import ManualClock
from coslocal.ci.faults import CallbackFault, JobFault, RequestFault
from deploy.configuration.service import LogTopic
from local.recognition.scripted import scripted_card
from tests.cli.operators import Operator
from tests.support.accounts import FUNCTIONS
from tests.support.cards import ID_CARD
from tests.support.clouds import BUCKET, Cloud, cloud
from tests.support.counted_logs import is_raised
from tests.support.event_files import event_for

MINUTE, HOUR, DAY = 60, 3600, 86_400
CARDS = 12
Produce = Callable[[Cloud], object]
NAMES = {key: key for key in FUNCTIONS}  # what the local cloud calls the functions
PARAMETERS = {
    alarm.name.rpartition("/")[2]: alarm.parameters
    for alarm in ClsAlarms(None, "test/").wanted(  # type: ignore[arg-type]  # nothing is asked
        watches(has_callbacks=True), LogTopic("set-1", "topic-1"), NAMES
    )
}


class Symptom(NamedTuple):
    """A row of the table, what status says, the alarms that it raises, and what makes it so."""

    alarm: str
    words: str
    raises: set[str]
    produce: Produce


def upload(here: Cloud, count: int = CARDS, /, **labels: str) -> None:
    card = scripted_card({**ID_CARD, **labels})
    for number in range(count):
        here.upload(f"uploads/{number}.jpg", card)


def sweep(here: Cloud, after: float = 5 * MINUTE, message: str = "") -> None:
    here.local.advance(after)
    here.invoke("sweep", {"Type": "Timer", "TriggerName": "sweep", "Message": message})
    here.local.run_until_idle()


def uploaded(**labels: str) -> Produce:
    def produce(here: Cloud) -> None:
        upload(here, **labels)
        sweep(here)

    return produce


def failing(code: str, jobs: int) -> Produce:
    def produce(here: Cloud) -> None:
        here.local.runner.faults.jobs.append(JobFault(code, times=jobs))
        upload(here)
        sweep(here)

    return produce


def refused(code: str, after: float) -> Produce:
    def produce(here: Cloud) -> None:
        here.local.runner.faults.requests.append(RequestFault(code, times=999))
        upload(here, 1)
        sweep(here, after)

    return produce


def stop_sweeping(here: Cloud) -> None:
    upload(here)
    here.local.advance(HOUR)


def pause_the_queue(here: Cloud) -> None:
    here.local.ci.set_queue_state(here.local.ci.queue_of(BUCKET), "Paused")


def refuse_as_paused(here: Cloud) -> None:
    pause_the_queue(here)
    upload(here, 3)
    sweep(here)


def leave_a_job_unfinished(here: Cloud) -> None:
    here.local.cos.on_object_created = lambda _created: None
    here.put("uploads/a.jpg")
    here.invoke("submit", event_for("uploads/a.jpg"))
    pause_the_queue(here)
    sweep(here, 2 * HOUR)


def forget_a_hold(here: Cloud) -> None:
    here.user.put_object(Bucket=BUCKET, Key="ocr/state/holds/pause.json", Body=b"{}")
    sweep(here, DAY)


def find_nothing(here: Cloud) -> None:
    for number in range(CARDS):
        here.upload(f"uploads/{number}.jpg", scripted_card({}))
    sweep(here)


def lose_callbacks(here: Cloud) -> None:
    here.local.runner.faults.callbacks.append(CallbackFault("drop", times=99))
    upload(here)
    sweep(here)


def forge_calls(here: Cloud) -> None:
    for _ in range(CARDS):
        here.invoke("callback", {"httpMethod": "POST", "queryString": {"t": "x"}, "body": "{}"})
    sweep(here)


def lose_an_event(here: Cloud) -> None:
    here.local.cos.on_object_created = lambda _created: None
    upload(here, 1)
    sweep(here, 2 * HOUR, "reconcile")


SYMPTOMS = (
    Symptom("", "", set(), uploaded()),
    Symptom(
        "sweep's heartbeat",
        "The last sweep was 1.0 h ago",
        {"heartbeat"},
        stop_sweeping,
    ),
    Symptom(
        "sweep sends",
        "Nothing is sent: CIRoleNotExist",
        {"sending"},
        refused("CIRoleNotExist", 5 * MINUTE),
    ),
    Symptom("a hold", "Nothing is sent, uploads included: held", {"hold"}, forget_a_hold),
    Symptom("CI", "CI's queue is Paused.", {"ci", "sending"}, refuse_as_paused),
    Symptom(
        "oldest pending",
        "A card has been pending for 2.0 h: submitted.",
        {"pending"},
        leave_a_job_unfinished,
    ),
    Symptom(
        "refused cards",
        "Cards are refused: 1 waiting",
        {"refused", "sending"},
        refused("QueueSaturated", HOUR),
    ),
    Symptom(
        "failed",
        "12 of 12 cards of the last hour failed: 12 ResourceNotSupported.",
        {"failed"},
        failing("ResourceNotSupported", CARDS),
    ),
    Symptom(
        "failed",
        "4 of 12 cards of the last hour failed",
        {"failed"},
        failing("ResourceNotSupported", CARDS // 3),
    ),
    Symptom("", "", set(), failing("ResourceNotSupported", CARDS // 6)),
    Symptom(
        "failed",
        "of the last hour: 24 InternalError.",
        {"jobs"},
        failing("InternalError", 2 * CARDS),
    ),
    Symptom(
        "nothing found",
        "12 of 12 cards of the last hour had no text",
        {"nothing-found"},
        find_nothing,
    ),
    Symptom(
        "needs review",
        "12 id_number.check_digit",
        {"needs-review"},
        uploaded(公民身份号码="990101199001020010"),
    ),
    Symptom(
        "callbacks",
        "12 of 12 cards of the last hour came by sweep",
        {"callbacks"},
        lose_callbacks,
    ),
    Symptom("", "", {"strangers"}, forge_calls),  # what only the log has
    Symptom("lost events", "reconcile found 1 card.", {"lost-events"}, lose_an_event),
    Symptom("jobs ÷ cards", "16 jobs for 12 cards", {"jobs"}, failing("InternalError", CARDS // 3)),
)


@pytest.fixture
def here(operator: Operator) -> Iterator[Cloud]:
    with cloud(ManualClock(time.time()), FUNCTIONS) as here:
        operator.serves(here)
        here.local.agenda.clear()  # no timer runs by itself
        sweep(here, 0)  # since then, lost events are found
        here.local.logs.clear()
        yield here


def raised(here: Cloud) -> set[str]:
    return {name for name, alarm in PARAMETERS.items() if is_raised(alarm, here.local.logs)}


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda one: one.words or "-".join(one.raises))
def test_status_says_a_symptom_which_raises_its_alarms_and_no_other(
    operator: Operator, here: Cloud, symptom: Symptom
) -> None:
    symptom.produce(here)
    answer = operator.calls("status", "--json")
    found = answer.document()["attention"]
    assert answer.status == bool(symptom.words)
    assert [one for one in found if symptom.words in one] if symptom.words else found == []
    assert raised(here) == symptom.raises


def test_every_alarm_has_a_symptom_and_every_row_of_the_table_is_watched() -> None:
    assert set().union(*(one.raises for one in SYMPTOMS)) == PARAMETERS.keys()
    assert [alarm.title for alarm in ALARMS if not alarm.watches] == []


def test_whole_cards_are_counted_for_programs(operator: Operator, here: Cloud) -> None:
    uploaded()(here)
    document = operator.calls("status", "--json").document()
    assert (document["queue"]["state"], document["sweep"]["sending"]) == ("Active", "yes")
    jobs, results = document["last_hour"]["jobs"], document["last_hour"]["results"]
    assert (jobs["states"], jobs["per_hour"]) == ({"Success": CARDS}, CARDS)
    assert results["outcomes"] == {"recognised": CARDS}
    assert results["delivered_by"] == {"callback": CARDS}
    assert (results["whole"], results["left"]) == (True, 0)


def test_a_call_can_say_how_much_is_too_much(operator: Operator, here: Cloud) -> None:
    failing("ResourceNotSupported", CARDS // 6)(here)
    assert operator.calls("status").status == 0
    assert operator.calls("status", "--above", "failed=10", "--above", "by_sweep=9").status == 1


def test_if_sweep_is_to_deliver_that_is_no_alarm(operator: Operator) -> None:
    with cloud(ManualClock(time.time()), FUNCTIONS, CALLBACK_TYPE="NONE") as here:
        operator.serves(here)
        uploaded()(here)
        answer = operator.calls("status", "--json")
    assert answer.document()["last_hour"]["results"]["delivered_by"] == {"sweep": CARDS}
    assert answer.status == 0
