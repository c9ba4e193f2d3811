"""`make crash`: the functions' processes are killed, -9, at 50 random moments during 500 uploads.

The functions run as in `make up`, each upload an event of its own. Every few seconds of the local
cloud's time a timer starts a sweep, which is killed as often as the others. Then nobody is killed
any more, and the clock is moved on until sweep has finished what is pending.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence

from tests.load import specimens
from tests.load.command import Report, counted, run, say
from tests.load.ending import count, finish_pending
from tests.load.live import Live, live
from tests.load.mishaps import Killer

UPLOADS = 500
KILLS = 50
SECONDS_AN_UPLOAD = 7.2  # so that all of them come within an hour
# CI is busy: sweep looks for a submission that was lost before a callback could tell of it.
JOBS_WAIT_SECONDS = 1500
FUNCTIONS = ("submit", "callback", "sweep")


def main(arguments: Sequence[str] | None = None) -> int:
    """Crash them; returns the exit status."""
    return run("crash", crash, arguments)


def crash(rng: random.Random, cards: int = 0) -> Report:
    """Upload, kill, finish, count."""
    cards = cards or UPLOADS
    began = time.monotonic()
    with live() as running:
        running.cloud.runner.behaviour.start_after_seconds = JOBS_WAIT_SECONDS
        killer = Killer(running.functions.values())
        moments = set(rng.sample(range(cards), min(KILLS, cards)))
        for number in range(cards):
            running.put(specimens.key(number), specimens.content(number))
            running.clock.move(SECONDS_AN_UPLOAD)
            if number in moments:
                _kill_one(running, killer, rng)
            if (number + 1) % 100 == 0:
                say(f"  {number + 1:>3} of {cards} uploaded, {counted(killer.killed)}")
        running.settle()
        running.cloud.runner.behaviour.start_after_seconds = 0
        probes = finish_pending(running, cards)
        report = count(running, cards, probes)
        report.must("kills", sum(killer.killed.values()), len(moments))
        report.figures["killed"] = counted(killer.killed)
        report.figures["seconds"] = time.monotonic() - began
        return report


def _kill_one(running: Live, killer: Killer, rng: random.Random) -> None:
    """Kill a process of a function drawn by lot; of another one where it has none."""
    while True:
        name = rng.choice(FUNCTIONS)
        if name == "sweep":
            running.cloud.sweep_timer.fire()
        if killer.now(name, rng):
            return


if __name__ == "__main__":
    sys.exit(main())
