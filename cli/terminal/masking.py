"""What an operator sees of a card: masked, unless the call says `--reveal`.

A value shows its first character and its length; one character alone shows nothing. An object key
is its digest, the one that stands in the log, since a key can hold a name. What CI wrote in its own
words (messages, labels we don't know) can quote either, and is left out or masked like a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from cli.bucket.documents import Document
from shared.log import key_digest
from shared.pipeline.context import Context

_DIGEST = re.compile("[0-9a-f]{16}")


class Masking(NamedTuple):
    """How personal values are shown in this call. `secret` keys the digests."""

    secret: str
    reveal: bool

    def __repr__(self) -> str:
        """Nothing: the secret is among the values."""
        return "Masking(…)"

    def digest(self, key: str) -> str:
        """What stands for a key in the log, unless LOG_KEYS: 16 hex digits."""
        return key_digest(self.secret, key)

    def key(self, key: str) -> str:
        """A photo's key, or its digest."""
        return key if self.reveal else self.digest(key)

    def name(self, name: str, key: str) -> str:
        """The name of an object of ours, in which the key, or its shortened form, is `key`."""
        before, found, after = name.rpartition(key)
        return f"{before}{self.key(found)}{after}"

    def value(self, value: str | None) -> str | None:
        """A value read from a card."""
        return value if self.reveal or value is None else masked(value)

    def message(self, message: str | None) -> str | None:
        """CI's words about an error, which can quote a key; left out if they are masked."""
        return message if self.reveal else None

    def result(self, document: Mapping[str, Any]) -> Document:
        """A result as it may be shown: the same names, with key, fields, items and message masked.

        `document` fits docs/result.schema.json. Scores, places, checks and times stay as they are.
        """
        if self.reveal:
            return dict(document)
        source, error = document["source"], document["error"]
        return {
            **document,
            "source": {**source, "key": self.key(source["key"])},
            "fields": {name: self.value(value) for name, value in document["fields"].items()},
            "items": [self._item(item) for item in document["items"]],
            "error": error and {**error, "message": self.message(error["message"])},
        }

    def _item(self, item: Mapping[str, Any]) -> Document:
        label = item["label"] if item["field"] else self.value(item["label"])
        return {**item, "label": label, "text": self.value(item["text"])}


def is_digest(text: str) -> bool:
    """Whether it can be a key's digest; it is no key then: those have a prefix, with a slash."""
    return _DIGEST.fullmatch(text) is not None


def masking_of(context: Context, *, reveal: bool) -> Masking:
    """The masking of a call, with the digests that this deployment's log has."""
    return Masking(context.settings.callback_secrets[0], reveal)


def masked(value: str) -> str:
    """A value of which only the length and, if it has more, one character show."""
    return value[0] + "*" * (len(value) - 1) if len(value) > 1 else "*" * len(value)
