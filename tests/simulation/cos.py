"""COS as the simulation has it: one bucket's photos and objects, with their past.

Writes are atomic, create-once holds unless the bucket has versioning, the ETag is the content's,
Last-Modified and Date are whole seconds of COS's own clock. A listing can show an earlier moment.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from typing import Literal, NamedTuple

from shared.times import rfc3339
from tests.support.cloud_xml import listing_xml
from tests.support.memory import etag_of_body

# "suspended": it had versioning once. Create-once has no effect, and no reply says so.
Versioning = Literal["enabled", "suspended"] | None
BLANK = b"nothing to read: "


class Stored(NamedTuple):
    """An object; `written` is its Last-Modified, Unix seconds."""

    body: bytes
    etag: str
    written: int
    content_type: str = "image/jpeg"
    is_archived: bool = False


class Change(NamedTuple):
    """What lay at a key from `at` (true time) on; None is nothing."""

    at: float
    key: str
    stored: Stored | None


class Folder:
    """Keys and what lies there, now and at every moment before."""

    def __init__(self) -> None:
        self.now: dict[str, Stored] = {}
        self.past: list[Change] = []

    def put(self, at: float, key: str, stored: Stored | None) -> None:
        """Write or delete."""
        if stored is None:
            self.now.pop(key, None)
        else:
            self.now[key] = stored
        self.past.append(Change(at, key, stored))

    def as_of(self, moment: float) -> dict[str, Stored]:
        """What lay where at that moment."""
        view: dict[str, Stored] = {}
        for change in self.past:
            if change.at > moment:
                break
            if change.stored is None:
                view.pop(change.key, None)
            else:
                view[change.key] = change.stored
        return view

    def archive(self, before: float) -> set[str]:
        """Archive what was written before that moment: only a restore, or a write, ends that."""
        found = {key for key, one in self.now.items() if one.written < before}
        self.now.update({key: self.now[key]._replace(is_archived=True) for key in found})
        return found

    def restore(self, part: str) -> None:
        """Make what has this in its name readable again."""
        found = {key: one for key, one in self.now.items() if part in key}
        self.now.update({key: one._replace(is_archived=False) for key, one in found.items()})

    def held(self, key: str, etag: str | None, start: float, end: float) -> bool:
        """Whether at any moment between the two that content, or None, lay there."""
        current = etag is None
        for change in self.past:
            if change.key != key:
                continue
            if current and change.at > start:
                return True
            if change.at > end:
                return False
            current = (change.stored.etag if change.stored else None) == etag
        return current

    def changed(self, key: str, since: float) -> bool:
        """Whether anything was written there from that moment on."""
        return any(change.key == key and change.at >= since for change in self.past)


class Cos:
    """Both folders, and the clock of COS."""

    def __init__(
        self, now: Callable[[], float], *, skew: float, versioned: Versioning, page_size: int
    ) -> None:
        self._now = now
        self.skew = skew
        self.versioned = versioned
        self.page_size = page_size
        self.photos = Folder()
        self.objects = Folder()

    def clock(self) -> int:
        """COS's own time: whole seconds, as its headers have them."""
        return int(self._now() + self.skew)

    def date(self) -> str:
        """The time as RFC 3339."""
        return rfc3339(self.clock())

    def upload(self, key: str, content: bytes, content_type: str = "image/jpeg") -> Stored:
        """Put a photo."""
        stored = Stored(content, etag_of_body(content), self.clock(), content_type)
        self.photos.put(self._now(), key, stored)
        return stored

    def remove(self, key: str) -> None:
        """Delete a photo."""
        self.photos.put(self._now(), key, None)

    def write(self, name: str, body: bytes) -> None:
        """Put an object of ours."""
        self.objects.put(self._now(), name, Stored(body, etag_of_body(body), self.clock()))

    def erase(self, name: str) -> None:
        """Delete an object of ours."""
        self.objects.put(self._now(), name, None)

    def listing(self, folder: Folder, prefix: str, after: str | None, lag: float) -> bytes:
        """GET Bucket, as it was `lag` seconds ago."""
        view = folder.as_of(self._now() - lag) if lag else folder.now
        keys = sorted((key for key in view if key.startswith(prefix)), key=str.encode)
        keys = [key for key in keys if key.encode() > (after or "").encode()]
        page = keys[: self.page_size]
        following = page[-1] if len(keys) > len(page) else None
        shown = ((key, view[key].etag, len(view[key].body), view[key].written) for key in page)
        return listing_xml(shown, following)

    def http_date(self) -> str:
        """The Date header."""
        return formatdate(self.clock(), usegmt=True)


def text_of(etag: str) -> str:
    """What stands on the card whose photo has that ETag: tells whose text it is."""
    return f"text of {etag}"
