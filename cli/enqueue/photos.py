"""Which photos a call is about: those under a prefix, or those that a file names.

Photos come in batches, each with the place to go on from after it, so that an interrupted run
can be continued and no more than a batch is ever in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from cli.bucket.keys import keys_in, missing_in
from cli.bucket.listing import checked_prefix, pages
from cli.bucket.refusals import ObjectRefused
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.store import Listed, Photo
from shared.store.layout import is_folder
from shared.workers import Workers

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


class PhotoChoice(Protocol):
    """A choice of photos; `identity` tells it from another choice."""

    @property
    def identity(self) -> str:
        """Return a text that is the same for the same choice, and holds no key."""

    def batches(self, after: str | None) -> Iterator[PhotoBatch]:
        """Yield them from the place on, or from the start; the order is always the same."""


class PhotosUnderPrefix:
    """All photos under a prefix of their keys.

    Raises:
        ConfigurationError: no card of this deployment has such a key.
    """

    def __init__(self, context: Context, prefix: str | None) -> None:
        self._context = context
        self.prefix = checked_prefix(context.settings, prefix)

    @property
    def identity(self) -> str:
        """See `PhotoChoice`."""
        return digest(("prefix", self.prefix))

    def batches(self, after: str | None) -> Iterator[PhotoBatch]:
        """Yield page by page; see `PhotoChoice`."""
        for page in pages(self._context.store.list_photos, self.prefix, after):
            yield PhotoBatch(
                tuple(item for item in page.objects if not is_folder(item.key, item.size)),
                page.next,
            )


class NamedPhotos:
    """The photos of given keys: `keys` gives them anew each time."""

    def __init__(
        self, context: Context, workers: Workers, keys: Callable[[], Iterator[str]]
    ) -> None:
        self._context = context
        self._workers = workers
        self._keys = keys

    @property
    def identity(self) -> str:
        """See `PhotoChoice`."""
        return digest(self._keys())

    def batches(self, after: str | None) -> Iterator[PhotoBatch]:
        """Yield so many keys at a time; see `PhotoChoice`."""
        done = int(after or 0)
        lines = islice(self._keys(), done, None)
        while True:
            keys = list(islice(lines, _BATCH))
            done += len(keys)
            yield self._batch(keys, str(done) if len(keys) == _BATCH else None)
            if len(keys) < _BATCH:
                return

    def _batch(self, keys: Sequence[str], after: str | None) -> PhotoBatch:
        inside = [key for key in keys if key.startswith(self._context.settings.input_prefix)]
        found = self._workers.map(self._head, dict.fromkeys(inside))
        there = [Listed(one.key, one.etag, one.size, 0) for one in found if isinstance(one, Photo)]
        photos = tuple(item for item in there if not is_folder(item.key, item.size))
        gone = found.count(None)
        refused = sum(isinstance(one, ObjectRefused) for one in found)
        return PhotoBatch(photos, after, gone, len(keys) - len(inside), refused)

    def _head(self, key: str) -> Photo | ObjectRefused | None:
        try:
            return self._context.store.head_photo(key)
        except ObjectRefused as refusal:
            return refusal


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
    given = {"--prefix": prefix, "--keys": keys, "--from-audit": from_audit}
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise ConfigurationError(names[1], f"can't be given beside {names[0]}")
    if from_audit is not None:
        return NamedPhotos(context, workers, missing_in(from_audit))
    if keys is not None:
        return NamedPhotos(context, workers, keys_in(keys))
    return PhotosUnderPrefix(context, prefix)


def digest(texts: Iterable[str]) -> str:
    """Return a digest of texts, for the name of a choice: it shows no key."""
    seen = hashlib.sha256()
    for text in texts:
        seen.update(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest())
    return seen.hexdigest()[:32]
