"""The keys that a call names: as they are, or by the digests of the log and of masked output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cli.listing import listed_under, sources_under
from cli.masking import Masking, is_digest
from cli.progress import progress
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.store.layout import (
    parse_pending_name,
    parse_result_name,
    pending_folder,
    results_folder,
)


def named(context: Context, masking: Masking, texts: Sequence[str]) -> list[str]:
    """The key that each text names: itself, unless it is a digest.

    Digests lead back only through all keys, of photos first and then of results and pending
    objects: the listings are gone through once. A shortened name shows no key, so a card with one
    is found only while its photo is there.

    Raises:
        ConfigurationError: a digest is no card's.
        StorageFault: COS refused a listing or couldn't be reached.
    """
    wanted = {one for one in texts if is_digest(one)}
    found: dict[str, str] = {}
    if wanted:
        with progress("looking for the key") as heard:
            for key in _keys(context):
                digest = masking.digest(key)
                if digest in wanted:
                    found[digest] = key
                    if len(found) == len(wanted):
                        break
                heard(1)
    for digest in wanted - found.keys():
        raise ConfigurationError("KEY", f"no card in the bucket has the digest {digest}")
    return [found.get(text, text) for text in texts]


def _keys(context: Context) -> Iterator[str]:
    """Every key that is to be seen in the bucket, more than once where it is."""
    settings, store = context.settings, context.store
    prefix = settings.output_prefix
    for photo in sources_under(store, settings.input_prefix):
        yield photo.key
    for listed in listed_under(store, results_folder(prefix)):
        if result := parse_result_name(prefix, listed.key):
            yield result.key
    for listed in listed_under(store, pending_folder(prefix)):
        if pending := parse_pending_name(prefix, listed.key):
            yield pending.key
