"""COS and CI in memory, behind the pipeline's two protocols.

Each records its calls, and `before` may raise in place of any of them.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right, insort
from collections import UserDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from shared.errors import ARCHIVED, CardOcrError, PhotoUnreadable, StorageFault
from shared.jobs import Accepted, Described, Job, JobPage, NewJob, Submission
from shared.store import Created, Listed, Page, Photo
from shared.times import from_rfc3339, rfc3339

Before = Callable[[str, str], None]
V = TypeVar("V")


def etag_of_body(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _nothing(_call: str, _name: str) -> None:
    pass


class Sorted(UserDict[str, V]):
    """Very many objects by name, which are listed in the order of their names."""

    def __init__(self) -> None:
        self._names: list[str] = []
        super().__init__()

    def __setitem__(self, name: str, value: V) -> None:
        if name not in self.data:
            insort(self._names, name)
        self.data[name] = value

    def __delitem__(self, name: str) -> None:
        del self.data[name]
        del self._names[bisect_left(self._names, name)]

    def fill(self, objects: dict[str, V]) -> None:
        """Have these objects, and no others."""
        self.data, self._names = objects, sorted(objects)

    def count(self, prefix: str) -> int:
        """How many names begin so."""
        last = bisect_left(self._names, prefix + chr(0x10FFFF))
        return last - bisect_left(self._names, prefix)

    def page(self, prefix: str, after: str, size: int) -> tuple[list[str], str | None]:
        """The next names that begin with a prefix, and the last of them if more follow."""
        start = max(bisect_left(self._names, prefix), bisect_right(self._names, after))
        found = self._names[start : start + size + 1]
        shown = [name for name in found if name.startswith(prefix)]
        return shown[:size], shown[size - 1] if len(shown) > size else None


class MemoryStore:
    """A bucket of photos and one of our objects."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.photos: dict[str, Photo] = {}
        self.versions: list[str] = []  # what versioning keeps of the one photo, markers among it
        self.objects: dict[str, bytes] = {}
        self.written_at: dict[str, float] = {}
        self.page_size = 1000
        self.calls: list[tuple[str, str]] = []
        self.versioned = False
        self.archived: set[str] = set()  # names of ours whose GET is refused
        self.unreadable: dict[str, bool] = {}  # photos that HEAD refuses: whether with 403
        self.before: Before = _nothing

    def upload(self, key: str, content: bytes = b"a card", **changes: Any) -> Photo:
        photo = Photo(
            key=key,
            etag=etag_of_body(content),
            size=len(content),
            last_modified=rfc3339(self.now()),
            content_type="image/jpeg",
            card_type=None,
        )._replace(**changes)
        self.photos[key] = photo
        return photo

    def document(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.objects[name])
        return document

    def names(self, folder: str) -> list[str]:
        return sorted(name for name in self.objects if name.startswith(f"ocr/{folder}/"))

    def kept_versions(self, _key: str) -> int:
        return len(self.versions)

    def delete_every_version(self, key: str) -> None:
        self._called("delete_photo", key)
        self.photos.pop(key, None)
        self.versions.clear()

    def head_photo(self, key: str) -> Photo | None:
        self._called("head_photo", key)
        if key in self.unreadable:
            is_denied = self.unreadable[key]
            code = "HTTP403" if is_denied else "HTTP400"
            raise PhotoUnreadable("HEAD of a photo", code, is_denied=is_denied)
        photo = self.photos.get(key)
        # Whatever lies there was written a while ago, unless a test says otherwise.
        return photo and photo._replace(seen_at=photo.seen_at or int(self.now()) + 1)

    def list_photos(self, prefix: str, after: str | None) -> Page:
        self._called("list_photos", prefix)

        def listed(key: str) -> Listed:
            photo = self.photos[key]
            return Listed(key, photo.etag, photo.size, from_rfc3339(photo.last_modified or ""))

        return self._page(self.photos, listed, prefix, after)

    def list_objects(self, prefix: str, after: str | None) -> Page:
        self._called("list_objects", prefix)

        def listed(name: str) -> Listed:
            body = self.objects[name]
            return Listed(name, etag_of_body(body), len(body), self.written_at.get(name, 0))

        return self._page(self.objects, listed, prefix, after)

    def _page(
        self,
        names: Iterable[str],
        listed: Callable[[str], Listed],
        prefix: str,
        after: str | None,
    ) -> Page:
        try:
            (after or "").encode()
        except UnicodeEncodeError:  # what the SDK makes of a marker that no URL can hold
            raise StorageFault("GET of a listing", "NoReply") from None
        found = sorted(
            (name for name in names if name.startswith(prefix) and name > (after or "")),
            key=str.encode,
        )
        page = found[: self.page_size]
        following = page[-1] if len(found) > len(page) else None
        return Page(tuple(map(listed, page)), following, self.now())

    def read(self, name: str) -> bytes | None:
        self._called("read", name)
        if name in self.archived:
            raise StorageFault("GET of an object", ARCHIVED, 403)
        return self.objects.get(name)

    def create_once(self, name: str, body: bytes) -> Created | None:
        self._called("create_once", name)
        if name in self.objects and not self.versioned:
            return None
        self._write(name, body)
        return Created(rfc3339(self.now()), versioned=self.versioned)

    def find_own(self, name: str, body: bytes) -> Created | None:
        self._called("find_own", name)
        if self.objects.get(name) != body:
            return None
        return Created(rfc3339(self.written_at[name]))

    def exists(self, name: str) -> bool:
        self._called("exists", name)
        return name in self.objects

    def replace(self, name: str, body: bytes) -> None:
        self._called("replace", name)
        self._write(name, body)

    def delete(self, name: str) -> None:
        self._called("delete", name)
        self.objects.pop(name, None)

    def _write(self, name: str, body: bytes) -> None:
        self.archived.discard(name)
        self.objects[name] = body
        self.written_at[name] = self.now()

    def _called(self, call: str, name: str) -> None:
        self.calls.append((call, name))
        self.before(call, name)


