"""The rules, checked at every write and every POST as it takes effect.

The numbers are those of the design's invariants; what is checked here is seen from outside, only
on the wire and in the bucket.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.callback_token import claimed_payload
from shared.jobs import RefusedForGood, Submission
from shared.store.layout import (
    etag_of,
    parse_pending_name,
    parse_result_name,
    pending_name,
    result_name,
)
from tests.simulation.ci import CiJob, asked_for
from tests.simulation.cos import Stored
from tests.simulation.results import Wrong, wrong_with
from tests.simulation.scheduler import Process
from tests.simulation.sending import CLAIM_SECONDS, Sending

if TYPE_CHECKING:
    from tests.simulation.world import World

NO_BUG = "no bug"  # an exception that is none of ours
_SIGNED_SECONDS = 70.5
_SIGNED_AT_LEAST_SECONDS = 70 - 2  # COS's Date has whole seconds
_STALE_SECONDS = 1200 - 2  # COS counts whole seconds
# What holds even in a bucket with versioning, where nothing is create-once.
_ALWAYS = frozenset(
    {
        "nothing is sent where create-once has no effect",
        "4 nobody without a token changes anything",
        "6 output never becomes input",
        NO_BUG,
    }
)
_WRITERS = frozenset({"submit", "sweep", "backfill", "rerun"})


class Broken(NamedTuple):
    """A rule that was broken, and by whom."""

    rule: str
    text: str
    process: str


@dataclass
class ClaimSeen:
    """A pending object as it was created."""

    process: str
    owner: str
    at: float
    key: str
    version: str
    attempt: int
    started_at: float = 0.0
    refusals: int = 0
    posts: int = 0
    dated: bool = True
    has_left: bool = False
    is_released: bool = False

    @property
    def may_be_sent(self) -> bool:
        """Whether its POST left, or nobody wrote down that it didn't."""
        return self.has_left or not self.is_released


