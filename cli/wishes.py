"""Which cards are to run again: given keys, all under a prefix, or those whose result is `failed`.

Wishes come in batches, each with the place to go on from after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from cli.keys import Keys, keys_in
from cli.listing import pages
from cli.photos import UnderPrefix, digest
from cli.reruns import WantedFailures, Wish, document_of
from shared.errors import ConfigurationError
from shared.jobs.reply import FOR_GOOD
from shared.pipeline.context import Context
from shared.store import Listed
from shared.store.layout import parse_result_name, results_folder
from shared.workers import Workers, batches

_BATCH = 100


class WishBatch(NamedTuple):
    """`after` is the place to go on from, None if there are no more."""

    wishes: tuple[Wish, ...]
    after: str | None


class Wishes(NamedTuple):
    """A choice of cards; `identity` tells it from another, `batches` goes through it from a place.

    `failures`: only those whose last result is `failed` so.
    """

    identity: str
    batches: Callable[[str | None], Iterator[WishBatch]]
    failures: WantedFailures | None


def choose(
    context: Context,
    workers: Workers,
    named: Sequence[str],
    keys: Path | None,
    prefix: str | None,
    failures: WantedFailures | None,
) -> Wishes:
    """The choice that a call's arguments make.

    What CI refuses for good would fail again: it is left out of the failed cards that are looked
    for, unless its Code is named. A card that is named itself is not left out.

    Raises:
        ConfigurationError: they make none, or more than one, or one that can't be.
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
    under = UnderPrefix(context, prefix)
    if failures is not None:
        identity = digest(("failed", under.prefix, *sorted(failures.codes)))
        wishes = partial(_failed, context, workers, under.prefix)
        return Wishes(identity, wishes, failures._replace(left_out=FOR_GOOD - failures.codes))
    return Wishes(under.identity, partial(_under, under), None)


def _of_keys(keys: Keys, failures: WantedFailures | None) -> Wishes:
    def numbered(after: str | None) -> Iterator[WishBatch]:
        done = int(after or 0)
        lines = islice(keys(), done, None)
        for some in batches(lines, _BATCH):
            done += len(some)
            yield WishBatch(tuple(map(Wish, dict.fromkeys(some))), str(done))

    only = ("all",) if failures is None else ("failed", *sorted(failures.codes))
    return Wishes(digest((*only, *keys())), numbered, failures)


def _under(under: UnderPrefix, after: str | None) -> Iterator[WishBatch]:
    for batch in under.batches(after):
        for some in batches(batch.photos, _BATCH):
            yield WishBatch(tuple(Wish(one.key) for one in some), some[-1].key)


def _failed(
    context: Context, workers: Workers, prefix: str, after: str | None
) -> Iterator[WishBatch]:
    """Every failed result under the prefix; those of shortened names say their key in the body."""
    folder = results_folder(context.settings.output_prefix)
    for part in (f"{folder}{prefix}", f"{folder}~/"):
        if after is None or after.startswith(part):
            yield from _failed_in(context, workers, part, prefix, after)
            after = None


def _failed_in(
    context: Context, workers: Workers, part: str, prefix: str, after: str | None
) -> Iterator[WishBatch]:
    for page in pages(context.store.list_objects, part, after):
        for some in batches(page.objects, _BATCH):
            found = workers.map(partial(_wish, context), some)
            wishes = (wish for wish in found if wish is not None and wish.key.startswith(prefix))
            yield WishBatch(tuple(wishes), some[-1].key)


def _wish(context: Context, listed: Listed) -> Wish | None:
    """The card of a result, if that is `failed`."""
    name = parse_result_name(context.settings.output_prefix, listed.key)
    if name is None:
        return None
    document = document_of(context, listed.key)
    source = document.get("source")
    key = source.get("key") if isinstance(source, dict) else None
    if document.get("outcome") != "failed" or not isinstance(key, str):
        return None
    return Wish(key, name.version)
