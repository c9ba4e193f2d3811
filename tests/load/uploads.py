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
    planters: list[_Planter] = [plant for plant in _PLANTERS for _ in range(each)]
    special = dict(zip(rng.sample(range(count), len(planters)), planters, strict=True))
    for number in range(count):
        special.get(number, _finished)(uploads, key_of(number), rng.uniform(2 * HOUR, 20 * DAY))
    return uploads


_Planter = Callable[[Uploads, str, float], None]


def _finished(uploads: Uploads, key: str, age: float) -> None:
    _stands(uploads, "with_result", key, age)
    _result(uploads, key, etag_of(key), age - 60)


def _missing(uploads: Uploads, key: str, age: float) -> None:
    _stands(uploads, "missing", key, age)
    _expect(uploads, "missing", key)


def _missing_beside_an_old_version(uploads: Uploads, key: str, age: float) -> None:
    _missing(uploads, key, age)
    _result(uploads, key, etag_of("old" + key), age + HOUR)


def _recent(uploads: Uploads, key: str, _age: float) -> None:
    _stands(uploads, "recent", key, HOUR / 2)


def _before_deployment(uploads: Uploads, key: str, age: float) -> None:
    _stands(uploads, "before_deployment", key, age + DEPLOYED)


def _pending(uploads: Uploads, key: str, _age: float) -> None:
    _stands(uploads, "pending", key, 5 * HOUR)
    _claim(uploads, key, 1, 4 * HOUR)
    _claim(uploads, key, 2, HOUR)


def _stuck(uploads: Uploads, key: str, _age: float) -> None:
    _stands(uploads, "pending", key, 3 * DAY)
    _claim(uploads, key, 1, 2 * DAY)
    _claim(uploads, key, 2, HOUR)
    _expect(uploads, "stuck", key)


def _orphan_result(uploads: Uploads, key: str, age: float) -> None:
    _result(uploads, key, etag_of(key), age)
    _expect(uploads, "orphan", name_of_key(key), etag_of(key))


def _orphan_claim(uploads: Uploads, key: str, age: float) -> None:
    _claim(uploads, key, 1, age)
    _expect(uploads, "orphan", name_of_key(key), etag_of(key))


def _replaced(uploads: Uploads, key: str, age: float) -> None:
    _finished(uploads, key, age)
    _result(uploads, key, etag_of("old" + key), age + DAY)
    _expect(uploads, "versions", key)


def _rerun(uploads: Uploads, key: str, age: float) -> None:
    _finished(uploads, key, age)
    _result(uploads, key, f"{etag_of(key)}~2", age - HOUR)
    _expect(uploads, "versions", key)


def _left_over(uploads: Uploads, key: str, age: float) -> None:
    _finished(uploads, key, age)
    _claim(uploads, key, 1, age - 30)


_PLANTERS: Final[tuple[_Planter, ...]] = (
    _missing,
    _missing_beside_an_old_version,
    _recent,
    _before_deployment,
    _pending,
    _stuck,
    _orphan_result,
    _orphan_claim,
    _replaced,
    _rerun,
    _left_over,
)


def _stands(uploads: Uploads, standing: str, key: str, age: float) -> None:
    uploads.sources[key] = age
    uploads.standings[standing] = uploads.standings.get(standing, 0) + 1


def _result(uploads: Uploads, key: str, version: str, age: float) -> None:
    uploads.objects[result_name("ocr/", key, version)] = age


def _claim(uploads: Uploads, key: str, attempt: int, age: float) -> None:
    uploads.objects[pending_name("ocr/", key, etag_of(key), attempt)] = age


def _expect(uploads: Uploads, kind: str, key: str, version: str | None = None) -> None:
    uploads.expected.add((kind, key, version or etag_of(key)))


def pages(count: int) -> int:
    """Requests for a listing of so many objects."""
    return max(1, -(-count // 1000))


def folders(uploads: Uploads) -> Iterator[int]:
    """How many objects each of the listings has: photos, pending objects, results, reviews."""
    pending = sum(name.startswith("ocr/pending/") for name in uploads.objects)
    yield from (len(uploads.sources), pending, len(uploads.objects) - pending, 0)
