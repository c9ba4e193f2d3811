"""What became of an object that seals name."""

from __future__ import annotations

import pytest

from cli.audit.tampering import Sealed, SealedObject, judge_object
from cli.seal.manifest import SealEntry

NAME = "0" * 64


def entry(at: int, etag: str = "e", size: int = 1) -> SealEntry:
    return SealEntry(NAME, etag, size, at)


FIRST = [Sealed(1, entry(100))]
CHANGED = [*FIRST, Sealed(2, entry(300, "f"))]
TOUCHED = [*FIRST, Sealed(2, entry(300))]
AGAIN = [*FIRST, Sealed(2, entry(3000, "f"))]


@pytest.mark.parametrize(
    ("known", "sealed_until", "kinds"),
    [
        # As it was sealed; never sealed, after the last seal and before it; named only by a record
        (SealedObject(FIRST, entry(100)), 200, []),
        (SealedObject([], entry(200)), 200, []),
        (SealedObject([], entry(199)), 200, ["inserted"]),
        (SealedObject([], None, [100.0]), 200, []),
        # What is gone was removed, unless a record since names it or it is being deleted
        (SealedObject(FIRST, None), 0, ["removed"]),
        (SealedObject(FIRST, None, [100.0]), 0, []),
        (SealedObject(FIRST, None, [99.0]), 0, ["removed"]),
        (SealedObject(FIRST, None, is_going=True), 0, []),
        # Other content of the same time is changed, whatever a record says
        (SealedObject(FIRST, entry(100, "f")), 0, ["changed"]),
        (SealedObject(FIRST, entry(100, size=2)), 0, ["changed"]),
        (SealedObject(FIRST, entry(100, "f"), [100.0]), 0, ["changed"]),
        # The same content of another time is touched
        (SealedObject(FIRST, entry(300)), 0, ["touched"]),
        (SealedObject(FIRST, entry(50)), 0, ["touched"]),
        # What came again after its deletion is another result; the same content was put back
        (SealedObject(FIRST, entry(5000, "f"), [200.0]), 0, []),
        (SealedObject(FIRST, entry(5000, "f"), [200.0]), 6000, ["inserted"]),
        (SealedObject(FIRST, entry(5000), [200.0]), 0, ["returned"]),
        # A deletion that is recorded long afterwards excuses no change
        (SealedObject(FIRST, entry(5000, "f"), [9000.0]), 0, ["changed"]),
        # Two seals of one name are compared with each other
        (SealedObject(CHANGED, entry(300, "f")), 0, ["changed"]),
        (SealedObject(CHANGED, entry(300, "f"), [200.0]), 0, []),
        (SealedObject(TOUCHED, entry(300)), 0, ["touched"]),
        # An earlier deletion excuses no later one
        (SealedObject(AGAIN, None, [200.0]), 0, ["removed"]),
        (SealedObject(AGAIN, None, [200.0, 3100.0]), 0, []),
    ],
)
def test_an_object_is_judged_by_its_seals_and_deletions(
    known: SealedObject, sealed_until: int, kinds: list[str]
) -> None:
    found = judge_object(known, lambda at: 1 if at < sealed_until else None)
    assert [kind for kind, _ in found] == kinds
