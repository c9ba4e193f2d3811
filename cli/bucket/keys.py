"""The keys that an operator names: in a file, in an audit's findings, or by the log's digests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cli.bucket.listing import listed_under, must_be_text, sources_under
from cli.terminal.masking import Masking, is_digest
from cli.terminal.progress import progress
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.store.layout import (
    parse_pending_name,
    parse_result_name,
    pending_folder,
    results_folder,
)

Keys = Callable[[], Iterator[str]]
"""Yields the keys from the first one on, each time it is called."""


def keys_in(path: Path) -> Keys:
    """Return the keys of a file in UTF-8, one a line; empty lines are left out.

    Calling the returned function raises ConfigurationError if the file can't be read.
    """

    def keys() -> Iterator[str]:
        with _opened(path, "--keys") as lines:
            for line in lines:
                if key := line.rstrip("\r\n"):
                    yield key

    return keys


def missing_in(path: Path) -> Keys:
    """Return the keys that `card-ocr audit --json --reveal` called missing, a finding a line.

    The returned function raises ConfigurationError if the file isn't such a document.
    """

    def keys() -> Iterator[str]:
        with _opened(path, "--from-audit") as lines:
            if not next(lines, "").startswith('{"findings": ['):
                raise _no_audit(path)
            for line in lines:
                if not line.startswith('{"kind"'):
                    return
                if (key := _missing(path, line)) is not None:
                    yield key

    return keys


def _missing(path: Path, line: str) -> str | None:
    try:
        finding = json.loads(line.rstrip().rstrip(","))
        kind, key = finding["kind"], finding["key"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _no_audit(path) from None
    if kind != "missing":
        return None
    if not isinstance(key, str) or is_digest(key):
        raise ConfigurationError(
            "--from-audit", f"{path} holds digests in place of keys; audit with --reveal"
        )
    return key


def _no_audit(path: Path) -> ConfigurationError:
    problem = f"{path} is not what `card-ocr audit --json --reveal` writes"
    return ConfigurationError("--from-audit", problem)


@contextmanager
def _opened(path: Path, option: str) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as text:
            yield text
    except OSError as error:
        raise ConfigurationError(option, f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(option, f"{path} is not UTF-8") from None


def resolve_keys(context: Context, masking: Masking, texts: Sequence[str]) -> list[str]:
    """Return the key that each text names: the text itself, or the key with that digest.

    A digest is compared with the digests of all keys, of photos first and then of results and
    pending objects: the listings are gone through once. A hashed name shows no key, so such a card
    is found only while its photo is there.

    Raises:
        ConfigurationError: a text is empty or not UTF-8, or no card has one of the digests.
        StorageFault: COS refused a listing or couldn't be reached.
    """
    for text in texts:
        if not text:
            raise ConfigurationError("KEY", "is empty; write the photo's key, or its digest")
        must_be_text("KEY", text)
    wanted = {one for one in texts if is_digest(one)}
    found: dict[str, str] = {}
    if wanted:
        with progress("looking for the key") as advance:
            for key in _keys(context):
                digest = masking.digest(key)
                if digest in wanted:
                    found[digest] = key
                    if len(found) == len(wanted):
                        break
                advance(1)
    for digest in wanted - found.keys():
        raise ConfigurationError("KEY", f"no card in the bucket has the digest {digest}")
    return [found.get(text, text) for text in texts]


def _keys(context: Context) -> Iterator[str]:
    """Yield every key that the bucket shows, some of them more than once."""
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
