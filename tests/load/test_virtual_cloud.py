"""The cloud in virtual time keeps CI's and SCF's limits; a small flood meets its goals there."""

from __future__ import annotations

from shared.jobs import NewJob, Waiting
from shared.pipeline.gate import Holds
from tests.load import burst
from tests.load.report import seeded
from tests.load.virtual_cloud import Ci, CiJob, Function, Size
from tests.simulation.scheduler import Process, Scheduler

_SMALL = Size(0.001, submits=1, callbacks=1)  # jobs of 1,000 seconds, a queue of ten
_JOB = NewJob("uploads/a.jpg", "IDCard", "a-token")


class Clock:
    now: float = 0

    def __call__(self) -> float:
        return self.now


def code_of(ci: Ci) -> str:
    """Why CI refuses a job; empty if it takes it."""
    answer = ci.take(_JOB)
    return answer.code if isinstance(answer, Waiting) else ""


def test_ci_refuses_what_comes_too_fast() -> None:
    ci = Ci(Size(1, submits=1, callbacks=1), clock := Clock())
    assert [code_of(ci) for _ in range(101)] == [""] * 100 + ["SlowDown"]
    clock.now += 0.5
    assert [code_of(ci) for _ in range(51)] == [""] * 50 + ["SlowDown"]


def test_ci_holds_so_many_jobs_beside_those_that_run() -> None:
    ci = Ci(_SMALL, clock := Clock())
    for clock.now in (1000, 1100):  # ten run; ten wait
        assert [code_of(ci) for _ in range(10)] == [""] * 10
    clock.now = 1999
    assert code_of(ci) == "QueueSaturated"
    clock.now = 2000
    assert code_of(ci) == ""


def test_a_job_runs_when_those_before_it_leave_room() -> None:
    ci = Ci(Size(1, submits=1, callbacks=1), clock := Clock())
    clock.now = 100
    jobs = [job for _ in range(11) if isinstance(job := ci.take(_JOB), CiJob)]
    assert [job.starts for job in jobs] == [100.0] * 10 + [101.0]
    assert jobs[10].shown(100).state == "Submitted"
    assert jobs[10].shown(101).state == "Running"
    assert jobs[10].shown(102).state == "Success"


def worked_at(instances: int, *, again: bool) -> list[float]:
    """When two events at once are worked on, each for a second."""
    scheduler = Scheduler("a seed", 0.0)
    function = Function(scheduler, instances, again=again)
    moments: list[float] = []

    def work(process: Process, _holds: Holds) -> None:
        moments.append(scheduler.now)
        process.wait(1)

    for number in range(2):
        function.invoke(f"event {number}", work, 0)
    scheduler.run(1000, stop=lambda: False)
    return moments


def test_an_event_without_an_instance_comes_again_a_minute_later() -> None:
    assert worked_at(2, again=True) == [0, 0]
    assert worked_at(1, again=True) == [0, 60]


def test_a_call_without_an_instance_is_lost() -> None:
    assert worked_at(1, again=False) == [0]


def test_a_small_burst_meets_the_goals_of_a_large_one() -> None:
    assert burst.measure(seeded(1), 1500).problems == []
