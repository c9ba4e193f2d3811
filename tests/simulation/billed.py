"""Whether the bucket's objects name each job that CI accepted, at any moment and at the end.

A history with faults and reruns, in which cards are forgotten too. What else it breaks is the
business of other stories: forgetting a card lets it have a second job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cli.bill.comparison import Comparison, OneSided
from cli.bill.gathering import Gathering
from cli.bill.ledger import open_ledger
from cli.terminal.period import Period
from shared.jobs import JobPage
from shared.jobs.reply import page_in
from shared.store.layout import result_name
from tests.simulation.ci import CiJob, document, reply_of
from tests.simulation.forgotten import start_forget
from tests.simulation.history import HOUR, History, Outcome, outcome_of
from tests.simulation.oracle import Broken
from tests.simulation.scheduler import Process, seeded
from tests.simulation.world import KEYS, World
from tests.support.memory import MemoryJobs, MemoryStore

_LOOKS = 2
_FIGURES = ("accepted", "named", "found")
_RULE = "8 the bill equals the jobs that CI accepted"


class BillSeen(NamedTuple):
    """What a bill came to beside the jobs that CI had accepted by then.

    `named` have a known JobId, `found` are of attempts without one. `lost` are those that CI lost
    before anybody was told of them: CI itself denies them. `unread` are those of a result that COS
    wouldn't show when its card was forgotten. `wrong` are all others that one side lacks.
    """

    accepted: int
    named: int
    found: int
    lost: int
    unread: int
    wrong: tuple[OneSided, ...]

    def broken(self) -> Iterator[str]:
        """What is wrong with it."""
        yield from (f"{one.kind}: {one.job_id}" for one in self.wrong)
        known = self.named + self.found + self.lost + self.unread
        if not self.wrong and known != self.accepted:
            yield f"{known} jobs for {self.accepted}"


def tell_billed(seed: int) -> Outcome:
    """Run the history of a seed, and make bills: at some moments within it, and at its end."""
    world = World(seed)
    world.cos.versioned = None  # nothing is create-once there
    world.oracle.broken = _Nothing()
    draws = seeded(f"{seed}/bill")
    for key in draws.sample(KEYS, 2):
        start_forget(world, key, [], draws.uniform(0, 4 * HOUR))
    bills: list[BillSeen] = []
    for number in range(_LOOKS):
        after = draws.uniform(HOUR, 8 * HOUR)
        world.scheduler.spawn(
            f"auditor {number}", lambda _: bills.append(bill_of(world)), after=after
        )
    History(world).run()
    bills.append(bill_of(world))
    broken = [Broken(_RULE, text, "auditor") for bill in bills for text in bill.broken()]
    figures = Counter({f"jobs {name}": getattr(bills[-1], name) for name in _FIGURES})
    outcome = outcome_of(world)
    return outcome._replace(broken=tuple(broken), figures=outcome.figures + figures)


def bill_of(world: World) -> BillSeen:
    """Make the bill of what the bucket holds now, and compare it with CI's jobs."""
    store = MemoryStore(world.now)
    store.objects = {name: stored.body for name, stored in world.cos.objects.now.items()}
    store.written_at = {name: stored.written for name, stored in world.cos.objects.now.items()}
    auditor = world.context(Process(world.scheduler, "auditor", None), "sweep")
    context = auditor._replace(store=store, jobs=_AllJobs(world))
    with open_ledger() as ledger:
        gathering = Gathering(context, ledger, Period())
        gathering.run(lambda _count: None)
        assert not gathering.unreadable
        named = sum(line.jobs for line in ledger.jobs(Period()))
        compared = Comparison(context, ledger, Period(), world.now() + HOUR, lambda _count: None)
        one_sided = list(compared)
    missing = {one.job_id for one in one_sided}
    lost = {job.job_id for job in world.ci.jobs.values() if job.vanished and not job.recorded}
    unread = {job.job_id for job in world.ci.jobs.values() if _was_forgotten_unread(world, job)}
    wrong = [one for one in one_sided if one.job_id not in lost | unread]
    return BillSeen(
        accepted=len(world.ci.jobs),
        named=named,
        found=compared.found,
        lost=len(lost.intersection(missing)),
        unread=len(unread.intersection(missing) - lost),
        wrong=tuple(wrong),
    )


def _was_forgotten_unread(world: World, job: CiJob) -> bool:
    """Whether COS refused the result to whoever was forgetting the card."""
    name = result_name(world.settings.output_prefix, job.key, job.version)
    return any(
        (call.call, call.subject, call.fault) == ("read", name, "credentials expired")
        and call.process.startswith("forget")
        for call in world.calls
    )


class _AllJobs(MemoryJobs):
    """Every job that CI ever accepted, those that it lost too, each with its UserData."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def list_created(self, since: float, next_token: str | None) -> JobPage:
        assert since <= self._world.now()
        assert next_token is None
        jobs = self._world.ci.jobs.values()
        return page_in(reply_of([document(job, shown=False) for job in jobs]))


class _Nothing(list[Broken]):
    """Forgets what broke."""

    def append(self, _broken: Broken) -> None:
        pass

    def extend(self, _broken: object) -> None:
        pass
