"""CLS's alarms are raised by what the functions log at each symptom, and by nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from cli.alarms.cls import ClsAlarms
from cli.alarms.table import ALARMS, watches
from coslocal.agenda import ManualClock
from coslocal.ci.faults import RequestFault
from deploy.configuration.service import LogTopic
from tests.cli.status import test_alarms as of_status
from tests.cli.status.test_alarms import CARDS, HOUR, MINUTE
from tests.support.accounts import FUNCTIONS
from tests.support.clouds import BUCKET, Cloud, cloud
from tests.support.counted_logs import is_raised

NAMES = {key: key for key in FUNCTIONS}  # what the local cloud calls the functions
PARAMETERS = {
    alarm.name.rpartition("/")[2]: alarm.parameters
    for alarm in ClsAlarms(None, "test/").wanted(  # type: ignore[arg-type]  # nothing is asked
        watches(has_callbacks=True), LogTopic("set-1", "topic-1"), NAMES
    )
}


class Symptom(NamedTuple):
    """The alarms that it raises, and what makes it so."""

    raises: set[str]
    produce: Callable[[Cloud, Any], object]


def started_by_timer(here: Cloud) -> Any:
    """Where `tests/cli/status` has an operator who sweeps: the function that the timer starts."""

    def calls(command: str, *words: str) -> None:
        if command == "sweep":
            message = "reconcile" if "--reconcile" in words else ""
            here.invoke("sweep", {"Type": "Timer", "TriggerName": "sweep", "Message": message})
        else:
            here.user.put_object(Bucket=BUCKET, Key="ocr/state/holds/pause.json", Body=b"{}")

    return SimpleNamespace(calls=calls)


def refuse_as_paused(here: Cloud, operator: Any) -> None:
    here.local.runner.faults.requests.append(RequestFault("QueuePaused", times=99))
    of_status.upload(here, 3)
    of_status.sweep(here, operator)


def forge_calls(here: Cloud, operator: Any) -> None:
    for _ in range(CARDS):
        here.invoke("callback", {"httpMethod": "POST", "queryString": {"t": "x"}, "body": "{}"})
    operator.calls("sweep")


def read_half_a_card(here: Cloud, operator: Any) -> None:
    of_status.upload(here, 公民身份号码="990101199001020010")
    operator.calls("sweep")


SYMPTOMS = {
    "whole cards": Symptom(set(), lambda here, timer: swept(here, timer, of_status.upload)),
    "no run": Symptom({"heartbeat"}, lambda here, _: of_status.upload(here)),
    "refused for all": Symptom({"sending"}, of_status.refused("CIRoleNotExist", 5 * MINUTE)),
    "held": Symptom({"hold"}, of_status.forget_a_hold),
    "paused": Symptom({"ci", "sending"}, refuse_as_paused),
    "unfinished": Symptom({"pending"}, of_status.leave_a_job_unfinished),
    "refused for long": Symptom({"refused", "sending"}, of_status.refused("QueueSaturated", HOUR)),
    "all failed": Symptom({"failed"}, of_status.failing("ResourceNotSupported", CARDS)),
    "a third failed": Symptom({"failed"}, of_status.failing("ResourceNotSupported", CARDS // 3)),
    "a sixth failed": Symptom(set(), of_status.failing("ResourceNotSupported", CARDS // 6)),
    "no text": Symptom(
        {"nothing-found"},
        lambda here, timer: swept(here, timer, lambda _: of_status.find_nothing(here, timer)),
    ),
    "half a card": Symptom({"needs-review"}, read_half_a_card),
    "lost calls": Symptom({"callbacks"}, of_status.lose_callbacks),
    "forged calls": Symptom({"strangers"}, forge_calls),
    "a lost event": Symptom({"lost-events"}, of_status.lose_an_event),
    "jobs that fail": Symptom({"jobs"}, of_status.failing("InternalError", CARDS // 3)),
}


def swept(here: Cloud, operator: Any, upload: Callable[[Cloud], object]) -> None:
    upload(here)
    operator.calls("sweep")


@pytest.fixture
def here() -> Iterator[Cloud]:
    with cloud(ManualClock(time.time()), FUNCTIONS) as here:
        started_by_timer(here).calls("sweep")  # since then, lost events are found
        here.local.logs.clear()
        yield here


def raised(here: Cloud) -> set[str]:
    return {name for name, alarm in PARAMETERS.items() if is_raised(alarm, here.local.logs)}


@pytest.mark.parametrize("symptom", SYMPTOMS.values(), ids=list(SYMPTOMS))
def test_a_symptom_raises_its_alarms_and_no_other(here: Cloud, symptom: Symptom) -> None:
    symptom.produce(here, started_by_timer(here))
    assert raised(here) == symptom.raises


def test_every_alarm_has_a_symptom() -> None:
    assert set().union(*(one.raises for one in SYMPTOMS.values())) == PARAMETERS.keys()


def test_every_row_of_the_table_is_watched() -> None:
    assert [alarm.title for alarm in ALARMS if not alarm.watches] == []
