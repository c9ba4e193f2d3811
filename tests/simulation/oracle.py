"""The rules, checked at every write and every POST as it takes effect.

The numbers are those of the design's invariants; what is checked here is seen from outside, on the
wire and in the bucket alone.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.callback_token import claimed_payload
from shared.jobs import RefusedForGood, Submission, Waiting
from shared.store.layout import (
    etag_of,
    parse_pending_name,
    parse_result_name,
    pending_name,
    result_name,
)
from shared.times import rfc3339
from tests.simulation.ci import CiJob, asked_for
from tests.simulation.cos import Stored
from tests.simulation.results import wrong_with
from tests.simulation.scheduler import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

_PERMIT_SECONDS = 60.5
_SIGNED_SECONDS = 70.5
_PAUSE_SECONDS = 10 + _PERMIT_SECONDS
_SIGNED_AT_LEAST_SECONDS = 70 - 2  # COS's Date has whole seconds
_STALE_SECONDS = 1200 - 2  # COS counts whole seconds
# What holds even in a bucket with versioning, where nothing is create-once.
_ALWAYS = frozenset(
    {
        "nothing is sent where create-once has no effect",
        "4 nobody without a token changes anything",
        "6 output never becomes input",
        "no bug",
    }
)
_WRITERS = frozenset({"submit", "sweep", "backfill", "rerun"})


class Broken(NamedTuple):
    """A rule that was broken, and by whom."""

    rule: str
    text: str
    process: str


@dataclass
class PermitSeen:
    """A pending object as it was created."""

    process: str
    owner: str
    at: float
    key: str
    version: str
    attempt: int
    posts: int = 0
    dated: bool = True


class Oracle:
    """Watches every effect."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.broken: list[Broken] = []
        self.permits: dict[str, PermitSeen] = {}
        self.results: dict[str, bytes] = {}
        self.refused_for_good: dict[tuple[str, str], str] = {}
        self.deployed_at = 0.0
        self._stopped: dict[str, float] = {}
        self._sent: Counter[tuple[str, str]] = Counter()
        self._sent_at: dict[str, float] = {}
        self.figures: Counter[str] = Counter()

    # -- effects in the bucket

    def created(self, process: Process, name: str, body: bytes) -> None:
        """An object was created, create-once."""
        self._may_write(process, name)
        if self._folder(name) == "results":
            self._result_created(process, name, body)
        elif self._folder(name) == "pending":
            self._permit_created(process, name, json.loads(body))

    def undated(self, name: str) -> None:
        """The reply to a creation had no Date."""
        if name in self.permits:
            self.permits[name].dated = False

    def replaced(self, process: Process, name: str, before: Stored | None, body: bytes) -> None:
        """An object was written, whatever was there."""
        self._may_write(process, name)
        if self._folder(name) == "results":
            self._break("3 results never change", process, "a result was written over")
        elif self._folder(name) == "pending":
            self._pending_replaced(process, name, before, json.loads(body))

    def deleted(self, process: Process, name: str) -> None:
        """An object is about to be deleted."""
        self._may_write(process, name)
        if self._folder(name) == "results":
            self._break("3 results never change", process, "a result was deleted")
        found = parse_pending_name(self._world.settings.output_prefix, name)
        if found is None:
            return
        prefix = self._world.settings.output_prefix
        if f"{prefix}results/{found.key}.{found.version}.json" not in self._world.cos.objects.now:
            self._break("no attempt is deleted before the result exists", process, name)

    # -- effects at CI

    def left(self, process: Process) -> None:
        """A POST left, whatever CI makes of it."""
        if process.kind != "sweep":
            return
        now = self._world.now()
        if now > self._stopped.get(process.name, now):
            self._break("a run stops at a refusal", process, "it sent another job")
        before = self._sent_at.get(process.name, 0)
        if 0 <= now - before < 1 / self._world.settings.requests_per_second - 0.001:
            self._break("sending is paced", process, f"{now - before:.3f} s apart")
        self._sent_at[process.name] = now

    def posted(self, process: Process, request: bytes, left_at: float) -> None:
        """A POST arrived at CI."""
        key, version, attempt = self._about(request)
        name = pending_name(self._world.settings.output_prefix, key, version, attempt)
        permit = self.permits.get(name)
        versioned = self._world.cos.versioned
        if versioned == "enabled" or (versioned == "suspended" and process.kind == "sweep"):
            self._break("nothing is sent where create-once has no effect", process, name)
        if not key.startswith(self._world.settings.input_prefix):
            self._break("6 output never becomes input", process, name)
        if permit is None or permit.process != process.name:
            self._break("one permit, one POST", process, f"no permit of its own for {name}")
            return
        permit.posts += 1
        if permit.posts > 1:
            self._break("one permit, one POST", process, f"a second POST under {name}")
        if left_at - permit.at > _PERMIT_SECONDS:
            self._break("a permit grows old", process, f"sent {left_at - permit.at:.0f} s after it")
        self._in_time_to_be_missed(process, permit)
        self._source_was_looked_at(process, permit)
        self._keep_to_the_days_limit(process, left_at)
        self._keep_to_a_pause(process, left_at)

    def answered(self, process: Process, request: bytes, submission: Submission) -> None:
        """CI's answer reached the process."""
        if isinstance(submission, RefusedForGood):
            self.refused_for_good[process.name, self._about(request)[0]] = submission.code
        if isinstance(submission, Waiting) and submission.refusal != "other":
            self._stopped.setdefault(process.name, self._world.now())

    def accepted(self, process: Process, job: CiJob) -> None:
        """CI made a job."""
        earlier = [found for found in self._world.ci.of(job.key, job.version) if found is not job]
        if not all(found.is_lost for found in earlier):
            self._break("1 one job", process, f"{job.job_id} is a second job for the same card")
        recorded = [found for found in earlier if found.recorded or not found.vanished]
        if len(recorded) >= self._world.settings.max_attempts:
            self._break("MAX_ATTEMPTS", process, f"{job.job_id} is one job too many")

    def expired(self, process: Process, request: bytes) -> None:
        """CI refused a POST because its signature had ended."""
        name = pending_name(self._world.settings.output_prefix, *self._about(request))
        permit = self.permits.get(name)
        if permit is None:
            return
        late = self._world.ci.clock() - (permit.at + self._world.cos.skew)
        if late < _SIGNED_AT_LEAST_SECONDS:
            self._break("a signature ends with its permit", process, f"after {late:.0f} s")

    # -- functions

    def handled(self, process: Process, key: str) -> None:
        """An event was handled, and SCF will not deliver it again."""
        stored = self._world.cos.photographs.now.get(key)
        if stored is None or self._world.cos.photographs.changed(key, process.started_at):
            return
        prefix = self._world.settings.output_prefix
        result = result_name(prefix, key, stored.etag)
        permit = pending_name(prefix, key, stored.etag, 1)
        if permit not in self.permits and result not in self.results:
            self._break("an event without a permit is delivered again", process, key)

    def crashed(self, process: Process, error: BaseException) -> None:
        """The pipeline met an exception that is none of its own."""
        self._break("no bug", process, f"{type(error).__name__}: {error}")

    def _result_created(self, process: Process, name: str, body: bytes) -> None:
        before = self.results.get(name)
        if before is not None:
            self._break("3 results never change", process, "a result was written again")
        self.results[name] = body
        document: dict[str, Any] = json.loads(body)
        self._count(document)
        found = parse_result_name(self._world.settings.output_prefix, name)
        key, version = document["source"]["key"], found.version if found else ""
        if result_name(self._world.settings.output_prefix, key, version) != name:
            self._break("a result's name is its card's", process, name)
        for rule, text in wrong_with(self._world, process, document, version):
            self._break(rule, process, text)

    def _count(self, document: dict[str, Any]) -> None:
        """What the pipeline is for: a safe one that never gets anywhere breaks no rule."""
        self.figures[document["outcome"]] += 1
        again = (document["job"] or {"attempt": 0})["attempt"] > 1
        self.figures["read after another attempt"] += int(again)

    def _permit_created(self, process: Process, name: str, document: dict[str, Any]) -> None:
        key, version = document["source"]["key"], document["version"]
        permit = PermitSeen(
            process.name, document["owner"], self._world.now(), key, version, document["attempt"]
        )
        settings = self._world.settings
        if process.kind not in _WRITERS:
            self._break("nobody else takes a permit", process, name)
        if pending_name(settings.output_prefix, key, version, permit.attempt) != name:
            self._break("a permit's name is its card's", process, name)
        if not key.startswith(settings.input_prefix):
            self._break("6 output never becomes input", process, name)
        changes = [c for c in self._world.cos.photographs.past if c.key == key and c.stored]
        ages = [c.at for c in changes if c.stored and c.stored.etag == etag_of(version)]
        if not ages:
            self._break("permits are for versions that existed", process, name)
        elif process.kind == "sweep" and permit.attempt == 1 and max(ages) < self.deployed_at - 2:
            self._break("what was there before is backfill's alone", process, name)
        if result_name(settings.output_prefix, key, version) in self._world.cos.objects.now:
            return  # one that comes after the result permits nothing
        if permit.attempt > 1:
            self._next_attempt(process, permit, gives_up=document["state"] == "waiting")
        self.permits[name] = permit

    def _next_attempt(self, process: Process, permit: PermitSeen, *, gives_up: bool) -> None:
        """What the attempt before must have come to; a permit to give up needn't wait as long."""
        prefix = self._world.settings.output_prefix
        before = pending_name(prefix, permit.key, permit.version, permit.attempt - 1)
        seen = self.permits.get(before)
        if seen is None:
            self._break("attempts have no gaps", process, f"before {permit.attempt} of {before}")
            return
        stored = self._world.cos.objects.now.get(before)
        last: dict[str, Any] = json.loads(stored.body) if stored else {}
        if last.get("state") in {"claimed", "unknown"} and permit.at - seen.at < _STALE_SECONDS:
            self._break("an unanswered attempt is stale first", process, before)
        refused = last.get("state") == "waiting" and (last["error"] or {}).get("class")
        wait = min(300 << (permit.attempt - 2), 3600) - 2
        if refused and not gives_up and permit.at - seen.at < wait:
            self._break("a refused attempt waits", process, f"{permit.at - seen.at:.0f} s")

    def _pending_replaced(
        self, process: Process, name: str, before: Stored | None, document: dict[str, Any]
    ) -> None:
        permit = self.permits.get(name)
        result = result_name(
            self._world.settings.output_prefix, document["source"]["key"], document["version"]
        )
        if self._world.cos.versioned or result in self._world.cos.objects.now:
            return  # whatever lies there now permits nothing
        if permit is None:
            self._break("a pending object begins as a permit", process, name)
            return
        if document["owner"] != permit.owner:
            self._break("a pending object keeps its owner", process, name)
        creator = permit.process == process.name
        if not creator and (process.kind != "sweep" or before is None):
            self._break("only creator and sweep rewrite", process, name)
        if document["state"] != "submitted":
            return
        job = self._world.ci.jobs.get(document["job_id"])
        about = (permit.key, permit.version, permit.attempt)
        if job is None or (job.key, job.version, job.attempt) != about:
            self._break("a recorded job is the attempt's", process, name)
        else:
            job.recorded = True
            self.figures["jobs found again"] += int(not creator)

    def _in_time_to_be_missed(self, process: Process, permit: PermitSeen) -> None:
        """Sweep believes 80 s after a permit, by the cloud's clocks, that it sends nothing more."""
        late = self._world.ci.clock() - (permit.at + self._world.cos.skew)
        if late > _SIGNED_SECONDS:
            self._break("no job is made late", process, f"{late:.0f} s after its permit")
        if not permit.dated:
            self._break("a permit without a date permits nothing", process, permit.process)

    def _source_was_looked_at(self, process: Process, permit: PermitSeen) -> None:
        held = self._world.cos.photographs.held
        etag = etag_of(permit.version)
        if permit.attempt > 1 and not held(permit.key, etag, permit.at, self._world.now()):
            text = f"attempt {permit.attempt} was sent for a photograph that is another or gone"
            self._break("from attempt 2 on the source is looked at", process, text)

    def _keep_to_the_days_limit(self, process: Process, left_at: float) -> None:
        """What a sweep sends in a day, beside what it could know of; two at once can send more."""
        limit = self._world.settings.max_jobs_per_day
        if process.kind != "sweep" or limit is None:
            return
        day = rfc3339(left_at + process.skew)[:10]
        self._sent[process.name, day] += 1
        known = self._least_known_to_be_sent(f"ocr/state/sent/{day}.json", process.started_at)
        if known + self._sent[process.name, day] > limit:
            self._break("MAX_JOBS_PER_DAY", process, f"{known} were known to be sent")

    def _keep_to_a_pause(self, process: Process, left_at: float) -> None:
        """A run asks every ten seconds; what has its permit by then goes out within a minute."""
        paused = self._world.cos.objects.there_since("ocr/state/paused.json", left_at)
        if process.kind != "sweep" or paused is None:
            return
        late = left_at - paused - process.frozen
        if late > _PAUSE_SECONDS:
            self._break("a pause is kept", process, f"sent {late:.0f} s after it")

    def _least_known_to_be_sent(self, name: str, since: float) -> int:
        """The day's smallest count since then: jobs are counted ahead, and what isn't used goes."""
        objects = self._world.cos.objects
        counts = [objects.as_of(since).get(name)]
        counts += [c.stored for c in objects.past if c.key == name and c.at >= since]
        return min(json.loads(stored.body)["sent"] if stored else 0 for stored in counts)

    def _may_write(self, process: Process, name: str) -> None:
        if process.kind == "forged":
            self._break("4 nobody without a token changes anything", process, name)
        if not name.startswith(self._world.settings.output_prefix):
            self._break("6 output never becomes input", process, name)

    def _about(self, request: bytes) -> tuple[str, str, int]:
        wanted = asked_for(request)
        job = CiJob(job_id="", version="", attempt=0, created=0, **wanted)
        return job.key, *version_and_attempt(job.token)

    def _folder(self, name: str) -> str:
        return name.removeprefix(self._world.settings.output_prefix).partition("/")[0]

    def _break(self, rule: str, process: Process, text: str) -> None:
        if self._world.cos.versioned and rule not in _ALWAYS:
            return
        self.broken.append(Broken(rule, text, process.name))


def version_and_attempt(token: str) -> tuple[str, int]:
    """What a token says."""
    claimed = claimed_payload(token)
    return (claimed.version, claimed.attempt) if claimed else ("", 0)
