"""R12: whether a card costs more where there are more of them."""

from __future__ import annotations

from bisect import bisect_right

from bench.quiet import quiet
from bench.ratio import Figures, Part, Ratio, at_most
from bench.timing import cpu_seconds, in_turn
from shared.callback_token import CallbackToken
from shared.pipeline.callback import deliver
from shared.pipeline.submit import submit_upload
from shared.pipeline.sweep import sweep
from shared.store import Listed, Page
from tests.support.cards import finished_job
from tests.support.memory import MemoryStore
from tests.support.pipelines import World

_SIZES, _QUICK_SIZES = (1_000, 10_000, 100_000), (400, 1_000, 4_000)
_OLD_SECONDS = 130.0  # sweep leaves younger ones alone
_ENOUGH_SECONDS = 1e9
_BASES = 5  # a single one of so few cards is over too soon to be a measure


class SortedStore(MemoryStore):
    """A store in memory whose pages cost what they hold, while nothing is written."""

    _sorted: list[str] | None = None

    def list_objects(self, prefix: str, after: str | None) -> Page:
        """A page, without looking at the names around it."""
        if self._sorted is None:
            self._sorted = sorted(self.objects, key=str.encode)
        start = bisect_right(self._sorted, max(after or "", prefix[:-1]))
        names = self._sorted[start : start + self.page_size + 1]
        found = [name for name in names if name.startswith(prefix)]
        shown = found[: self.page_size]
        listed = (Listed(one, "e", len(self.objects[one]), self.written_at[one]) for one in shown)
        return Page(tuple(listed), shown[-1] if len(found) > len(shown) else None, self.now())

    def delete(self, name: str) -> None:
        """Delete an object."""
        super().delete(name)
        self._sorted = None

    def _write(self, name: str, body: bytes) -> None:
        super()._write(name, body)
        self._sorted = None


class _Cards:
    """Cards of a world in memory, on their way from the event to the result."""

    def __init__(self, count: int) -> None:
        self._world = World()
        self._world.store = SortedStore(self._world.clock)
        self._keys = [f"uploads/{number:06}.jpg" for number in range(count)]
        for key in self._keys:
            self._world.store.upload(key, key.encode())
        self._world.clock.now += _OLD_SECONDS

    def cpu_seconds(self) -> float:
        """What a card takes: its submission, a sweep that finds it running, its callback."""
        world, keys = self._world, self._keys
        with quiet():
            submit, call_back = world.context("submit"), world.context("callback")
            gate = world.gate()
            taken = cpu_seconds(lambda key: submit_upload(submit, gate, world.created(key)), keys)
            world.clock.now += _OLD_SECONDS
            tokens = [self._running(number) for number in range(len(keys))]
            until = world.clock.now + _ENOUGH_SECONDS
            taken += cpu_seconds(lambda end: sweep(world.context("sweep"), until=end), [until])
            self._end_jobs()
            jobs = world.jobs.jobs.values()
            reported = list(zip(tokens, jobs, strict=True))
            taken += cpu_seconds(lambda one: deliver(call_back, *one, "json"), reported)
        return taken / len(keys)

    def _running(self, number: int) -> CallbackToken:
        """Have the job of a card run, as CI shows it; returns its token."""
        key = self._keys[number]
        token = self._world.token(key, self._world.store.photos[key].etag)
        job_id = f"j{number + 1}"  # as the jobs in memory are numbered
        self._world.jobs.jobs[job_id] = finished_job(
            job_id=job_id, key=key, user_data=token.text, state="Running", container=None
        )
        return token

    def _end_jobs(self) -> None:
        """Have every job end."""
        read = finished_job()
        self._world.jobs.jobs = {
            name: job._replace(state=read.state, container=read.container)
            for name, job in self._world.jobs.jobs.items()
        }

    def results(self) -> int:
        """How many cards have their result."""
        return len(self._world.store.names("results"))


def _measure(*, quick: bool) -> Figures:
    first, *others = _QUICK_SIZES if quick else _SIZES
    _seconds(first)  # all is warm now
    parts = {}
    for size in others:
        ratios = in_turn(
            lambda size=size: _BASES * _seconds(size),  # type: ignore[misc]
            lambda: sum(_seconds(first) for _ in range(_BASES)),
        )
        parts[f"{size:,} cards"] = Part(at_most(1.1), ratios)
    return Figures(parts)


def _seconds(count: int) -> float:
    """The CPU time of a card among so many.

    Raises:
        RuntimeError: a card has no result in the end.
    """
    cards = _Cards(count)
    seconds = cards.cpu_seconds()
    if cards.results() != count:
        raise RuntimeError("a card has no result")
    return seconds


GROWTH = Ratio("R12", "CPU time of a card among many", "that of a card among the fewest", _measure)
