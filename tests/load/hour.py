"""`make stress SCENARIO=replay|crash|soak`: an hour of uploads to a local cloud, disturbed.

The functions are real processes, and a timer starts a sweep every five minutes of the local cloud's
clock, which is moved on by a minute at a time. Then nothing more goes wrong, and the clock is moved
on until sweep has finished what is pending. `PLANS` says what happens in each scenario.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from coslocal.ci.errors import CiError
from coslocal.cos import ObjectEvent
from coslocal.triggers.cos_event import cos_event
from coslocal.triggers.timer import TimerTrigger
from tests.load.counts import by_version, count_jobs, unmarked_foreign, wrong_results
from tests.load.live import CLOUD, Live, live
from tests.load.mishaps import CosMishaps, Killer, Mishaps
from tests.load.photos import WANTED, Photos
from tests.load.report import Report, counted, say, seeded

MINUTES = 60
WARM_AT = 10
PAUSED_AT, RESUMED_AT = (15, 40), (19, 42)
CREDENTIALS_AT, SECRET_AT = (10, 30, 50), (25, 45)
CANCELLED_EACH = 3
EXPIRE_SECONDS = 20.0
JOBS_AT_ONCE = 200
ROUND_SECONDS = 300.0  # the sweep timer's
LEAST_ROUNDS, MOST_ROUNDS = 13, 60
LATEST_DELIVERY_SECONDS = 1800.0
GROWTH_OF_A_FUNCTION_MB = 30.0
GROWTH_OF_THE_CLOUD_MB_A_CARD = 0.05


class Plan(NamedTuple):
    """What happens within the hour.

    Attributes:
        cards: uploads.
        kinds: of photos, from which each is drawn.
        records: the fewest and the most uploads in an event.
        deliveries: how often an event comes, on average.
        kills: of the functions' processes.
        mishaps: draws of what goes wrong at CI, a minute.
        cos_faults: the share of requests for our objects that COS refuses or leaves unanswered.
        waiting_seconds: how long a job waits at CI. If it is long, sweep looks for a submission
            that was lost before a callback could tell of it.
        running_seconds: how long a job then runs.
        is_operated: photos are replaced, repeated and deleted and events get lost; CI's queue is
            paused, jobs are cancelled, credentials and the callback's secret rotate; and an hour
            later a reconcile pass looks for the uploads whose events were lost.
        excuses: Codes with which a photo may have failed.
    """

    cards: int
    kinds: Sequence[str] = ("card",)
    records: tuple[int, int] = (1, 1)
    deliveries: float = 1
    kills: int = 0
    mishaps: float = 0
    cos_faults: float = 0
    waiting_seconds: float = 0
    running_seconds: float = 0
    is_operated: bool = False
    excuses: frozenset[str] = frozenset()


PLANS = {
    # What issue 904 of AWS's IDP accelerator reports: 4,384 uploads became 14,727 executions.
    "replay": Plan(
        cards=4_384,
        records=(50, 50),
        deliveries=14_727 / 4_384,
        kills=60,
        mishaps=1.5,
        cos_faults=1 / 1000,
    ),
    "crash": Plan(cards=500, kills=50, waiting_seconds=1500),
    "soak": Plan(
        cards=2_400,
        kinds=("card",) * 6 + tuple(WANTED),
        records=(1, 5),
        deliveries=1.1,
        mishaps=0.25,
        waiting_seconds=20,
        running_seconds=5,
        is_operated=True,
        # CI failed three jobs of the card in a row, or an operator cancelled its job.
        excuses=frozenset({"Cancelled", "AttemptsExhausted"}),
    ),
}


class Events:
    """The trigger: delivers uploads in events, some of them several times."""

    def __init__(self, running: Live, photos: Photos, plan: Plan, rng: random.Random) -> None:
        self._cloud = running.cloud
        self._photos = photos
        self._plan = plan
        self._rng = rng
        self._waiting: list[ObjectEvent] = []
        self.events = 0
        self.deliveries = 0

    def __call__(self, upload: ObjectEvent) -> None:
        """Take note of an upload, unless its event gets lost."""
        is_ours = upload.key.startswith(self._cloud.setup.upload_prefix)
        if is_ours and upload.key not in self._photos.lost:
            self._waiting.append(upload)

    def send(self) -> None:
        """Deliver all noted uploads, each event once now and the other times now or later."""
        while self._waiting:
            count = self._rng.randint(*self._plan.records)
            event = cos_event(self._waiting[:count], "submit")
            del self._waiting[:count]
            times = int(self._plan.deliveries + self._rng.random())
            for number in range(times):
                is_now = number == 0 or self._rng.random() < 0.5
                self._deliver(event, 0 if is_now else self._rng.uniform(1, LATEST_DELIVERY_SECONDS))
            self.events += 1
            self.deliveries += times

    def _deliver(self, event: dict[str, object], after: float) -> None:
        submit = self._cloud.functions["submit"]
        self._cloud.agenda.add(lambda: self._cloud.asynchronous.send(submit, event), after=after)


class Operator:
    """Pauses and resumes CI's queue, cancels jobs, and rotates credentials and the secret."""

    def __init__(self, running: Live, rng: random.Random) -> None:
        self._running = running
        self._cloud = running.cloud
        self._queue = running.cloud.ci.queue_of(running.bucket)
        self._rng = rng
        self.done: Counter[str] = Counter()

    def minute(self, number: int) -> None:
        """Do what is due in this minute."""
        if number in PAUSED_AT:
            self._cloud.ci.set_queue_state(self._queue, "Paused")
            self.done["queue paused"] += 1
            self._cancel()
        if number in RESUMED_AT:
            self._cloud.ci.set_queue_state(self._queue, "Active")
            self.done["queue resumed"] += 1
        if number in CREDENTIALS_AT:
            self._rotate_credentials()
        if number in SECRET_AT:
            self._cloud.rotate_callback_secret()
            self.done["secret rotated"] += 1

    def _cancel(self) -> None:
        """Cancel some jobs that wait."""
        waiting = [job for job in self._queue.jobs() if job.state == "Pause"]
        for job in self._rng.sample(waiting, min(CANCELLED_EACH, len(waiting))):
            with contextlib.suppress(CiError):
                self._queue.cancel(job.job_id, self._running.clock())
                self.done["job cancelled"] += 1

    def _rotate_credentials(self) -> None:
        """Give the functions new ones; the old ones are refused a little later."""
        old = [
            self._cloud.environment(name)["TENCENTCLOUD_SECRETID"] for name in self._cloud.functions
        ]
        self._cloud.rotate_credentials()
        for secret_id in old:
            self._cloud.credentials.expire(secret_id, time.time() + EXPIRE_SECONDS)
        self.done["credentials rotated"] += 1


