"""A result's body as it was written; whatever else lies there is none and breaks nothing.

Only what is used of a result is looked at: `audit --deep` holds bodies against the schema.
"""

from __future__ import annotations

from typing import Any, get_args

from cli.documents import document_in
from cli.results import Document
from shared.card import CARD_TYPES
from shared.documents import RESULT_SCHEMA, Outcome

_TEXT_OR_NULL = (str, type(None))
_NUMBER_OR_NULL = (int, float, type(None))
_NO_TIMES = dict.fromkeys(("created_at", "started_at", "ended_at"))


def result_in(body: bytes | None) -> Document | None:
    """The result in a body, or None if it can't be shown as one."""
    document = document_in(body)
    try:
        return document if _is_result(document) else None
    except (TypeError, KeyError, AttributeError):
        return None


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
