"""Which photos a call is about: those under a prefix, or those that a file names.

Photos come in batches, each with the place to go on from after it, so that an interrupted run
can be continued and no more than a batch is ever in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cli.bucket.keys import Keys, keys_in, missing_in
from cli.bucket.listing import checked_prefix, pages
from cli.bucket.refusals import ObjectRefused
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.store import Listed, Photo
from shared.store.layout import is_folder
from shared.workers import Workers, batches

_BATCH = 500


class PhotoBatch(NamedTuple):
    """Photos that are there, and how many of those asked for are not among them.

    `gone` aren't there, `outside` are no cards of this deployment, `refused` COS doesn't show.
    `after` is the place to go on from, None if there are no more.
    """

    photos: tuple[Listed, ...]
    after: str | None
    gone: int = 0
    outside: int = 0
    refused: int = 0


class PhotoChoice(NamedTuple):
    """A choice of photos. `identity` tells it from another choice, and holds no key.

    `batches` yields them from a place on, or from the start; the order is always the same.
    """

    identity: str
    batches: Callable[[str | None], Iterator[PhotoBatch]]


def photos_under(context: Context, prefix: str | None) -> PhotoChoice:
    """Return all photos under a prefix of their keys.

    Raises:
        ConfigurationError: no card of this deployment has such a key.
    """
    under = checked_prefix(context.settings, prefix)

    def batches_from(after: str | None) -> Iterator[PhotoBatch]:
        for page in pages(context.store.list_photos, under, after):
            yield PhotoBatch(_without_folders(page.objects), page.next)

    return PhotoChoice(digest(("prefix", under)), batches_from)


def _named_photos(context: Context, workers: Workers, keys: Keys) -> PhotoChoice:
    def head(key: str) -> Photo | ObjectRefused | None:
        try:
            return context.store.head_photo(key)
        except ObjectRefused as refusal:
            return refusal

    def batches_from(after: str | None) -> Iterator[PhotoBatch]:
        for some, following in key_batches(keys, _BATCH, after):
            inside = [key for key in some if key.startswith(context.settings.input_prefix)]
            found = workers.map(head, dict.fromkeys(inside))
            photos = (one for one in found if isinstance(one, Photo))
            there = (Listed(one.key, one.etag, one.size, 0) for one in photos)
            refused = sum(isinstance(one, ObjectRefused) for one in found)
            outside, gone = len(some) - len(inside), found.count(None)
            yield PhotoBatch(_without_folders(there), following, gone, outside, refused)

    return PhotoChoice(digest(keys()), batches_from)


def key_batches(
    keys: Keys, size: int, after: str | None
) -> Iterator[tuple[Sequence[str], str | None]]:
    """Yield so many keys at a time, with the place to go on from: how many were before it."""
    done = int(after or 0)
    for some in batches(islice(keys(), done, None), size):
        done += len(some)
        yield some, str(done) if len(some) == size else None


def _without_folders(listed: Iterable[Listed]) -> tuple[Listed, ...]:
    return tuple(one for one in listed if not is_folder(one.key, one.size))


def choose_photos(
    context: Context,
    workers: Workers,
    prefix: str | None,
    keys: Path | None,
    from_audit: Path | None = None,
) -> PhotoChoice:
    """Return the photos that a call's options choose.

    Raises:
        ConfigurationError: they contradict each other, or can't be read.
    """
    must_be_one({"--prefix": prefix, "--keys": keys, "--from-audit": from_audit})
    if from_audit is not None:
        return _named_photos(context, workers, missing_in(from_audit))
    if keys is not None:
        return _named_photos(context, workers, keys_in(keys))
    return photos_under(context, prefix)


def must_be_one(given: Mapping[str, object]) -> None:
    """Check that at most one of these options is given; None is not.

    Raises:
        ConfigurationError: two of them are, which contradict each other.
    """
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise ConfigurationError(names[1], f"can't be given beside {names[0]}")


def digest(texts: Iterable[str]) -> str:
    """Return a digest of texts, for the name of a choice: it shows no key."""
    seen = hashlib.sha256()
    for text in texts:
        seen.update(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest())
    return seen.hexdigest()[:32]
