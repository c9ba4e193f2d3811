"""A bucket of any number of uploads with planted problems, as names: no object has a body.

Keys that begin other keys, with the characters around the dot that a version follows; keys in
other scripts; keys long enough to be hashed. Names and ages are drawn once, everything else about
an object follows from its name.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from shared.store.layout import name_of_key, pending_name, result_name

HOUR: Final = 3600
DAY: Final = 24 * HOUR
DEPLOYED: Final = 30 * DAY  # seconds ago

# Every key of a family begins with its first one.
_FAMILY: Final = ("", "-1", ".jpg", ".a", "0", "-1-1", ".jpg.jpg")

FindingSeen = tuple[str, str, str | None]
"""A finding's kind, key and version."""


@dataclass
class Uploads:
    """Names with their ages in seconds; `expected` is what an audit must find, no more, no less."""

    sources: dict[str, float] = field(default_factory=dict)
    objects: dict[str, float] = field(default_factory=dict)
    expected: set[FindingSeen] = field(default_factory=set)
    standings: dict[str, int] = field(default_factory=dict)

    def stands(self, key: str, standing: str, age: float, finding: str | None = None) -> None:
        """Have a photo whose card stands so; a finding tells of it, if one is named."""
        self.sources[key] = age
        self.standings[standing] = self.standings.get(standing, 0) + 1
        if finding is not None:
            self.expect(finding, key, etag_of(key))

    def has_result(self, key: str, version: str, age: float) -> None:
        self.objects[result_name("ocr/", key, version)] = age

    def is_claimed(self, key: str, attempt: int, age: float) -> None:
        self.objects[pending_name("ocr/", key, etag_of(key), attempt)] = age

    def expect(self, kind: str, key: str, version: str) -> None:
        self.expected.add((kind, key, version))


def etag_of(key: str) -> str:
    """The ETag of a photo."""
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


def key_of(number: int) -> str:
    """The key of an upload, under `uploads/`."""
    kind = number % 100
    if kind < 60:
        return f"uploads/2026/{number:07d}.jpg"
    if kind < 90:
        family, member = divmod(number // 100 * 30 + kind - 60, len(_FAMILY))
        return f"uploads/family/{family:06d}{_FAMILY[member]}"
    if kind < 98:
        return f"uploads/照片/样本 {number}😀.jpg"
    return f"uploads/long/{'长' * 240}{number}"


def plant(count: int, rng: random.Random, each: int) -> Uploads:
    """So many uploads; `each` of them, all over the place, for every kind of problem."""
    uploads = Uploads()
    planters = [plant for plant in _PLANTERS for _ in range(each)]
    special = dict(zip(rng.sample(range(count), len(planters)), planters, strict=True))
    for number in range(count):
        special.get(number, _finished)(uploads, key_of(number), rng.uniform(2 * HOUR, 20 * DAY))
    return uploads


def _finished(uploads: Uploads, key: str, age: float) -> None:
    uploads.stands(key, "with_result", age)
    uploads.has_result(key, etag_of(key), age - 60)


def _missing_beside_an_old_version(uploads: Uploads, key: str, age: float) -> None:
    uploads.stands(key, "missing", age, finding="missing")
    uploads.has_result(key, etag_of("old" + key), age + HOUR)


def _pending(uploads: Uploads, key: str, _age: float) -> None:
    uploads.stands(key, "pending", 5 * HOUR)
    uploads.is_claimed(key, 1, 4 * HOUR)
    uploads.is_claimed(key, 2, HOUR)


def _stuck(uploads: Uploads, key: str, _age: float) -> None:
    uploads.stands(key, "pending", 3 * DAY, finding="stuck")
    uploads.is_claimed(key, 1, 2 * DAY)
    uploads.is_claimed(key, 2, HOUR)


def _orphan_result(uploads: Uploads, key: str, age: float) -> None:
    uploads.has_result(key, etag_of(key), age)
    uploads.expect("orphan", name_of_key(key), etag_of(key))


def _orphan_claim(uploads: Uploads, key: str, age: float) -> None:
    uploads.is_claimed(key, 1, age)
    uploads.expect("orphan", name_of_key(key), etag_of(key))


def _replaced(uploads: Uploads, key: str, age: float) -> None:
    _finished(uploads, key, age)
    uploads.has_result(key, etag_of("old" + key), age + DAY)
    uploads.expect("versions", key, etag_of(key))


def _rerun(uploads: Uploads, key: str, age: float) -> None:
    _finished(uploads, key, age)
    uploads.has_result(key, f"{etag_of(key)}~2", age - HOUR)
    uploads.expect("versions", key, etag_of(key))


def _left_over(uploads: Uploads, key: str, age: float) -> None:
    _finished(uploads, key, age)
    uploads.is_claimed(key, 1, age - 30)


_PLANTERS: Final[tuple[Callable[[Uploads, str, float], None], ...]] = (
    lambda uploads, key, age: uploads.stands(key, "missing", age, finding="missing"),
    _missing_beside_an_old_version,
    lambda uploads, key, _age: uploads.stands(key, "recent", HOUR / 2),
    lambda uploads, key, age: uploads.stands(key, "before_deployment", age + DEPLOYED),
    *(_pending, _stuck, _orphan_result, _orphan_claim, _replaced, _rerun, _left_over),
)


def pages(count: int) -> int:
    """Requests for a listing of so many objects."""
    return max(1, -(-count // 1000))


def folders(uploads: Uploads) -> Iterator[int]:
    """How many objects each of the listings has: photos, pending objects, results, reviews."""
    pending = sum(name.startswith("ocr/pending/") for name in uploads.objects)
    yield from (len(uploads.sources), pending, len(uploads.objects) - pending, 0)
