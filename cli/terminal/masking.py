"""Masks what an operator sees of a card, unless the call says `--reveal`.

A value shows its first character and its length; a single character shows nothing. A key is shown
as its digest, the same as in the log, since a key can hold a name. CI's own words (messages,
unknown labels) can quote either, so they are left out or masked like a value. A reviewer's name is
masked like a value too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cli.bucket.documents import Document
from shared.log import key_digest
from shared.pipeline.context import Context

_DIGEST = re.compile("[0-9a-f]{16}")
_NAMES_LABELS = "labels that fill no field: "  # as `fields.complete` does


class Masking(NamedTuple):
    """How personal values are shown in this call. `secret` keys the digests."""

    secret: str
    reveal: bool

    def __repr__(self) -> str:
        """Hide the values: the secret is among them."""
        return "Masking(…)"

    def digest(self, key: str) -> str:
        """Return what the log has in place of a key, unless LOG_KEYS: 16 hex digits."""
        return key_digest(self.secret, key)

    def key(self, key: str) -> str:
        """Return a photo's key, or its digest."""
        return key if self.reveal else self.digest(key)

    def name(self, name: str, key: str) -> str:
        """Return the name of an object of ours, with `key` masked in it, plain or hashed."""
        before, found, after = name.rpartition(key)
        return f"{before}{self.key(found)}{after}"

    def value(self, value: str | None) -> str | None:
        """Return a value that was read from a card, or the same masked."""
        return value if self.reveal or value is None else masked(value)

    def message(self, message: str | None) -> str | None:
        """Return CI's words about an error; None if masked, since they can quote a key."""
        return message if self.reveal else None

    def result(self, document: Mapping[str, Any]) -> Document:
        """Return a result as it may be shown: with key, fields, items and message masked.

        `document` fits docs/result.schema.json. Scores, places, checks and times stay as they are,
        but for the labels that a check names.
        """
        if self.reveal:
            return dict(document)
        source, error = document["source"], document["error"]
        return {
            **document,
            "source": {**source, "key": self.key(source["key"])},
            "fields": {name: self.value(value) for name, value in document["fields"].items()},
            "items": [self._item(item) for item in document["items"]],
            "checks": [_check(check) for check in document["checks"]],
            "error": error and {**error, "message": self.message(error["message"])},
        }

    def review(self, document: Mapping[str, Any]) -> Document:
        """Return a review as it may be shown: with key, fields, note and reviewer masked."""
        if self.reveal:
            return dict(document)
        source = document["source"]
        return {
            **document,
            "source": {**source, "key": self.key(source["key"])},
            "fields": {name: self.value(value) for name, value in document["fields"].items()},
            "note": self.value(document["note"]),
            "reviewer": self.value(document["reviewer"]),
        }

    def _item(self, item: Mapping[str, Any]) -> Document:
        label = item["label"] if item["field"] else self.value(item["label"])
        return {**item, "label": label, "text": self.value(item["text"])}


def _check(check: Mapping[str, Any]) -> Document:
    """Return a check with the labels masked that its detail names. It names no value."""
    before, named, labels = (check["detail"] or "").partition(_NAMES_LABELS)
    if not named:
        return dict(check)
    return {**check, "detail": before + named + ", ".join(map(masked, labels.split(", ")))}


def is_digest(text: str) -> bool:
    """Return whether it can be a key's digest. Such a text isn't a key, since keys have a slash."""
    return _DIGEST.fullmatch(text) is not None


def masking_of(context: Context, *, reveal: bool) -> Masking:
    """Return the masking of a call, with the digests of this deployment's log."""
    return Masking(context.settings.callback_secrets[0], reveal)


def masked(value: str) -> str:
    """Mask a value: its length shows, and its first character unless that is all."""
    return value[0] + "*" * (len(value) - 1) if len(value) > 1 else "*" * len(value)
