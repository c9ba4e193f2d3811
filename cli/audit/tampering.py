"""What became of an object that seals name: a pure decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cli.audit.judgement import Kind
from cli.seal.manifest import SealEntry

# `forget` records a deletion after ten minutes, and a slow one takes longer. A new object may have
# the name by then.
_RECORD_SECONDS = 900


class Sealed(NamedTuple):
    """An entry, and the number of the seal that holds it."""

    seal: int
    entry: SealEntry


class SealedObject(NamedTuple):
    """What is known of one name.

    Attributes:
        sealed: Its entries in seals, by the seals' numbers.
        now: The object that is there now, None if there is none.
        deletions: When each deletion record that names it was written, Unix seconds.
        is_going: `forget` or `purge` is deleting it.
    """

    sealed: Sequence[Sealed]
    now: SealEntry | None
    deletions: Sequence[float] = ()
    is_going: bool = False


class Tampering(NamedTuple):
    """What is wrong with an object. `detail` holds nothing from a card."""

    kind: Kind
    detail: str


def judge_object(
    known: SealedObject, covered_by: Callable[[float], int | None]
) -> Iterator[Tampering]:
    """Yield what is wrong with an object.

    `covered_by` returns the number of the whole seal whose time a Last-Modified lies in.

    A copy in place has another Last-Modified with the same ETag and size: it was touched, and its
    content is the same. What a deletion record names may go, and may come again as another result;
    the same content that comes again was put back.
    """
    for (_, one), (seal, other) in pairwise(known.sealed):
        if not _is_deleted(known, one, other):
            yield _compared(one, other, f"seal {seal} has it with")
    if known.now is not None:
        yield from _judge_present(known, known.now, covered_by)
    elif known.sealed and not known.is_going:
        seal, last = known.sealed[-1]
        if not _is_deleted(known, last, None):
            yield Tampering("removed", f"in seal {seal}, and in no deletion record")


def _judge_present(
    known: SealedObject, now: SealEntry, covered_by: Callable[[float], int | None]
) -> Iterator[Tampering]:
    if known.sealed:
        seal, last = known.sealed[-1]
        if now.last_modified == last.last_modified:
            if not _is_same(last, now):
                yield Tampering("changed", f"since seal {seal}: {_differs(last, now)}")
            return
        if not _is_deleted(known, last, now):
            yield _compared(last, now, f"since seal {seal}:")
            return
        if _is_same(last, now):
            yield Tampering("returned", f"in seal {seal}, deleted by a record, and there again")
            return
    number = covered_by(now.last_modified)
    if number is not None:
        yield Tampering("inserted", f"its Last-Modified lies in seal {number}, which lacks it")


def _is_deleted(known: SealedObject, one: SealEntry, other: SealEntry | None) -> bool:
    """Return whether a record says that it was deleted between the one and the other."""
    return any(
        one.last_modified <= at and (other is None or at <= other.last_modified + _RECORD_SECONDS)
        for at in known.deletions
    )


def _compared(one: SealEntry, other: SealEntry, where: str) -> Tampering:
    if _is_same(one, other):
        return Tampering("touched", f"{where} another Last-Modified, and the same ETag and size")
    return Tampering("changed", f"{where} {_differs(one, other)}")


def _is_same(one: SealEntry, other: SealEntry) -> bool:
    return (one.etag, one.size) == (other.etag, other.size)


def _differs(one: SealEntry, other: SealEntry) -> str:
    parts = [
        *(["ETag"] if one.etag != other.etag else []),
        *(["size"] if one.size != other.size else []),
    ]
    return f"another {' and '.join(parts)}"
