"""How a history must have ended: every card has its result, and nothing is left over."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from shared.store.layout import parse_pending_name, result_name
from tests.simulation.oracle import Broken
from tests.simulation.world import World

_THE_END = "the end"


def wrong_at_the_end(world: World) -> Iterator[Broken]:
    """Every card that is stuck or missing, and every result that isn't what it was."""
    if world.cos.versioned:
        return  # nothing may be sent there, so nothing ends
    prefix, objects = world.settings.output_prefix, world.cos.objects.now
    for name in objects:
        found = parse_pending_name(prefix, name)
        if found is not None:
            done = f"{prefix}results/{found.key}.{found.version}.json" in objects
            rule = "nothing is pending beside a result" if done else "2 no card is stuck"
            yield Broken(rule, f"{name}: {objects[name].body.decode()}", _THE_END)
    for key, version in _owed(world):
        if result_name(prefix, key, version) not in world.oracle.results:
            yield Broken("2 no result is missing", f"{version} of {key}", _THE_END)
    for name, body in world.oracle.results.items():
        if name not in objects or objects[name].body != body:
            yield Broken("3 results never change", name, _THE_END)


def count_jobs(world: World) -> Counter[str]:
    """Jobs per version of a card; those whose job CI lost or failed are counted by themselves."""
    versions = defaultdict(list)
    for job in world.ci.jobs.values():
        versions[job.key, job.version].append(job)
    figures: Counter[str] = Counter()
    if world.cos.versioned:
        versions.clear()  # nothing is create-once there, so uploads can be sent twice
    for jobs in versions.values():
        lost = any(job.is_lost for job in jobs)
        figures["cards with a lost job" if lost else "cards"] += 1
        figures["jobs of cards with a lost job" if lost else "jobs"] += len(jobs)
    figures["results"] = len(world.oracle.results)
    return figures


def _owed(world: World) -> set[tuple[str, str]]:
    """Every version that ever got a permit, and what lies there now since the deployment."""
    permits = world.oracle.permits.values()
    owed = {(permit.key, permit.version) for permit in permits}
    since = world.oracle.deployed_at - world.cos.skew
    for key, stored in world.cos.photographs.now.items():
        if stored.written > since:
            owed.add((key, stored.etag))
    return owed
