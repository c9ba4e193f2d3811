"""What was deleted, as it is noted before it goes and recorded once it is gone.

A note lies below `P state/`. It names what is about to go, so that whoever goes on after an
interruption can record it. A record lies below `P deleted/` and is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cli.bucket.documents import document_in, past_attempts
from cli.seal.manifest import SHA256
from shared.card.values import fold
from shared.documents import DELETED_SCHEMA, DeletionRecord, PastAttempt
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.store.layout import deletion_name

_LONGEST_WHY = 200
_SIGN_BETWEEN_DIGITS = re.compile("(?<=[0-9])[-‐-―−.·_/]+(?=[0-9])")
# With signs between, 16 digits are two dates.
_ID_NUMBER = re.compile("[0-9]{15}")
_ID_NUMBER_WITH_SIGNS = re.compile("(?<![0-9])[0-9]{15}(?![0-9])|[0-9]{17}")


class NotedDeletion(NamedTuple):
    """Objects by the SHA-256 of their names, with their kinds, and the attempts they name."""

    objects: tuple[tuple[str, str], ...] = ()
    attempts: tuple[PastAttempt, ...] = ()

    def note(self) -> dict[str, object]:
        """Return the members of a note."""
        return {"objects": self.objects, "attempts": self.attempts}

    def record(self, context: Context, by: str, why: str) -> None:
        """Record that the objects are deleted, if there are any.

        Raises:
            StorageFault: COS couldn't be asked.
        """
        objects = dict(self.objects)
        if not objects:
            return
        attempts = tuple(dict.fromkeys(self.attempts))
        record = DeletionRecord(by, why, context.at(), tuple(objects.items()), attempts)
        name = deletion_name(context.settings.output_prefix, record.at[:10], list(objects))
        context.store.create_once(name, record.body())


def noted_in(note: Mapping[str, object]) -> NotedDeletion:
    """Return what a note names. What no call of ours could have written is left out."""
    return _named(
        (entry for entry in _list(note, "objects") if isinstance(entry, list)),
        (
            dict(zip(PastAttempt._fields, entry, strict=True))
            for entry in _list(note, "attempts")
            if isinstance(entry, list) and len(entry) == len(PastAttempt._fields)
        ),
    )


def recorded_in(record: Mapping[str, object]) -> NotedDeletion | None:
    """Return what a deletion record names; None if it is none. What isn't whole is left out."""
    if record.get("schema") != DELETED_SCHEMA or not isinstance(record.get("attempts"), list):
        return None
    objects = (
        [entry.get("name_sha256"), entry.get("kind")]
        for entry in _list(record, "objects")
        if isinstance(entry, dict)
    )
    return _named(objects, _list(record, "attempts"))


def attempts_of_result(body: bytes | None) -> list[PastAttempt]:
    """Return the attempts that a result names; none if its body can't be read."""
    return past_attempts(_list(document_in(body) or {}, "attempts"))


def checked_why(why: str | None, key: str | None = None) -> str | None:
    """Return the reason that a call gives; `key` is the key of the card that it is about.

    Raises:
        ConfigurationError: it is no short line, or holds an ID number, the key or its file name.
    """
    if why is None:
        return None
    if not (why.strip() and why.isprintable() and len(why) <= _LONGEST_WHY):
        raise ConfigurationError("--why", f"write one line of at most {_LONGEST_WHY} characters")
    if _has_id_number(why) or (key is not None and _names(why, key)):
        raise ConfigurationError(
            "--why", "names a card or its person, and what is kept must not: name the request"
        )
    return why.strip()


def _has_id_number(text: str) -> bool:
    """Return whether there is an ID number, full-width or with blanks or signs between too."""
    folded = fold(text)
    plain = _SIGN_BETWEEN_DIGITS.sub("", folded)
    return bool(_ID_NUMBER.search(folded) or _ID_NUMBER_WITH_SIGNS.search(plain))


def _names(text: str, key: str) -> bool:
    """Return whether the text holds a key, or the file name at its end."""
    name = fold(key.rpartition("/")[2]) or fold(key)
    return name in fold(text)


def _named(objects: Iterable[list[object]], attempts: Iterable[object]) -> NotedDeletion:
    """Return the objects that are a SHA-256 and a kind, and the attempts that are whole."""
    named = [
        (str(entry[0]), str(entry[1]))
        for entry in objects
        if list(map(type, entry)) == [str, str] and SHA256.fullmatch(str(entry[0]))
    ]
    return NotedDeletion(tuple(named), tuple(past_attempts(attempts)))


def _list(note: Mapping[str, object], name: str) -> list[object]:
    found = note.get(name)
    return found if isinstance(found, list) else []