class Hour:
    """The hour, minute by minute."""

    def __init__(self, running: Live, plan: Plan, cards: int, rng: random.Random) -> None:
        cloud = running.cloud
        self.running, self.plan, self.cards = running, plan, cards
        self.kills = round(plan.kills * min(1, cards / plan.cards))
        self._rng = rng
        self.photos = Photos(running, plan.kinds, rng)
        self.events = Events(running, self.photos, plan, rng)
        self.operator = Operator(running, rng)
        self.ci_mishaps = Mishaps(cloud.runner.faults, rng)
        self.cos_mishaps = CosMishaps(seeded(rng.random()), plan.cos_faults)
        self.killer = Killer(running.functions.values(), cloud.sweep_timer.fire)
        self._seen: dict[str, str] = {}
        self.changed_results = 0
        cloud.cos.on_object_created = self.events
        cloud.cos.before_effect = self.cos_mishaps.before
        cloud.cos.after_effect = self.cos_mishaps.after
        cloud.runner.behaviour.start_after_seconds = plan.waiting_seconds
        cloud.runner.behaviour.run_seconds = plan.running_seconds
        # A job runs until the clock is moved on.
        cloud.ci.queue_of(running.bucket).max_concurrent = JOBS_AT_ONCE

    def minute(self, number: int) -> None:
        """Upload what is due in a minute while things go wrong, then let it pass."""
        for _upload in range(_due(self.cards, number)):
            self.photos.upload()
        for _draw in range(int(self.plan.mishaps + self._rng.random())):
            self.ci_mishaps.step()
        for _kill in range(_due(self.kills, number)):
            self.killer.soon(self._rng)
        if self.plan.is_operated:
            self._change_and_operate(number)
        self.events.send()
        self.running.move_on(60)
        if number % 5 == 0:
            self.look_at_results()

    def _change_and_operate(self, number: int) -> None:
        """Change photos once their jobs wait: then CI reads another content."""
        self.photos.upload_unnoticed()
        self.events.send()
        self.running.settle()
        self.photos.change()
        self.events.send()
        self.running.settle()
        self.operator.minute(number)

    def finish(self) -> Counter[str]:
        """End what goes wrong, and sweep until nothing is pending.

        Returns what was pending after the hour, by state and reason.
        """
        self.killer.finish()
        self.ci_mishaps.end()
        self.cos_mishaps.end()
        self.running.settle()
        waiting = self.running.pending()
        self.running.cloud.runner.behaviour.start_after_seconds = 0
        self.running.cloud.runner.behaviour.run_seconds = 0
        self._sweep(LEAST_ROUNDS)
        if self.plan.is_operated:
            self._reconcile()
            self._sweep(0)
        self.look_at_results()
        return waiting

    def look_at_results(self) -> None:
        """Compare the results with those seen before: none may have changed or gone."""
        now = self.running.names("results")
        self.changed_results += sum(now.get(name) != etag for name, etag in self._seen.items())
        self._seen = now

    def _sweep(self, least: int) -> None:
        """Move the clock on from sweep to sweep until nothing is pending, with a probe in each."""
        rounds = 0
        while rounds < MOST_ROUNDS and (rounds < least or self.running.names("pending")):
            self.photos.probe()
            self.events.send()
            self.running.move_on(ROUND_SECONDS)
            rounds += 1
        self.running.move_on(1)

    def _reconcile(self) -> None:
        cloud = self.running.cloud
        TimerTrigger(
            cloud.agenda,
            cloud.asynchronous,
            cloud.functions["sweep"],
            name="reconcile",
            every_seconds=86_400,
            message="reconcile",
        ).fire()
        self.running.settle()


