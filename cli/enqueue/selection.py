"""Which cards are to run again: given keys, all under a prefix, or those whose result is `failed`.

They come in batches, each with the place to go on from after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cli.bucket.documents import read_document
from cli.bucket.keys import Keys, keys_in
from cli.bucket.listing import pages
from cli.enqueue.photos import PhotosUnderPrefix, digest
from shared.errors import ConfigurationError
from shared.jobs.reply import FOR_GOOD
from shared.pipeline.context import Context
from shared.store import Listed
from shared.store.layout import parse_result_name, results_folder
from shared.workers import Workers, batches

_BATCH = 100


class RerunRequest(NamedTuple):
    """A card that is to run again; if `version` is given, only if that is its last run."""

    key: str
    version: str | None = None


class WantedFailures(NamedTuple):
    """The failed cards to run again: those with one of `codes`, or all if there are no codes.

    Those with one of `left_out` are not.
    """

    codes: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


class RequestBatch(NamedTuple):
    """`after` is the place to go on from, None if there are no more."""

    requests: tuple[RerunRequest, ...]
    after: str | None


class RerunSelection(NamedTuple):
    """Selected cards; `identity` differs for another selection, `batches` begins at a place.

    `failures`: only cards whose last result is `failed` so.
    """

    identity: str
    batches: Callable[[str | None], Iterator[RequestBatch]]
    failures: WantedFailures | None


def select_reruns(
    context: Context,
    workers: Workers,
    named: Sequence[str],
    keys: Path | None,
    prefix: str | None,
    failures: WantedFailures | None,
) -> RerunSelection:
    """Return the cards that a call's arguments select.

    A failed card that CI refused for good would fail again. It is left out, unless the call names
    its Code or its key.

    Raises:
        ConfigurationError: they select nothing, or contradict each other, or can't be read.
    """
    given = [("KEY", named or None), ("--keys", keys), ("--prefix", prefix)]
    names = [name for name, value in given if value is not None]
    if len(names) > 1:
        raise ConfigurationError(names[1], f"can't be given beside {names[0]}")
    if named:
        return _of_keys(lambda: iter(named), failures)
    if keys is not None:
        return _of_keys(keys_in(keys), failures)
    if prefix is None and failures is None:
        raise ConfigurationError("KEY", "say which cards: their keys, --keys, --prefix or --failed")
    under = PhotosUnderPrefix(context, prefix)
    if failures is not None:
        identity = digest(("failed", under.prefix, *sorted(failures.codes)))
        batches_of = partial(_failed, context, workers, under.prefix)
        return RerunSelection(
            identity, batches_of, failures._replace(left_out=FOR_GOOD - failures.codes)
        )
    return RerunSelection(under.identity, partial(_under, under), None)


def _of_keys(keys: Keys, failures: WantedFailures | None) -> RerunSelection:
    def numbered(after: str | None) -> Iterator[RequestBatch]:
        done = int(after or 0)
        lines = islice(keys(), done, None)
        for some in batches(lines, _BATCH):
            done += len(some)
            yield RequestBatch(tuple(map(RerunRequest, dict.fromkeys(some))), str(done))

    only = ("all",) if failures is None else ("failed", *sorted(failures.codes))
    return RerunSelection(digest((*only, *keys())), numbered, failures)


def _under(under: PhotosUnderPrefix, after: str | None) -> Iterator[RequestBatch]:
    for batch in under.batches(after):
        for some in batches(batch.photos, _BATCH):
            yield RequestBatch(tuple(RerunRequest(one.key) for one in some), some[-1].key)


def _failed(
    context: Context, workers: Workers, prefix: str, after: str | None
) -> Iterator[RequestBatch]:
    """Yield the failed cards under the prefix. Of a hashed key, only the body tells the key."""
    folder = results_folder(context.settings.output_prefix)
    for part in (f"{folder}{prefix}", f"{folder}~/"):
        if after is None or after.startswith(part):
            yield from _failed_in(context, workers, part, prefix, after)
            after = None


def _failed_in(
    context: Context, workers: Workers, part: str, prefix: str, after: str | None
) -> Iterator[RequestBatch]:
    for page in pages(context.store.list_objects, part, after):
        for some in batches(page.objects, _BATCH):
            found = workers.map(partial(_failed_card, context), some)
            under = (one for one in found if one is not None and one.key.startswith(prefix))
            yield RequestBatch(tuple(under), some[-1].key)


def _failed_card(context: Context, listed: Listed) -> RerunRequest | None:
    """Return the card of a result, None unless the result is `failed`."""
    name = parse_result_name(context.settings.output_prefix, listed.key)
    if name is None:
        return None
    document = read_document(context, listed.key)
    source = document.get("source")
    key = source.get("key") if isinstance(source, dict) else None
    if document.get("outcome") != "failed" or not isinstance(key, str):
        return None
    return RerunRequest(key, name.version)
