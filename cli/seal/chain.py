"""The seals of a bucket, read and held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cli.bucket.listing import pages
from cli.bucket.refusals import RefusedBody
from cli.seal.manifest import Seal, SealEntry, SealPart, read_seal, sha256_of, unpack
from shared.errors import ARCHIVED, ConfigurationError
from shared.pipeline.context import Context
from shared.store import Listed
from shared.store.layout import parse_seal_name, seal_name, seal_part_name, seals_folder

MARGIN_SECONDS = 900
"""How long before COS's Date at the start a seal ends: what is written then is listed by now."""
_CLOCKS_DIFFER_SECONDS = 60  # between COS's own machines


class StoredSeal(NamedTuple):
    """A seal as it lies in the bucket; `seal` is None if its body is no seal of ours."""

    number: int
    written_at: float
    sha256: str
    seal: Seal | None


class SealMade(NamedTuple):
    """The newest seal. `is_new`: this call wrote it. `is_others`: somebody else did, during it."""

    number: int
    sha256: str
    seal: Seal
    is_new: bool = True
    is_others: bool = False


class SealListing(NamedTuple):
    """The seals as their listing shows them, by number; `at` is COS's time then, Unix seconds."""

    seals: dict[int, Listed]
    at: float


class ChainProblem(NamedTuple):
    """What is wrong with a seal, None for the whole chain; `text` holds nothing from a card."""

    number: int | None
    text: str


def list_seals(context: Context) -> SealListing:
    """List the seals. Whatever else lies in their folder, orphaned parts among it, means nothing.

    Raises:
        StorageFault: COS refused the listing or couldn't be reached.
    """
    prefix, found, at = context.settings.output_prefix, {}, None
    for page in pages(context.store.list_objects, seals_folder(prefix)):
        at = page.at if at is None else at
        for listed in page.objects:
            if number := parse_seal_name(prefix, listed.key):
                found[number] = listed
    return SealListing(dict(sorted(found.items())), at or 0)


def newest_seal(context: Context, listing: SealListing) -> SealMade | None:
    """Return the seal that the next one goes on from; None if there is none.

    Raises:
        ConfigurationError: the chain is broken, or COS refuses to show its newest seal, so that
            nothing can go on from it.
        StorageFault: COS couldn't be asked.
    """
    numbers = [*listing.seals]
    if not numbers:
        return None
    last = numbers[-1]
    name = seal_name(context.settings.output_prefix, last)
    body = context.store.read(name)
    if isinstance(body, RefusedBody):
        advice = "; restore it, then call this again" if body.code == ARCHIVED else ""
        raise ConfigurationError(
            name, f"COS refuses to show the newest seal ({body.code}), so none is added{advice}"
        )
    seal = _seal_of(last, body)
    if len(numbers) != last or body is None or seal is None:
        raise ConfigurationError(
            seals_folder(context.settings.output_prefix),
            "the chain of seals is broken, so none is added; `card-ocr audit --seals` says where",
        )
    return SealMade(last, sha256_of(body), seal, is_new=False)


def _seal_of(number: int, body: bytes | None) -> Seal | None:
    """Return the seal in the body of this number's object. None if it is none of this number."""
    seal = read_seal(body)
    return seal if seal is not None and seal.number == number else None


def read_chain(context: Context, listing: SealListing) -> Iterator[StoredSeal]:
    """Yield each seal that is there and that COS shows, in order.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    for number, listed in listing.seals.items():
        body = context.store.read(seal_name(context.settings.output_prefix, number))
        if body is not None and not isinstance(body, RefusedBody):
            at, seal = listed.last_modified, _seal_of(number, body)
            yield StoredSeal(number, at, sha256_of(body), seal)


def problems_of(chain: Sequence[StoredSeal]) -> Iterator[ChainProblem]:
    """Yield what is wrong with the seals as a chain: a pure decision."""
    before: StoredSeal | None = None
    for stored in chain:
        expected = before.number + 1 if before else 1
        if stored.number > expected:
            gone = _span(expected, stored.number - 1)
            yield ChainProblem(stored.number, f"before it, {gone} isn't there or can't be read")
        if stored.seal is None:
            yield ChainProblem(stored.number, "its body is no seal of this number")
        else:
            yield from _problems(stored, stored.seal, before)
        before = stored


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _problems(stored: StoredSeal, seal: Seal, before: StoredSeal | None) -> Iterator[ChainProblem]:
    number = stored.number
    if stored.written_at < seal.ends + MARGIN_SECONDS - _CLOCKS_DIFFER_SECONDS:
        yield ChainProblem(number, "it names a time that hadn't come when it was written")
    if before is None or before.number != number - 1:
        if before is None and number == 1 and (seal.previous or seal.begins is not None):
            yield ChainProblem(number, "it is the first and names a seal before")
        return
    if seal.previous != before.sha256:
        yield ChainProblem(before.number, f"it isn't the one that seal {number} names")
    if before.seal is not None and seal.begins != before.seal.ends:
        yield ChainProblem(number, f"it doesn't begin where seal {before.number} ends")
    if before.written_at > stored.written_at + _CLOCKS_DIFFER_SECONDS:
        yield ChainProblem(before.number, f"it was written again since seal {number}")


def entries_of(context: Context, seal: Seal, part: SealPart) -> list[SealEntry] | None:
    """Return the entries of a part. Return None if it isn't there, or isn't what the seal says.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    name = seal_part_name(context.settings.output_prefix, seal.number, part.sha256)
    body = context.store.read(name)
    if body is None or sha256_of(body) != part.sha256:
        return None
    try:
        entries = [*unpack(body)]
    except ValueError:
        return None
    is_so = len(entries) == part.entries and all(seal.covers(one.last_modified) for one in entries)
    return entries if is_so else None
