"""`make replay`: what happened in issue 904 of AWS's IDP accelerator, on this pipeline.

There 4,384 uploads became 14,727 executions, all billed: events came again, and each was worked on
again. Here as many uploads arrive in events of 50 records, delivered as often, some in parallel,
while processes are killed and CI and COS refuse, break off and lose things. Then nothing more goes
wrong, and the local cloud's clock is moved on until sweep has finished what is pending.
"""

from __future__ import annotations

import math
import random
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from coslocal.cos import ObjectCreated
from coslocal.triggers.cos_event import cos_event
from tests.load import specimens
from tests.load.command import Report, counted, run, say, seeded
from tests.load.ending import count, finish_pending
from tests.load.live import Live, live
from tests.load.mishaps import CosMishaps, Killer, Mishaps

UPLOADS = 4384
RECORDS_AN_EVENT = 50
EXECUTIONS_AN_UPLOAD = 14_727 / 4_384
KILLS = 60
KILLED = ("submit", "submit", "callback", "callback", "sweep")
COS_FAULTS = 1 / 1000
EVENTS_AT_ONCE = 4
SECONDS_AN_EVENT = 41.0  # so that all of them come within an hour
UPLOADERS = 4


class Redelivery:
    """The trigger of the replay: full events, each delivered several times."""

    def __init__(self, running: Live, rng: random.Random) -> None:
        self._cloud = running.cloud
        self._rng = rng
        self._waiting: list[ObjectCreated] = []
        self._lock = threading.Lock()
        self.events = 0
        self.delivered = 0

    def __call__(self, upload: ObjectCreated) -> None:
        """Take note of an upload."""
        if upload.key.startswith(self._cloud.setup.upload_prefix):
            with self._lock:
                self._waiting.append(upload)

    def send(self) -> None:
        """Deliver all noted uploads in events, the first time now, the others now or later."""
        self._waiting.sort(key=lambda upload: upload.key)  # uploaders are threads
        while self._waiting:
            records = self._waiting[:RECORDS_AN_EVENT]
            del self._waiting[:RECORDS_AN_EVENT]
            event = cos_event(records, "submit")
            times = int(EXECUTIONS_AN_UPLOAD + self._rng.random())
            for number in range(times):
                parallel = number == 0 or self._rng.random() < 0.5
                self._deliver(event, 0 if parallel else self._rng.uniform(1, 1800))
            self.events += 1
            self.delivered += times

    def _deliver(self, event: dict[str, object], after: float) -> None:
        submit = self._cloud.functions["submit"]
        self._cloud.agenda.add(lambda: self._cloud.asynchronous.send(submit, event), after=after)


class Disturbance:
    """Everything that goes wrong in the replay."""

    def __init__(self, running: Live, rng: random.Random) -> None:
        self._rng = rng
        self._ci = Mishaps(running.cloud.runner.faults, rng)
        self._cos = CosMishaps(seeded(rng.random()), COS_FAULTS)
        self._killer = Killer(running.functions.values())
        running.cloud.cos.before_effect = self._cos.before
        running.cloud.cos.after_effect = self._cos.after

    def step(self, share: float) -> None:
        """Have go wrong what is due with this share of the uploads."""
        for _event in range(EVENTS_AT_ONCE):
            self._ci.step()
        for _kill in range(math.ceil(KILLS * share)):
            self._killer.soon(self._rng.choice(KILLED), self._rng)

    def end(self) -> None:
        """Nothing more goes wrong."""
        self._killer.finish()
        self._ci.end()
        self._cos.end()

    def figures(self) -> dict[str, object]:
        """What went wrong."""
        ci, cos, killed = self._ci.struck(), self._cos.struck, self._killer.killed
        return {
            "kills": f"{sum(killed.values())}: {counted(killed)}",
            "refused or lost at CI": f"{sum(ci.values())}: {counted(ci)}",
            "refused at COS": f"{sum(cos.values())}: {counted(cos)}",
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay it; returns the exit status."""
    return run("replay", replay, arguments)


def replay(rng: random.Random, cards: int = 0) -> Report:
    """Upload, disturb, finish, count."""
    cards = cards or UPLOADS
    began = time.monotonic()
    with live() as running:
        trigger = Redelivery(running, rng)
        running.cloud.cos.on_object_created = trigger
        disturbance = Disturbance(running, rng)
        _upload_all(running, cards, trigger, disturbance)
        disturbance.end()
        events = f"{trigger.delivered} deliveries of {trigger.events}"
        uploaded = time.monotonic()
        probes = finish_pending(running, cards, trigger.send)
        report = count(running, cards, probes)
        report.figures |= {
            "events": events,
            **disturbance.figures(),
            "seconds, disturbed": uploaded - began,
            "seconds, all": time.monotonic() - began,
        }
        return report


def _upload_all(running: Live, cards: int, trigger: Redelivery, disturbance: Disturbance) -> None:
    """Upload in batches of a few events; each batch is delivered while things go wrong."""
    batch = RECORDS_AN_EVENT * EVENTS_AT_ONCE
    with ThreadPoolExecutor(UPLOADERS) as uploaders:
        for start in range(0, cards, batch):
            numbers = range(start, min(start + batch, cards))
            list(uploaders.map(partial(_upload, running), numbers))
            disturbance.step(len(numbers) / cards)
            trigger.send()
            running.move_on(SECONDS_AN_EVENT * len(numbers) / RECORDS_AN_EVENT)
            say(f"  {numbers[-1] + 1:>5} of {cards} uploaded")


def _upload(running: Live, number: int) -> None:
    running.put(specimens.key(number), specimens.content(number))


if __name__ == "__main__":
    sys.exit(main())
