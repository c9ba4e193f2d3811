"""A history: what uploaders, timers and everybody else do, and how it must all end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from shared.documents import encode
from shared.times import rfc3339
from tests.simulation.actors import (
    start_backfill,
    start_pause,
    start_resume,
    start_submit,
    start_sweep,
)
from tests.simulation.ci import CiJob
from tests.simulation.cos import BLANK
from tests.simulation.ending import count_jobs, wrong_at_the_end
from tests.simulation.faults import Struck
from tests.simulation.forger import start_forger
from tests.simulation.oracle import Broken
from tests.simulation.recogniser import run_job
from tests.simulation.scheduler import Process, seeded
from tests.simulation.world import KEYS, Call, World

HOUR = 3600
# When sweeps come once the faults have stopped; those of a new day open a reconcile pass.
_LAST_SWEEPS = (0.05, 0.5, 1.5, 2.7, 4, 6, 9, 25, 26.2, 27.5, 30, 50, 51.5, 53, 56, 75, 77, 80, 100)
_NEW_DAYS = frozenset({1.5, 25, 50, 75})


class Outcome(NamedTuple):
    """What a history came to."""

    seed: int
    broken: tuple[Broken, ...]
    calls: tuple[Call, ...]
    struck: tuple[Struck, ...]
    tally: Counter[tuple[str, str]]
    figures: Counter[str]


def tell(seed: int, without: Collection[tuple[str, int]] = ()) -> Outcome:
    """Run the history of a seed, to its end or to the first rule that is broken."""
    world = World(seed, without)
    History(world).run()
    return outcome_of(world)


def outcome_of(world: World) -> Outcome:
    """What a world came to."""
    return Outcome(
        world.seed,
        tuple(world.oracle.broken),
        tuple(world.calls),
        tuple(world.faults.struck),
        world.faults.tally,
        _figures(world),
    )


class History:
    """One history on a world, and who takes part in it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._random = world.random
        self._hours = self._random.choice((3, 7, 7, 30))
        self._uploads = 0
        self._contents: list[bytes] = []
        self._events = 0

    def run(self) -> None:
        world = self._world
        world.run_job = self._run_job
        world.faults.note("delivery", world.settings.callback.type)
        self._old_photos()
        self._deploy()
        self._people()
        self._timers()
        self._operator()
        self._queue()
        for number in range(self._random.randint(1, 3)):
            start_forger(world, number, self._random.uniform(60, self._hours * HOUR))
        self._go_on(self._hours * HOUR)
        world.faults.stop()
        self._settle()
        if not world.is_broken():
            world.oracle.broken.extend(wrong_at_the_end(world))

    # -- who does what

    def _old_photos(self) -> None:
        """What was there before the deployment is for only backfill, if for anybody."""
        for number in range(2):
            self._world.cos.upload(f"uploads/old{number}.jpg", self._content())

    def _deploy(self) -> None:
        world = self._world
        world.scheduler.now += HOUR
        world.oracle.deployed_at = world.now()
        world.cos.write("ocr/state/since.json", encode({"since": rfc3339(world.cos.clock())}))
        after = self._random.uniform(0, self._hours * HOUR / 2)
        start_backfill(world, "backfill 1", ["uploads/old0.jpg"], after)

    def _people(self) -> None:
        keys = list(KEYS)
        self._random.shuffle(keys)
        for number, key in enumerate(keys[: self._random.randint(5, 7)]):
            after = self._random.choice((0, 5, 90, 150, HOUR / 3, self._hours * HOUR / 2))
            after += self._random.uniform(0, 20)
            self._spawn_uploader(f"uploader {number}", key, after)
        self._spawn_uploader("uploader of a text", "uploads/notes.txt", self._random.uniform(0, 60))
        if self._random.random() < 0.5:
            after = self._random.uniform(HOUR / 2, self._hours * HOUR)
            start_backfill(self._world, "rerun 1", keys[:2], after, run=2)

    def _spawn_uploader(self, name: str, key: str, after: float) -> None:
        def work(process: Process) -> None:
            content = self._content()
            self._upload(process, key, content)
            self._change_mind(process, key, content)

        self._world.scheduler.spawn(name, work, after=after)

    def _change_mind(self, process: Process, key: str, content: bytes) -> None:
        """Uploads again, deletes, replaces and puts back, at any moment."""
        happens, cos = self._world.faults.happens, self._world.cos
        pause = process.random.choice((0.2, 3, 60, 1500, 2 * HOUR)) * process.random.random()
        between = 3 + process.random.choice((2, 60, HOUR)) * process.random.random()
        if happens(process, "photo", "other content", 0.12):
            process.wait(pause)
            self._upload(process, key, self._content())
        elif happens(process, "photo", "same content", 0.1):
            process.wait(pause)
            self._upload(process, key, content)
        elif happens(process, "photo", "replaced and back", 0.12):
            process.wait(pause)
            self._upload(process, key, self._content())
            process.wait(between)
            self._upload(process, key, content)
        elif happens(process, "photo", "deleted", 0.08):
            process.wait(pause)
            cos.remove(key)

    def _upload(self, process: Process, key: str, content: bytes) -> None:
        """Put it there; COS's event comes once, more than once, late or never."""
        happens, draw = self._world.faults.happens, process.random.uniform
        content_type = "text/plain" if key.endswith(".txt") else "image/jpeg"
        self._world.note(process, "upload", key, None)
        self._world.cos.upload(key, content, content_type)
        self._events += 1
        name = f"submit {process.name.partition(' ')[2]} {process.calls}"
        after = draw(0.05, 1)
        lost = happens(process, "event", "lost", 0.08)
        if happens(process, "event", "delayed", 0.08):
            after += draw(60, 2 * HOUR)
        if not lost:
            start_submit(self._world, f"{name} a", [key, "ocr/state/since.json"], after)
        if happens(process, "event", "duplicated", 0.15):
            after += process.random.choice((0.05, 60, HOUR)) * process.random.random()
            start_submit(self._world, f"{name} b", [key], after)

    def _timers(self) -> None:
        world, end = self._world, self._hours * HOUR
        moments = [self._random.uniform(150, 3 * HOUR) for _ in range(5)]
        moments += [self._random.uniform(150, end) for _ in range(4)]
        for number, after in enumerate(sorted(moments)):
            reconcile = self._random.random() < 0.3
            start_sweep(world, f"sweep {number}", after, reconcile=reconcile)
            if number % 3 == 0:
                world.faults.note("sweep", "two at once")
                beside = after + self._random.choice((0.01, 0.5, 20)) * self._random.random()
                start_sweep(world, f"sweep {number}b", beside, reconcile=False)

    def _operator(self) -> None:
        """Now and then holds back what is sent, for minutes or hours."""
        draws = seeded(f"{self._world.seed}/operator")
        if draws.random() < 0.25:
            after = draws.uniform(0, self._hours * HOUR)
            self._world.faults.note("sweep", "paused by hand")
            start_pause(self._world, "pause 1", after)
            start_resume(self._world, "resume 1", after + draws.choice((600, HOUR, 6 * HOUR)))

    def _queue(self) -> None:
        """Now and then takes no job for hours: many cards wait, and a sweep finds them all due."""
        draws = seeded(f"{self._world.seed}/queue")
        if draws.random() >= 0.15:
            return
        kind = draws.choice(("QueueSaturated", "QueuePaused"))
        seconds = draws.choice((HOUR, 3 * HOUR, 6 * HOUR))

        def work(process: Process) -> None:
            self._world.faults.refuse_for(seconds, kind, process.scheduler.now)

        self._world.scheduler.spawn("queue", work, after=draws.choice((0, 90, HOUR / 3)))

    def _run_job(self, job: CiJob) -> None:
        run_job(self._world, job)

    def _content(self) -> bytes:
        self._uploads += 1
        if self._contents and self._random.random() < 0.1:  # the same photo at another key
            return self._random.choice(self._contents)
        start = BLANK if self._random.random() < 0.1 else b"a card: "
        content = start + f"{self._world.seed}/{self._uploads}".encode()
        self._contents.append(content)
        return content

    # -- how it ends

    def _settle(self) -> None:
        """No more faults: what is under way comes to its end, then sweeps come."""
        world = self._world
        began = world.now()
        start_resume(world, "resume z", 0)
        for number, hours in enumerate(_LAST_SWEEPS):
            self._go_on_until(began + hours * HOUR)
            idle = world.scheduler.is_idle()
            if world.is_broken() or (idle and not list(wrong_at_the_end(world))):
                return
            start_sweep(world, f"sweep z{number}", 0, reconcile=hours in _NEW_DAYS)
            self._go_on(300)

    def _go_on(self, seconds: float) -> None:
        self._go_on_until(self._world.now() + seconds)

    def _go_on_until(self, moment: float) -> None:
        self._world.scheduler.run(moment, stop=self._world.is_broken)


def _figures(world: World) -> Counter[str]:
    figures = count_jobs(world) + world.oracle.figures
    figures["calls"] = len(world.calls)
    figures["cards in it"] = len({change.key for change in world.cos.photos.past})
    figures["actors"] = len({call.process.partition(" ")[0] for call in world.calls})
    figures["faults"] = sum(world.faults.tally.values())
    return figures