class Oracle:
    """Watches every effect."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.broken: list[Broken] = []
        self.claims: dict[str, ClaimSeen] = {}
        self.results: dict[str, bytes] = {}
        self.forgotten: set[str] = set()  # what somebody deleted on purpose
        self.refused_for_good: dict[tuple[str, str], str] = {}
        self.deployed_at = 0.0
        self.sending = Sending(world)
        self.figures: Counter[str] = Counter()

    # -- effects in the bucket

    def created(self, process: Process, name: str, body: bytes) -> None:
        """An object was created, create-once."""
        self._may_write(process, name)
        if self._folder(name) == "results":
            self._result_created(process, name, body)
        elif self._folder(name) == "pending":
            self._claim_created(process, name, json.loads(body))

    def undated(self, name: str) -> None:
        """The reply to a creation had no Date."""
        if name in self.claims:
            self.claims[name].dated = False

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
        if process.kind == "forget":
            self.results.pop(name, None)
            self.forgotten.add(name)
            return
        if self._folder(name) == "results":
            self._break("3 results never change", process, "a result was deleted")
        found = parse_pending_name(self._world.settings.output_prefix, name)
        if found is None:
            return
        prefix = self._world.settings.output_prefix
        result = f"{prefix}results/{found.key}.{found.version}.json"
        if result not in self._world.cos.objects.now and result not in self.forgotten:
            self._break("no attempt is deleted before the result exists", process, name)

    # -- effects at CI

    def left(self, process: Process, request: bytes) -> None:
        """A POST left, whatever CI makes of it."""
        name = pending_name(self._world.settings.output_prefix, *self._about(request))
        if name in self.claims:
            self.claims[name].has_left = True
        self._break_all(process, self.sending.left(process, self._about(request)))

    def posted(self, process: Process, request: bytes, left_at: float) -> None:
        """A POST arrived at CI."""
        key, version, attempt = self._about(request)
        name = pending_name(self._world.settings.output_prefix, key, version, attempt)
        claim = self.claims.get(name)
        versioned = self._world.cos.versioned
        if versioned == "enabled" or (versioned == "suspended" and process.kind == "sweep"):
            self._break("nothing is sent where create-once has no effect", process, name)
        if not key.startswith(self._world.settings.input_prefix):
            self._break("6 output never becomes input", process, name)
        if claim is None or claim.process != process.name:
            self._break("one claim, one POST", process, f"no claim of its own for {name}")
            return
        claim.posts += 1
        if claim.posts > 1:
            self._break("one claim, one POST", process, f"a second POST under {name}")
        if left_at - claim.at > CLAIM_SECONDS:
            self._break("a claim grows old", process, f"sent {left_at - claim.at:.0f} s after it")
        self._in_time_to_be_missed(process, claim)
        self._source_was_looked_at(process, claim)
        self._break_all(process, self.sending.arrived(process))

    def answered(self, process: Process, request: bytes, submission: Submission) -> None:
        """CI's answer reached the process."""
        if isinstance(submission, RefusedForGood):
            self.refused_for_good[process.name, self._about(request)[0]] = submission.code
        self.sending.answered(process, self._about(request), submission)

    def unanswered(self, process: Process) -> None:
        """No answer reached the process."""
        self.sending.unanswered(process)

    def accepted(self, process: Process, job: CiJob) -> None:
        """CI made a job."""
        earlier = [found for found in self._world.ci.of(job.key, job.version) if found is not job]
        if not all(found.is_lost for found in earlier):
            self._break("1 one job", process, f"{job.job_id} is a second job for the same card")
        recorded = [found for found in earlier if found.recorded or not found.vanished]
        is_known = not self._world.had_archived(job.key, job.version)
        if is_known and len(recorded) >= self._world.settings.max_attempts:
            self._break("MAX_ATTEMPTS", process, f"{job.job_id} is one job too many")

    def expired(self, process: Process, request: bytes) -> None:
        """CI refused a POST because its signature had ended."""
        name = pending_name(self._world.settings.output_prefix, *self._about(request))
        claim = self.claims.get(name)
        if claim is None:
            return
        late = self._world.ci.clock() - (claim.at + self._world.cos.skew)
        if late < _SIGNED_AT_LEAST_SECONDS:
            self._break("a signature ends with its claim", process, f"after {late:.0f} s")

    # -- functions

    def handled(self, process: Process, key: str) -> None:
        """An event was handled, and SCF will not deliver it again."""
        stored = self._world.cos.photos.now.get(key)
        if stored is None or self._world.cos.photos.changed(key, process.started_at):
            return
        if self._was_shown_a_late_listing(process):
            return  # it can show an earlier version; reconcile finds this one
        prefix = self._world.settings.output_prefix
        result = result_name(prefix, key, stored.etag)
        claim = pending_name(prefix, key, stored.etag, 1)
        if claim not in self.claims and result not in self.results:
            self._break("an event without a claim is delivered again", process, key)

    def _was_shown_a_late_listing(self, process: Process) -> bool:
        """Whether a photo whose HEAD was refused was looked for in a listing that lagged."""
        mine = (call for call in self._world.calls if call.process == process.name)
        return any((one.call, one.fault) == ("list_photos", "listing lags") for one in mine)

    def crashed(self, process: Process, error: BaseException) -> None:
        """The pipeline met an exception that is none of its own."""
        self._break(NO_BUG, process, f"{type(error).__name__}: {error}")

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
        self._break_all(process, wrong_with(self._world, process, document, version))

    def _count(self, document: dict[str, Any]) -> None:
        """What the pipeline is for: a safe one that never gets anywhere breaks no rule."""
        self.figures[document["outcome"]] += 1
        again = (document["job"] or {"attempt": 0})["attempt"] > 1
        self.figures["read after another attempt"] += int(again)

    def _claim_created(self, process: Process, name: str, document: dict[str, Any]) -> None:
        key, version = document["source"]["key"], document["version"]
        claim = ClaimSeen(
            process.name,
            document["owner"],
            self._world.now(),
            key,
            version,
            document["attempt"],
            process.started_at,
            document["refusals"],
            is_released=document["state"] == "waiting",
        )
        settings = self._world.settings
        if process.kind not in _WRITERS:
            self._break("nobody else takes a claim", process, name)
        if pending_name(settings.output_prefix, key, version, claim.attempt) != name:
            self._break("a claim's name is its card's", process, name)
        if not key.startswith(settings.input_prefix):
            self._break("6 output never becomes input", process, name)
        changes = [c for c in self._world.cos.photos.past if c.key == key and c.stored]
        ages = [c.at for c in changes if c.stored and c.stored.etag == etag_of(version)]
        if not ages:
            self._break("claims are for versions that existed", process, name)
        elif process.kind == "sweep" and claim.attempt == 1 and max(ages) < self.deployed_at - 2:
            self._break("what was there before is for only backfill", process, name)
        if result_name(settings.output_prefix, key, version) in self._world.cos.objects.now:
            return  # one that comes after the result claims nothing
        if claim.attempt > 1:
            self._next_attempt(process, claim, gives_up=document["state"] == "waiting")
        self.claims[name] = claim

    def _next_attempt(self, process: Process, claim: ClaimSeen, *, gives_up: bool) -> None:
        """What the attempt before must have come to; a claim to give up needn't wait as long."""
        prefix = self._world.settings.output_prefix
        before = pending_name(prefix, claim.key, claim.version, claim.attempt - 1)
        seen = self.claims.get(before)
        if seen is None:
            self._break("attempts have no gaps", process, f"before {claim.attempt} of {before}")
            return
        stored = self._world.cos.objects.now.get(before)
        last: dict[str, Any] = json.loads(stored.body) if stored else {}
        if before in self._world.archived:
            return
        past = [c.stored for c in self._world.cos.objects.past if c.key == before and c.stored]
        if claim.refusals not in {json.loads(one.body)["refusals"] for one in past}:
            self._break("refusals are carried over", process, f"{claim.refusals} of {before}")
        if last.get("state") in {"claimed", "unknown"} and claim.at - seen.at < _STALE_SECONDS:
            self._break("an unanswered attempt is stale first", process, before)
        kind = (last.get("error") or {}).get("class")
        refused = last.get("state") == "waiting" and kind not in {None, "held"}
        wait = min(300 << max(last.get("refusals", 0) - 1, 0), 3600) - 2
        if refused and not gives_up and claim.at - seen.at < wait:
            self._break("a refused attempt waits", process, f"{claim.at - seen.at:.0f} s")

    def _pending_replaced(
        self, process: Process, name: str, before: Stored | None, document: dict[str, Any]
    ) -> None:
        claim = self.claims.get(name)
        result = result_name(
            self._world.settings.output_prefix, document["source"]["key"], document["version"]
        )
        if self._world.cos.versioned or result in self._world.cos.objects.now:
            return  # whatever lies there now claims nothing
        if name in self.forgotten:
            return  # whoever read it before may still write it; the second look deletes that
        if claim is None:
            self._break("a pending object begins as a claim", process, name)
            return
        was_archived = name in self._world.archived  # then nobody knows what it said
        if document["owner"] != claim.owner and not was_archived:
            self._break("a pending object keeps its owner", process, name)
        creator = claim.process == process.name
        if creator and document["state"] == "waiting" and not claim.is_released:
            self._released(process, claim, document)
        if not creator and (process.kind != "sweep" or before is None):
            self._break("only creator and sweep rewrite", process, name)
        if document["state"] != "submitted":
            return
        job = self._world.ci.jobs.get(document["job_id"])
        about = (claim.key, claim.version, claim.attempt)
        if job is None or (job.key, job.version, job.attempt) != about:
            self._break("a recorded job is the attempt's", process, name)
        else:
            job.recorded = True
            self.figures["jobs found again"] += int(not creator)

    def _released(self, process: Process, claim: ClaimSeen, document: dict[str, Any]) -> None:
        """The creator wrote down that no job was made."""
        # One that was stale before counts as sent: sweep may have counted on it.
        claim.is_released = self._world.now() - claim.at < _STALE_SECONDS
        kind = (document["error"] or {}).get("class")
        expected = claim.refusals + int(kind in {"capacity", "configuration", "other"})
        if document["refusals"] != expected:
            self._break("refusals are counted", process, f"{document['refusals']}, not {expected}")

    def _in_time_to_be_missed(self, process: Process, claim: ClaimSeen) -> None:
        """Sweep believes 80 s after a claim, by the cloud's clocks, that it sends nothing more."""
        late = self._world.ci.clock() - (claim.at + self._world.cos.skew)
        if late > _SIGNED_SECONDS:
            self._break("no job is made late", process, f"{late:.0f} s after its claim")
        if not claim.dated:
            self._break("a claim without a date claims nothing", process, claim.process)

    def _source_was_looked_at(self, process: Process, claim: ClaimSeen) -> None:
        held = self._world.cos.photos.held
        etag = etag_of(claim.version)
        since = process.started_at  # HEAD comes before the claim
        if claim.attempt > 1 and not held(claim.key, etag, since, self._world.now()):
            text = f"attempt {claim.attempt} was sent for a photo that is another or gone"
            self._break("from attempt 2 on the source is looked at", process, text)

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

    def _break_all(self, process: Process, found: Iterable[Wrong]) -> None:
        for rule, text in found:
            self._break(rule, process, text)

    def _break(self, rule: str, process: Process, text: str) -> None:
        if self._world.cos.versioned and rule not in _ALWAYS:
            return
        self.broken.append(Broken(rule, text, process.name))


def version_and_attempt(token: str) -> tuple[str, int]:
    """What a token says."""
    claimed = claimed_payload(token)
    return (claimed.version, claimed.attempt) if claimed else ("", 0)
