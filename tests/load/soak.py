"""`make soak`: an hour of mixed load, in a few minutes.

The local cloud's clock is moved on by a minute at a time; a timer starts a sweep every five. Within
the hour CI fails now and then, its queue is paused and resumed and waiting jobs are cancelled, the
functions' credentials rotate and so does the callback's secret. An hour later a reconcile pass
looks for the uploads whose events were lost.
"""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

from coslocal.ci.errors import CiError
from coslocal.triggers.timer import TimerTrigger
from tests.load.command import Report, counted, run, say
from tests.load.counts import card_of, count_jobs
from tests.load.ending import PROBES, finish_pending
from tests.load.live import Live, live
from tests.load.memory import CLOUD, memory_of
from tests.load.mishaps import Mishaps
from tests.load.mixture import Events, Mixture, unmarked_foreign, wrong_results

MINUTES = 60
UPLOADS_A_MINUTE = 40
WARM_AT = 10
PAUSED_AT, RESUMED_AT = (15, 40), (19, 42)
CREDENTIALS_AT, SECRET_AT = (10, 30, 50), (25, 45)
JOBS_AT_ONCE = 200
CANCELLED_EACH = 3
EXPIRE_SECONDS = 20.0
DISTURBED = 0.25
FIRST_PROBE = 10**6
ROUNDS_OF_AN_HOUR = 13
GROWTH_OF_A_FUNCTION_MB = 30.0
GROWTH_OF_THE_CLOUD_MB_A_CARD = 0.05


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak it; returns the exit status."""
    return run("soak", soak, arguments)


class Soak:
    """One hour, minute by minute."""

    def __init__(self, running: Live, rng: random.Random, uploads_a_minute: int) -> None:
        self.running = running
        self._rng = rng
        self._uploads = uploads_a_minute
        self.events = Events(running.cloud.uploads, rng)
        running.cloud.cos.on_object_created = self.events
        running.cloud.runner.behaviour.start_after_seconds = 20
        running.cloud.runner.behaviour.run_seconds = 5
        queue = running.cloud.ci.queue_of(running.bucket)
        queue.max_concurrent = JOBS_AT_ONCE  # a job runs until the clock is moved on
        self.mixture = Mixture(running, self.events, rng)
        self.mishaps = Mishaps(running.cloud.runner.faults, rng)
        self.operated: Counter[str] = Counter()
        self.seen: dict[str, str] = {}
        self.changed = 0

    def minute(self, number: int) -> None:
        """Upload what a minute brings, do what an operator does, let a minute pass."""
        self.running.cloud.uploads.merged = self._rng.randint(1, 5)
        if self._rng.random() < DISTURBED:
            self.mishaps.step()
        self._upload()
        self.running.settle()
        self._operate(number)
        self.running.move_on(60)
        if number % 5 == 0:
            self.look_at_results()

    def look_at_results(self) -> None:
        """Compare the results with those seen before: none may have changed or gone."""
        now = self.running.names("results")
        self.changed += sum(now.get(name) != etag for name, etag in self.seen.items())
        self.seen = now

    def _upload(self) -> None:
        """Change what lies there once its jobs wait: what CI reads then is another content."""
        mixture = self.mixture
        for _upload in range(self._uploads):
            mixture.upload()
        mixture.upload_unnoticed()
        self.running.settle()
        for change in (mixture.replace, mixture.replace, mixture.repeat, mixture.delete):
            change()

    def _operate(self, number: int) -> None:
        cloud = self.running.cloud
        queue = cloud.ci.queue_of(self.running.bucket)
        if number in PAUSED_AT:
            cloud.ci.set_queue_state(queue, "Paused")
            self.operated["queue paused"] += 1
            self._cancel()
        if number in RESUMED_AT:
            cloud.ci.set_queue_state(queue, "Active")
            self.operated["queue resumed"] += 1
        if number in CREDENTIALS_AT:
            self._rotate_credentials()
        if number in SECRET_AT:
            cloud.rotate_callback_secret()
            self.operated["secret rotated"] += 1

    def _cancel(self) -> None:
        """Cancel some jobs that wait."""
        queue = self.running.cloud.ci.queue_of(self.running.bucket)
        waiting = [job for job in queue.jobs() if job.state == "Pause"]
        for job in self._rng.sample(waiting, min(CANCELLED_EACH, len(waiting))):
            with contextlib.suppress(CiError):
                queue.cancel(job.job_id, self.running.clock())
                self.operated["job cancelled"] += 1

    def _rotate_credentials(self) -> None:
        """Give the functions new ones; the old ones are refused a little later."""
        cloud = self.running.cloud
        old = [cloud.environment(name)["TENCENTCLOUD_SECRETID"] for name in cloud.functions]
        cloud.rotate_credentials()
        for secret_id in old:
            cloud.credentials.expire(secret_id, time.time() + EXPIRE_SECONDS)
        self.operated["credentials rotated"] += 1


def soak(rng: random.Random, cards: int = 0) -> Report:
    """Load, disturb, operate, reconcile, count."""
    began = time.monotonic()
    with live() as running:
        one = Soak(running, rng, cards // MINUTES or UPLOADS_A_MINUTE)
        running.cloud.sweep_timer.fire()  # says since when reconcile looks
        running.move_on(1)
        for number in range(1, MINUTES + 1):
            one.minute(number)
            if number == WARM_AT:
                warm, warm_cards = memory_of(running), sum(one.mixture.done.values())
            if number % WARM_AT == 0:
                say(f"  minute {number} of {MINUTES}, {sum(one.mixture.done.values())} requests")
        one.mishaps.end()
        waiting = _pending(running)
        probes = _finish(running)
        one.look_at_results()
        report = _report(one, waiting, probes)
        grown_by = sum(one.mixture.done.values()) + probes - warm_cards
        _judge_memory(report, warm, memory_of(running), grown_by)
        report.figures["seconds"] = time.monotonic() - began
        return report


def _finish(running: Live) -> int:
    """Sweep for an hour, then reconcile, then sweep until nothing is pending; counts probes."""
    running.cloud.runner.behaviour.start_after_seconds = 0
    running.cloud.runner.behaviour.run_seconds = 0
    probes = finish_pending(running, FIRST_PROBE, least_rounds=ROUNDS_OF_AN_HOUR)
    sweep = running.cloud.functions["sweep"]
    TimerTrigger(
        running.cloud.agenda,
        running.cloud.asynchronous,
        sweep,
        name="reconcile",
        every_seconds=86_400,
        message="reconcile",
    ).fire()
    running.settle()
    return probes + finish_pending(running, FIRST_PROBE + probes)


def _pending(running: Live) -> Counter[str]:
    """What is pending, by state and reason."""
    return Counter(
        f"{pending['state']} {(pending['error'] or {}).get('code', '')}".strip()
        for pending in running.documents("pending").values()
    )


def _report(one: Soak, waiting: Counter[str], probes: int) -> Report:
    report, running = Report(), one.running
    documents = running.documents("results")
    results = {card_of(found, name): found for name, found in documents.items()}
    jobs = count_jobs(running.cloud.jobs)
    wrong = wrong_results(one.mixture.current, results)
    report.figures["requests"] = counted(one.mixture.done)
    report.figures["operated"] = counted(one.operated)
    report.figures["refused or lost at CI"] = counted(one.mishaps.struck())
    report.figures["jobs"] = sum(jobs.by_card.values())
    report.must("cards with two jobs", jobs.several, 0)
    report.figures["jobs CI failed for a passing reason"] = jobs.failed
    report.figures["results"] = counted(Counter(one["outcome"] for one in documents.values()))
    report.must("photos without the result they must have", counted(wrong), "none")
    report.must("results changed", one.changed, 0)
    foreign = unmarked_foreign(one.mixture.names, results)
    report.must("results of another content, unmarked", foreign, 0)
    in_probes = sum(f"/{PROBES}/" in key for key, _version in results)
    report.must("results of probes", in_probes, probes)
    report.figures["pending after the hour"] = counted(waiting)
    report.must("pending at the end", counted(_pending(running)), "none")
    lost = [name for name in documents if "/lost/" in name]
    report.must("results of uploads whose event was lost", len(lost), len(one.events.lost))
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


if __name__ == "__main__":
    sys.exit(main())
