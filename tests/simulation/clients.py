"""The pipeline's two protocols on the simulated cloud, for one process.

They do what `shared.store.cos` and `shared.jobs.service` do on the SDK: ask once more where the SDK
does, compare an object that lies there already with their own, send a POST once and only while the
claim is young, and read CI's bytes with the real reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from shared.errors import JobServiceFault, PhotoUnreadable, StorageFault
from shared.jobs import Described, JobPage, NewJob, Submission, Unknown, Waiting
from shared.jobs.reply import described_in, error_in, meaning, page_in
from shared.jobs.service import job_request
from shared.settings.load import Settings
from shared.store import Created, Page, Photo
from shared.store.cos import page_in as listing_in
from shared.times import rfc3339
from tests.simulation.ci import asked_for
from tests.simulation.cos import Folder, Stored
from tests.simulation.network import Effect, Network, NoConnection, NoReply, Reply, error_body
from tests.simulation.scheduler import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")

_LONGEST_LAG_SECONDS = 2 * 3600
# The same bytes are read many times over.
_described_in = lru_cache(maxsize=4096)(described_in)
_page_in = lru_cache(maxsize=4096)(page_in)


class SimulatedStore:
    """`Store` for one process."""

    def __init__(self, world: World, process: Process) -> None:
        self._world = world
        self._cos = world.cos
        self._process = process
        self._network = Network(world, process)

    def head_photo(self, key: str) -> Photo | None:
        found: list[Photo] = []

        def effect(_lag: float) -> Reply:
            # One bucket holds both, under different prefixes.
            stored = self._cos.photos.now.get(key) or self._cos.objects.now.get(key)
            if stored is None:
                return Reply(404, "NoSuchResource")
            if key in self._world.refused:
                return Reply(self._world.refused[key])
            modified = rfc3339(stored.written)
            size = len(stored.body)
            photo = Photo(key, stored.etag, size, modified, stored.content_type, None)
            if stored.is_archived:
                photo = photo._replace(problem="archived")
            found[:] = [photo._replace(seen_at=self._cos.clock())]
            return Reply(200)

        try:
            reply = self._asked("head_photo", key, effect)
        except StorageFault as fault:
            if fault.status not in {400, 403}:
                raise
            is_denied = fault.status == 403
            raise PhotoUnreadable("HEAD of a photo", fault.code, is_denied=is_denied) from None
        if reply.damage is not None:
            raise StorageFault("HEAD of a photo", "UnreadableReply")
        return None if reply.status == 404 else found[0]

    def list_photos(self, prefix: str, after: str | None) -> Page:
        return self._list("list_photos", self._cos.photos, prefix, after)

    def list_objects(self, prefix: str, after: str | None) -> Page:
        return self._list("list_objects", self._cos.objects, prefix, after)

    def read(self, name: str) -> bytes | None:
        found = self._get(name)
        return None if found is None else found.body

    def _get(self, name: str) -> Stored | None:
        found: list[Stored] = []

        def effect(_lag: float) -> Reply:
            stored = self._cos.objects.now.get(name)
            if stored is None:
                return Reply(404, "NoSuchKey")
            if stored.is_archived:
                return Reply(403, "InvalidObjectState")
            if name in self._world.refused:
                return Reply(self._world.refused[name], "AccessDenied")
            found[:] = [stored]
            return Reply(200, body=stored.body)

        reply = self._asked("read", name, effect)
        if reply.damage is not None:  # its length or its headers give it away
            raise StorageFault("GET of an object", "UnreadableReply")
        return None if reply.status == 404 else found[0]

    def create_once(self, name: str, body: bytes) -> Created | None:
        dates: list[str] = []

        def effect(_lag: float) -> Reply:
            if name in self._cos.objects.now and not self._cos.versioned:
                return Reply(409, "FileAlreadyExists")
            self._cos.write(name, body)
            self._world.oracle.created(self._process, name, body)
            dates.append(self._cos.date())
            return Reply(200)

        reply = self._answer("create_once", name, effect)
        if reply.code == "FileAlreadyExists":
            return None
        _done(reply, "PUT of an object")
        if reply.damage == "garbage reply":
            raise StorageFault("PUT of an object", "UnreadableReply")
        date = None if reply.damage else dates[-1]
        if date is None:
            self._world.oracle.undated(name)
        return Created(date, versioned=self._cos.versioned == "enabled")

    def find_own(self, name: str, body: bytes) -> Created | None:
        found = self._get(name)
        return Created(rfc3339(found.written)) if found and found.body == body else None

    def exists(self, name: str) -> bool:
        def effect(_lag: float) -> Reply:
            return Reply(200) if name in self._cos.objects.now else Reply(404, "NoSuchResource")

        reply = self._asked("exists", name, effect)
        if reply.damage is not None:
            raise StorageFault("HEAD of an object", "UnreadableReply")
        return reply.status == 200

    def replace(self, name: str, body: bytes) -> None:
        def effect(_lag: float) -> Reply:
            before = self._cos.objects.now.get(name)
            self._cos.write(name, body)
            self._world.oracle.replaced(self._process, name, before, body)
            return Reply(200)

        if self._asked("replace", name, effect).damage is not None:
            raise StorageFault("PUT of an object", "UnreadableReply")

    def delete(self, name: str) -> None:
        def effect(_lag: float) -> Reply:
            self._world.oracle.deleted(self._process, name)
            self._cos.erase(name)
            return Reply(204)

        self._asked("delete", name, effect)

    def _list(self, call: str, folder: Folder, prefix: str, after: str | None) -> Page:
        date: list[str] = []

        def effect(lag: float) -> Reply:
            date[:] = [self._cos.http_date()]
            seconds = lag * _LONGEST_LAG_SECONDS
            return Reply(200, body=self._cos.listing(folder, prefix, after, seconds))

        reply = self._asked(call, prefix, effect)
        try:
            page = listing_in(reply.body, date[0])
        except (ValueError, KeyError):
            raise StorageFault("GET of a listing", "UnreadableReply") from None
        if prefix.endswith("/state/holds/"):
            self._world.oracle.sending.holds_listed(self._process, prefix, page)
        return page

    def _asked(self, call: str, subject: str, effect: Effect) -> Reply:
        reply = self._answer(call, subject, effect)
        _done(reply, call, 404)
        return reply

    def _answer(self, call: str, subject: str, effect: Effect) -> Reply:
        try:
            return self._network.ask_twice(call, subject, effect)
        except NoConnection:
            raise StorageFault(call, "NoConnection") from None
        except NoReply:
            raise StorageFault(call, "NoReply") from None


class _Unsent(Exception):
    """The claim grew old before anything was sent."""


class SimulatedJobs:
    """`JobService` for one process."""

    def __init__(self, world: World, process: Process, settings: Settings) -> None:
        self._world = world
        self._settings = settings
        self._process = process
        self._network = Network(world, process)

    def submit(self, job: NewJob, not_after: float, signed_until: float) -> Submission:
        sent, request = _Sent(), job_request(self._settings, job)

        def leave() -> None:
            if self._process.clock() >= not_after:
                raise _Unsent
            sent.at = self._process.scheduler.now
            self._world.oracle.left(self._process, request)

        def effect(_lag: float) -> Reply:
            if self._world.ci.clock() > signed_until:
                self._world.oracle.expired(self._process, request)
                return Reply(403, "RequestHasExpired")
            self._world.oracle.posted(self._process, request, sent.at)
            if asked_for(request)["key"] in self._world.denied:
                return Reply(self._world.denied_status, self._world.denied_with)
            job = self._world.take_job(self._process, request)
            return Reply(200, body=self._world.ci.accepted(job))

        try:
            reply = self._network.send("/jobs", leave, effect)
        except _Unsent:
            return Waiting("ClaimTooOld", "nothing was sent", "held")
        except NoConnection:
            return Waiting("NoConnection", "CI could not be reached", "capacity")
        except NoReply:
            self._world.oracle.unanswered(self._process)
            return Unknown("NoReply")
        body = self._world.before_xml + (reply.body or error_body(reply.code))
        submission = meaning(reply.status, body)
        self._world.oracle.answered(self._process, request, submission)
        return submission

    def describe(self, job_ids: Sequence[str]) -> Described:
        assert all(job_ids), "nobody asks for a job without its id"

        def effect(lag: float) -> Reply:
            return Reply(200, body=self._world.ci.describe(job_ids, lag * 3000))

        return self._get("describe", ",".join(job_ids), effect, _described_in)

    def list_created(self, since: float, next_token: str | None) -> JobPage:
        def effect(lag: float) -> Reply:
            return Reply(200, body=self._world.ci.list_created(since, next_token, 1 - lag))

        page = self._get("list_created", next_token or "", effect, _page_in)
        self._world.oracle.sending.jobs_listed(self._process, since, page)
        return page

    def _get(self, call: str, subject: str, effect: Effect, read: Callable[[bytes], T]) -> T:
        try:
            reply = self._network.ask_twice(call, subject, effect)
        except (NoConnection, NoReply):
            raise JobServiceFault("GET of jobs", "NoReply") from None
        if reply.status != 200:
            code, _ = error_in(error_body(reply.code))
            raise JobServiceFault("GET of jobs", code or f"HTTP{reply.status}")
        try:
            return read(self._world.before_xml + reply.body)
        except ValueError:
            raise JobServiceFault("GET of jobs", "UnreadableReply") from None


class _Sent:
    at = 0.0


def _done(reply: Reply, request: str, *also: int) -> None:
    if reply.status >= 300 and reply.status not in also:
        raise StorageFault(request, reply.code or f"HTTP{reply.status}", reply.status)
