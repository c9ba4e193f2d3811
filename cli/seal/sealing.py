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
from cli.seal.chain import MARGIN_SECONDS, SealMade, list_seals, newest_seal
from cli.seal.manifest import Seal, SealEntry, SealPart, entry_of, pack, seal_in, sha256_of
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

NOTE = "seal.json"
_PART_ENTRIES = 20_000


class _Place(NamedTuple):
    """How far a seal is: the folder, and the name after which its listing goes on."""

    seal: Seal
    folder: int = 0
    after: str | None = None

    def document(self) -> dict[str, object]:
        return {"seal": self.seal.document(), "folder": self.folder, "after": self.after}


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
    ends = int(listing.at) - MARGIN_SECONDS
    following = Seal(1, None, None, ends, deep)
    if newest is not None:
        following = Seal(newest.number + 1, newest.sha256, newest.seal.ends, ends, deep)
    place = None if anew else _noted(context, following)
    if place is None:
        if newest is not None and ends <= newest.seal.ends:
            return newest
        place = _Place(following)
    made = _written(context, _listed(context, place, advance))
    drop(context, NOTE)
    return made


def _noted(context: Context, following: Seal) -> _Place | None:
    """Return the place at which the next seal was interrupted; None without one to rely on."""
    note = note_of(context, NOTE)
    seal, folder, after = seal_in(note.get("seal")), note.get("folder"), note.get("after")
    if seal is None or type(folder) is not int or not isinstance(after, str | None):
        return None
    prefix, store = context.settings.output_prefix, context.store
    is_next = following._replace(ends=seal.ends, parts=seal.parts) == seal
    if not is_next or not 0 <= folder < len(sealed_folders(prefix)):
        return None
    names = (seal_part_name(prefix, seal.number, part.sha256) for part in seal.parts)
    return _Place(seal, folder, after) if all(map(store.exists, names)) else None


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
    if newest is None or newest.number < seal.number:
        raise StorageFault("PUT of a seal", "FileAlreadyExists")
    return newest._replace(is_others=True)


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
