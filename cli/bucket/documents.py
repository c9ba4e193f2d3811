"""The bodies of our objects, as commands read them: no body can break a command.

JSON can hold numbers that no database and no clock can hold, and halves of characters that no file
can hold. A body with one of these counts as none of ours. Of a result, only the members that
commands use are checked; `audit --deep` checks it against the schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, get_args

from shared.card import CARD_TYPES
from shared.documents import RESULT_SCHEMA, Attempt, Outcome, PastAttempt, read_attempt
from shared.pipeline.context import Context
from shared.pipeline.state import load
from shared.store.layout import etag_of, name_of_key, parse_result_name

Document = dict[str, Any]

_MOST = 2**53  # beyond it a number isn't the same everywhere


def document_in(body: bytes | None) -> Document | None:
    """Return the JSON object in a body. None if the body isn't one, or holds numbers too large."""
    try:
        document = json.loads(
            body or b"", parse_int=_integer, parse_float=_number, parse_constant=_refuse
        )
        json.dumps(document, ensure_ascii=False).encode()  # half a character can't be
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def attempt_in(body: bytes) -> Attempt | None:
    """Return the attempt in a pending object's body. None if it isn't one of ours."""
    return None if document_in(body) is None else read_attempt(body)


def past_attempts(entries: Iterable[object]) -> list[PastAttempt]:
    """Return those entries of a member `attempts` that are whole."""
    return [
        PastAttempt(*(entry[name] for name in PastAttempt._fields))
        for entry in entries
        if isinstance(entry, dict)
        and all(isinstance(entry.get(name, ...), kind) for name, kind in _PAST_KINDS.items())
    ]


def read_document(context: Context, name: str) -> Document:
    """Read the JSON object at `name`. Return an empty one if it is absent or not ours."""
    return document_in(context.store.read(name)) or {}


def note_of(context: Context, name: str) -> dict[str, object]:
    """Return a state object, without the members that can't be carried; see `load`.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    found = load(context, name).items()
    return {name: value for name, value in found if _can_be_carried({name: value})}


def _can_be_carried(document: dict[str, object]) -> bool:
    try:
        return document_in(json.dumps(document).encode()) is not None
    except RecursionError:
        return False


def _integer(text: str) -> int:
    return int(text) if abs(int(text)) <= _MOST else _refuse(text)


def _number(text: str) -> float:
    return float(text) if abs(float(text)) <= _MOST else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number that can be carried")


_TEXT_OR_NULL = (str, type(None))
_PAST_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "attempt": int,
    "claimed_at": _TEXT_OR_NULL,
    "job_id": _TEXT_OR_NULL,
    "state": str,
    "code": _TEXT_OR_NULL,
}
_NUMBER_OR_NULL = (int, float, type(None))
_NO_TIMES = dict.fromkeys(("created_at", "started_at", "ended_at"))


def result_in(body: bytes | None) -> Document | None:
    """Return the result in a body; None if it can't be shown as one."""
    document = document_in(body)
    try:
        return document if _is_result(document) else None
    except (TypeError, KeyError, AttributeError):
        return None


def result_named(context: Context, name: str, body: bytes | None) -> Document | None:
    """Return the result in the body of the object `name`. Return None if it is another card's.

    Nobody may take it for a result of the key in its body: the object has been changed.
    """
    document, found = result_in(body), parse_result_name(context.settings.output_prefix, name)
    if document is None or found is None:
        return None
    source = document["source"]
    said = name_of_key(source["key"]), source["etag"]
    return document if said == (found.key, etag_of(found.version)) else None


def _is_result(document: Any) -> bool:  # noqa: ANN401 — any JSON
    source, error, job = document["source"], document["error"], document["job"]
    return (
        document["schema"] == RESULT_SCHEMA
        and document["outcome"] in get_args(Outcome)
        and document["card_type"] in (*CARD_TYPES, None)
        and _has(source, str, "key", "etag", "bucket")
        and _has(source, _TEXT_OR_NULL, "last_modified")
        and _has(source, (int, type(None)), "size")
        and _has(document["fields"], _TEXT_OR_NULL, *document["fields"])
        and all(map(_is_item, document["items"]))
        and all(map(_is_check, document["checks"]))
        and _has(document, bool, "needs_review")
        and _has(document, str, "written_at", "trigger", "release")
        and _has(document, list, "attempts")
        and (error is None or (_has(error, str, "code", "stage")))
        and (error is None or _has(error, _TEXT_OR_NULL, "message"))
        and (job is None or _has(job, str, "id"))
        and (job is None or _has(job, int, "attempt"))
        and (job is None or _has({**_NO_TIMES, **job}, _TEXT_OR_NULL, *_NO_TIMES))
        and _has(document["evidence"], str, "delivered_by", "format", "received_at")
        and _has(document["evidence"], bool, "verified")
    )


def _is_item(item: Any) -> bool:  # noqa: ANN401 — any JSON
    return (
        _has(item, str, "label", "text")
        and _has(item, _TEXT_OR_NULL, "field")
        and _has(item, _NUMBER_OR_NULL, "score")
        and all(
            len(point) == 2 and all(isinstance(at, int | float) for at in point)  # noqa: PLR2004
            for point in item["polygon"]
        )
    )


def _is_check(check: Any) -> bool:  # noqa: ANN401 — any JSON
    return (
        _has(check, str, "name")
        and _has(check, bool, "passed")
        and _has(check, _TEXT_OR_NULL, "detail")
    )


def _has(node: Any, kind: type | tuple[type, ...], *names: str) -> bool:  # noqa: ANN401 — any JSON
    return isinstance(node, dict) and all(isinstance(node[name], kind) for name in names)
