"""How a history must have ended: every card has its result, and nothing is left over."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from shared.store.layout import parse_pending_name, parse_result_name, result_name
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
    yield from _unnamed_jobs(world)
    for key, version in _owed(world):
        if result_name(prefix, key, version) not in world.oracle.results:
            yield Broken("2 no result is missing", f"{version} of {key}", _THE_END)
    for name, body in world.oracle.results.items():
        if name not in objects or objects[name].body != body:
            yield Broken("3 results never change", name, _THE_END)


def _unnamed_jobs(world: World) -> Iterator[Broken]:
    """Every job that no object names, and every attempt with a job whose JobId nobody was told."""
    named = _named(world)
    for job in world.ci.jobs.values():
        card = (job.key, job.version)
        if world.had_archived(*card):
            continue
        ids = {job_id for attempt, job_id in named[card] if attempt == job.attempt}
        is_named = job.job_id in ids or (None in ids and not job.recorded)
        if not is_named and (job.recorded or not job.vanished):
            text = f"{job.job_id}, attempt {job.attempt} of {job.version}"
            yield Broken("8 every job is named in an object", text, _THE_END)


def _named(world: World) -> dict[tuple[str, str], set[tuple[int, str | None]]]:
    """The attempts and JobIds that objects name, by card."""
    named: dict[tuple[str, str], set[tuple[int, str | None]]] = defaultdict(set)
    digests = {
        hashlib.sha256(change.key.encode()).hexdigest(): change
        for change in world.cos.objects.past
        if change.stored is not None
    }
    for name, stored in world.cos.objects.now.items():
        folder = name.removeprefix(world.settings.output_prefix).partition("/")[0]
        if folder not in {"pending", "results", "deleted"}:
            continue
        document = json.loads(stored.body)
        entries = {(entry["attempt"], entry["job_id"]) for entry in document["attempts"]}
        if folder == "deleted":
            for deleted in document["objects"]:
                change = digests.get(deleted["name_sha256"])
                if change is not None and change.stored is not None:
                    named[_card(world, change.key, json.loads(change.stored.body))] |= entries
            continue
        card = _card(world, name, document)
        named[card] |= entries
        if folder == "pending":
            named[card].add((document["attempt"], document["job_id"]))
    return named


def _card(world: World, name: str, document: dict[str, Any]) -> tuple[str, str]:
    """The card that a result or a pending object of that name is about."""
    prefix = world.settings.output_prefix
    found = parse_pending_name(prefix, name) or parse_result_name(prefix, name)
    return document["source"]["key"], found.version if found else ""


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
    """Every version that ever got a claim, and what lies there now since the deployment."""
    claims = world.oracle.claims.values()
    owed = {(claim.key, claim.version) for claim in claims}
    since = world.oracle.deployed_at - world.cos.skew
    for key, stored in world.cos.photos.now.items():
        if stored.written > since:
            owed.add((key, stored.etag))
    return owed