class MemoryJobs:
    """CI: every request is accepted unless `answer` says otherwise; jobs are set by the test."""

    def __init__(self) -> None:
        self.requests: list[NewJob] = []
        self.jobs: dict[str, Job] = {}
        self.answer: Submission | None = None
        self.not_after: list[float] = []
        self.signed_until: list[float] = []
        self.page_size = 100
        self.before: Before = _nothing
        self.about: Before = _nothing
        self.asked: list[str] = []
        self.since: Callable[[float], None] = lambda _since: None

    def submit(self, job: NewJob, not_after: float, signed_until: float) -> Submission:
        self.before("submit", "")
        self.requests.append(job)
        self.not_after.append(not_after)
        self.signed_until.append(signed_until)
        self.about("submit", "")
        return self.answer or Accepted(f"j{len(self.requests)}")

    def describe(self, job_ids: Sequence[str]) -> Described:
        self.before("describe", "")
        self.asked.append("describe")
        assert all(job_ids), "nobody asks for a job without its id"
        known = tuple(self.jobs[job_id] for job_id in job_ids if job_id in self.jobs)
        return Described(known, frozenset(job_id for job_id in job_ids if job_id not in self.jobs))

    def list_created(self, since: float, next_token: str | None) -> JobPage:
        self.before("list_created", "")
        assert next_token != "", "CI has given no such token"
        self.since(since)
        start = int(next_token or 0)
        jobs = sorted(
            (job for job in self.jobs.values() if (job.created_at or "") >= rfc3339(since)),
            key=lambda job: job.created_at or "",
        )
        end = start + self.page_size
        return JobPage(tuple(jobs[start:end]), str(end) if end < len(jobs) else None)

    def sent(self) -> list[tuple[str, str]]:
        """Object and UserData of every request."""
        return [(job.key, job.token) for job in self.requests]


def failing_at(wanted: str, about: str = "", fault: CardOcrError | None = None) -> Before:
    """What to put before calls so that each of a kind fails whose name has `about` in it."""

    def before(call: str, name: str) -> None:
        if call == wanted and about in name:
            raise fault or StorageFault("a request", "InternalError")

    return before
