"""Make the next seal, or go on with the one that was begun.

The objects are listed in the order of names and go into parts as they come, so a bucket of any size
takes the same memory. After each part its place is noted in `P state/seal.json`: a later call goes
on from there, with the same end. The seal is written last. Until then its parts mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cli.bucket.documents import note_of
from cli.bucket.listing import pages
from cli.bucket.reading import read_bodies
from cli.bucket.refusals import RefusedBody
from cli.seal.chain import MARGIN_SECONDS, StoredSeal, list_seals, newest_seal
from cli.seal.manifest import SHA256, Seal, SealEntry, SealPart, entry_of, pack, sha256_of
from cli.terminal.progress import Advance
from shared.errors import ConfigurationError, StorageFault
from shared.pipeline.context import Context
from shared.pipeline.state import drop, save
from shared.store import Listed
from shared.store.layout import (
    deleted_folder,
    results_folder,
    reviews_folder,
    seal_name,
    seal_part_name,
)
from shared.times import from_rfc3339, is_rfc3339, rfc3339

NOTE = "seal.json"
_PART_ENTRIES = 20_000


class SealMade(NamedTuple):
    """The newest seal. `is_new`: this call wrote it. `is_others`: somebody else did, during it."""

    number: int
    sha256: str
    seal: Seal
    is_new: bool = True
    is_others: bool = False


class _Place(NamedTuple):
    """How far a seal is: the folder, and the name after which its listing goes on."""

    seal: Seal
    folder: int = 0
    after: str | None = None

    def document(self) -> dict[str, object]:
        seal = self.seal
        return {
            "number": seal.number,
            "previous_sha256": seal.previous,
            "from": None if seal.begins is None else rfc3339(seal.begins),
            "to": rfc3339(seal.ends),
            "deep": seal.is_deep,
            "parts": [list(part) for part in seal.parts],
            "folder": self.folder,
            "after": self.after,
        }


def sealed_folders(prefix: str) -> tuple[str, ...]:
    """Return the folders whose objects are sealed: results, reviews and deletion records."""
    return results_folder(prefix), reviews_folder(prefix), deleted_folder(prefix)


def make_seal(context: Context, advance: Advance, *, deep: bool, anew: bool = False) -> SealMade:
    """Seal what was written up to 15 minutes ago by COS's clock.

    Args:
        context: where.
        advance: is told how many objects each page brought.
        deep: read each object, for the SHA-256 of its body.
        anew: don't go on with a seal that was begun.

    Raises:
        ConfigurationError: the chain of seals is broken, or nothing is create-once in the bucket.
        StorageFault: COS couldn't be asked; the next call goes on.
    """
    listing = list_seals(context)
    newest = newest_seal(context, listing)
    place = None if anew else _noted(context, newest, deep=deep)
    if place is None:
        ends = int(listing.at) - MARGIN_SECONDS
        begins = newest.seal.ends if newest and newest.seal else None
        if newest and newest.seal and ends <= newest.seal.ends:
            return SealMade(newest.number, newest.sha256, newest.seal, is_new=False)
        number = newest.number + 1 if newest else 1
        place = _Place(Seal(number, newest.sha256 if newest else None, begins, ends, deep))
    made = _written(context, _listed(context, place, advance))
    drop(context, NOTE)
    return made


def _noted(context: Context, newest: StoredSeal | None, *, deep: bool) -> _Place | None:
    """Return the place at which the next seal was interrupted; None without one to rely on."""
    place = _place_in(note_of(context, NOTE))
    if place is None:
        return None
    seal, before = place.seal, newest.seal if newest else None
    follows = (
        seal.number == (newest.number + 1 if newest else 1)
        and seal.previous == (newest.sha256 if newest else None)
        and seal.begins == (before.ends if before else None)
        and seal.is_deep == deep
    )
    prefix, store = context.settings.output_prefix, context.store
    names = (seal_part_name(prefix, seal.number, part.sha256) for part in seal.parts)
    return place if follows and all(map(store.exists, names)) else None


def _place_in(note: dict[str, object]) -> _Place | None:
    number, previous, deep = note.get("number"), note.get("previous_sha256"), note.get("deep")
    begins, ends, after = note.get("from"), note.get("to"), note.get("after")
    folder, parts = note.get("folder"), note.get("parts")
    if not (
        type(number) is int
        and isinstance(previous, str | None)
        and (begins is None or is_rfc3339(begins))
        and is_rfc3339(ends)
        and isinstance(deep, bool)
        and type(folder) is int
        and 0 <= folder < len(sealed_folders(""))
        and isinstance(after, str | None)
        and isinstance(parts, list)
        and all(map(_is_part, parts))
    ):
        return None
    from_ = None if begins is None else from_rfc3339(str(begins))
    listed = tuple(SealPart(*part) for part in parts)
    seal = Seal(number, previous, from_, from_rfc3339(str(ends)), deep, listed)
    return _Place(seal, folder, after)


def _is_part(part: object) -> bool:
    if not isinstance(part, list) or list(map(type, part)) != [str, int]:
        return False
    return SHA256.fullmatch(part[0]) is not None and part[1] > 0


def _listed(context: Context, place: _Place, advance: Advance) -> Seal:
    """Return the seal with all its parts, which are written; each but the last is noted."""
    waiting: list[SealEntry] = []
    seal = place.seal
    folders = sealed_folders(context.settings.output_prefix)
    for number in range(place.folder, len(folders)):
        after = place.after if number == place.folder else None
        for page in pages(context.store.list_objects, folders[number], after):
            advance(len(page.objects))
            wanted = [one for one in page.objects if seal.covers(one.last_modified)]
            waiting += _entries(context, wanted, deep=seal.is_deep)
            if len(waiting) >= _PART_ENTRIES and page.next is not None:
                seal = _with_part(context, seal, waiting)
                waiting = []
                save(context, NOTE, _Place(seal, number, page.next).document())
    return _with_part(context, seal, waiting) if waiting else seal


def _entries(context: Context, wanted: list[Listed], *, deep: bool) -> Iterator[SealEntry]:
    if not deep:
        yield from map(entry_of, wanted)
        return
    for listed, (body,) in read_bodies(context.store, wanted, lambda one: [one]):
        has_body = body is not None and not isinstance(body, RefusedBody)
        yield entry_of(listed)._replace(body=sha256_of(body or b"") if has_body else None)


def _with_part(context: Context, seal: Seal, entries: list[SealEntry]) -> Seal:
    body = pack(entries, deep=seal.is_deep)
    part = SealPart(sha256_of(body), len(entries))
    name = seal_part_name(context.settings.output_prefix, seal.number, part.sha256)
    if not _is_created(context, name, body):
        raise StorageFault("PUT of a seal's part", "FileAlreadyExists")
    return seal._replace(parts=(*seal.parts, part))


def _written(context: Context, seal: Seal) -> SealMade:
    """Write the seal. Of two operators who seal at once, create-once decides."""
    body = seal.body()
    if _is_created(context, seal_name(context.settings.output_prefix, seal.number), body):
        return SealMade(seal.number, sha256_of(body), seal)
    newest = newest_seal(context, list_seals(context))
    if newest is None or newest.seal is None or newest.number < seal.number:
        raise StorageFault("PUT of a seal", "FileAlreadyExists")
    return SealMade(newest.number, newest.sha256, newest.seal, is_new=False, is_others=True)


def _is_created(context: Context, name: str, body: bytes) -> bool:
    """Create an object. Return whether it is there with this body: a lost reply is no failure.

    Raises:
        ConfigurationError: the bucket has or had versioning.
    """
    created = context.store.create_once(name, body)
    if created is None:
        return context.store.find_own(name, body) is not None
    if created.versioned:
        raise ConfigurationError(
            "OUTPUT_BUCKET",
            "has or had versioning, so nothing is create-once and seals prove nothing",
        )
    return True