def measure(plan: Plan, rng: random.Random, cards: int) -> Report:
    """Upload, disturb, finish, count."""
    began = time.monotonic()
    with live() as running:
        hour = Hour(running, plan, cards or plan.cards, rng)
        running.cloud.sweep_timer.fire()  # it notes since when reconcile looks
        running.move_on(1)
        for number in range(1, MINUTES + 1):
            hour.minute(number)
            if number == WARM_AT:
                warm, warm_cards = running.memory(), hour.photos.done.total()
            if number % WARM_AT == 0:
                say(f"  minute {number} of {MINUTES}, {hour.photos.done.total()} requests")
        waiting = hour.finish()
        report = _report(hour, waiting)
        if plan.is_operated:
            grown_by = hour.photos.done.total() - warm_cards
            _judge_memory(report, warm, running.memory(), grown_by)
    report.figures["seconds"] = time.monotonic() - began
    return report


def _due(all_of_them: int, minute: int) -> int:
    """How many of these are due in a minute of the hour, the first of which is 1."""
    return all_of_them * minute // MINUTES - all_of_them * (minute - 1) // MINUTES


def _report(hour: Hour, waiting: Counter[str]) -> Report:
    report, running, photos = Report(), hour.running, hour.photos
    documents = running.documents("results")
    results = by_version(documents)
    jobs = count_jobs(running.cloud.jobs)
    report.figures["uploads and changes"] = counted(photos.done)
    report.figures["events"] = f"{hour.events.deliveries} deliveries of {hour.events.events}"
    report.figures["operated"] = counted(hour.operator.done)
    killed, ci, cos = hour.killer.killed, hour.ci_mishaps.struck(), hour.cos_mishaps.struck
    report.must("kills", killed.total(), hour.kills)
    report.figures["killed"] = counted(killed)
    report.figures["refused or lost at CI"] = f"{ci.total()}: {counted(ci)}"
    report.figures["refused at COS"] = f"{cos.total()}: {counted(cos)}"
    report.must("cards with two jobs", jobs.several, 0)
    report.figures["jobs CI failed for a passing reason"] = jobs.failed
    if hour.plan.is_operated:
        report.figures["jobs"] = jobs.by_card.total()
    else:  # every version is a card that CI reads
        report.must("jobs", jobs.by_card.total(), len(photos.names))
        report.must("results", len(documents), len(photos.names))
    report.figures["outcomes"] = counted(Counter(one["outcome"] for one in documents.values()))
    wrong = wrong_results(photos.current, results, hour.plan.excuses)
    report.must("photos without the result they must have", counted(wrong), "none")
    report.must("results changed", hour.changed_results, 0)
    foreign = unmarked_foreign(photos.names, results)
    report.must("results of another content, unmarked", foreign, 0)
    lost = sum(key in photos.lost for key, _etag in results)
    report.must("results of uploads whose event was lost", lost, len(photos.lost))
    report.figures["pending after the hour"] = counted(waiting)
    report.must("pending at the end", counted(running.pending()), "none")
    by = Counter(str(one["evidence"]["delivered_by"]) for one in documents.values())
    report.figures["results delivered by"] = counted(by)
    invoked = Counter(invocation.function for invocation in running.cloud.invocations)
    invoked["callback"] = len(running.cloud.callbacks)
    report.figures["invocations"] = f"{invoked.total()}: {counted(invoked)}"
    report.figures["events given up"] = len(running.cloud.dead_letters)
    report.figures["logged"] = counted(running.log.events)
    report.problems += running.log.problems()
    return report


def _judge_memory(
    report: Report, warm: dict[str, float], end: dict[str, float], cards: int
) -> None:
    """A function must not grow; the cloud keeps every object, and may grow with them.

    One that had no process yet when the others were warm is shown and not judged.
    """
    for name, megabytes in end.items():
        before = warm[name]
        allowed = (
            GROWTH_OF_THE_CLOUD_MB_A_CARD * cards if name == CLOUD else GROWTH_OF_A_FUNCTION_MB
        )
        report.figures[f"MB of {name}, minute {WARM_AT} and end"] = f"{before:.0f}, {megabytes:.0f}"
        if before and megabytes - before > allowed:
            report.problems.append(f"{name} grew by {megabytes - before:.0f} MB")
