"""Which cards are to run again: given keys, all under a prefix, or those whose result is `failed`.

They come in batches, each with the place to go on from after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cli.bucket.documents import read_document
from cli.bucket.keys import Keys, keys_in
from cli.bucket.listing import checked_prefix, pages
from cli.enqueue.photos import PhotoChoice, digest, key_batches, must_be_one, photos_under
from cli.terminal.period import Period
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
    """Which cards are to run again by their results: those whose error has one of `codes`.

    If there are none, it is those that are `failed`, but with one of `left_out`.
    """

    codes: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


class RequestBatch(NamedTuple):
    """`after` is the place to go on from, None if there are no more."""

    requests: tuple[RerunRequest, ...]
    after: str | None


class RerunSelection(NamedTuple):
    """Selected cards; `identity` differs for another selection, `batches` begins at a place.

    Only cards whose last result has such an error, if `failures` is given, and was written in the
    period.
    """

    identity: str
    batches: Callable[[str | None], Iterator[RequestBatch]]
    failures: WantedFailures | None
    period: Period


class RerunArguments(NamedTuple):
    """The arguments of a call: keys, a file of keys or a prefix, and what results must be like."""

    named: Sequence[str] = ()
    keys: Path | None = None
    prefix: str | None = None
    failures: WantedFailures | None = None
    period: Period = Period()


def select_reruns(context: Context, workers: Workers, wanted: RerunArguments) -> RerunSelection:
    """Return the cards that a call's arguments select.

    A failed card that CI refused for good would fail again. It is left out, unless the call names
    its Code or its key.

    Raises:
        ConfigurationError: they select nothing, or contradict each other, or can't be read.
    """
    named, keys, prefix, failures, period = wanted
    must_be_one({"KEY": named or None, "--keys": keys, "--prefix": prefix})
    if named:
        return _of_keys(lambda: iter(named), failures, period)
    if keys is not None:
        return _of_keys(keys_in(keys), failures, period)
    if prefix is None and failures is None and period.is_all:
        raise ConfigurationError(
            "KEY", "say which cards: their keys, --keys, --prefix, --failed, --code or --since"
        )
    if failures is not None:
        under = checked_prefix(context.settings, prefix)
        identity = digest(("failed", under, *sorted(failures.codes), *_texts(period)))
        batches_of = partial(_failed, context, workers, under, failures, period)
        without = failures._replace(left_out=FOR_GOOD - failures.codes)
        return RerunSelection(identity, batches_of, without, period)
    photos = photos_under(context, prefix)
    identity = photos.identity if period.is_all else digest((photos.identity, *_texts(period)))
    return RerunSelection(identity, partial(_under, photos), None, period)


def _of_keys(keys: Keys, failures: WantedFailures | None, period: Period) -> RerunSelection:
    def numbered(after: str | None) -> Iterator[RequestBatch]:
        for some, following in key_batches(keys, _BATCH, after):
            yield RequestBatch(tuple(map(RerunRequest, dict.fromkeys(some))), following)

    only = ("all",) if failures is None else ("failed", *sorted(failures.codes))
    identity = digest((*only, *_texts(period), *keys()))
    return RerunSelection(identity, numbered, failures, period)


def _texts(period: Period) -> Sequence[str]:
    """Return the texts that a period adds to a choice's identity: none for all of time."""
    return [] if period.is_all else [f"{name}={at}" for name, at in period.document().items()]


def _under(photos: PhotoChoice, after: str | None) -> Iterator[RequestBatch]:
    for batch in photos.batches(after):
        for some in batches(batch.photos, _BATCH):
            yield RequestBatch(tuple(RerunRequest(one.key) for one in some), some[-1].key)


def _failed(
    context: Context,
    workers: Workers,
    prefix: str,
    failures: WantedFailures,
    period: Period,
    after: str | None,
) -> Iterator[RequestBatch]:
    """Yield the failed cards under the prefix. Of a hashed key, only the body tells the key."""
    card_of = partial(_failed_card, context, failures)
    folder = results_folder(context.settings.output_prefix)
    for part in (f"{folder}{prefix}", f"{folder}~/"):
        if after is None or after.startswith(part):
            for page in pages(context.store.list_objects, part, after):
                for some in batches(page.objects, _BATCH):
                    young = [one for one in some if period.may_contain(one.last_modified)]
                    found = workers.map(card_of, young)
                    under = (one for one in found if one is not None and one.key.startswith(prefix))
                    yield RequestBatch(tuple(under), some[-1].key)
            after = None


def failure_in(document: Mapping[str, Any], failures: WantedFailures) -> str | None:
    """Return the Code of a result's error, if it is one of the wanted or may be left out."""
    error = document.get("error")
    code = str(error.get("code")) if isinstance(error, Mapping) else "without a Code"
    if failures.codes:
        return code if code in failures.codes else None
    return code if document.get("outcome") == "failed" else None


def _failed_card(context: Context, failures: WantedFailures, listed: Listed) -> RerunRequest | None:
    """Return the card of a result, None unless the result is `failed` or has such an error."""
    name = parse_result_name(context.settings.output_prefix, listed.key)
    if name is None:
        return None
    document = read_document(context, listed.key)
    source = document.get("source")
    key = source.get("key") if isinstance(source, dict) else None
    is_one = document.get("outcome") == "failed" or failure_in(document, failures) is not None
    if not is_one or not isinstance(key, str):
        return None
    return RerunRequest(key, name.version)
