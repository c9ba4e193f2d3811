"""Reviews: a person's word on a result, and what counts of a card because of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args

from cli.bucket.documents import Document, document_in
from cli.bucket.listing import pages
from shared.documents import encode
from shared.pipeline.context import Context
from shared.store import Listed, Store
from shared.store.layout import parse_review_name, reviews_folder
from shared.times import is_rfc3339

REVIEW_SCHEMA = "card-ocr.review.v1"
Decision = Literal["confirmed", "corrected", "rejected"]

_UNFINISHED = frozenset({"failed", "nothing_found"})


class Review(NamedTuple):
    """The body of a review. `source` is the result's, `result_etag` the result object's ETag.

    `fields` are complete: what counts from now on. `changed` names those that differ from the
    result's. `reviewed_at` is RFC 3339.
    """

    source: Mapping[str, Any]
    version: str
    number: int
    result_etag: str
    decision: Decision
    fields: Mapping[str, str | None]
    changed: tuple[str, ...]
    note: str | None
    reviewer: str
    reviewed_at: str

    def body(self) -> bytes:
        """Return the object as it is stored."""
        return encode(self.document())

    def document(self) -> Document:
        """Return the body as a document."""
        return {
            "schema": REVIEW_SCHEMA,
            **self._asdict(),
            "source": dict(self.source),
            "fields": dict(self.fields),
            "changed": list(self.changed),
        }


class ReviewObject(NamedTuple):
    """A review as its listing shows it; `number` counts from 1."""

    version: str
    number: int
    listed: Listed


def reviews_of(store: Store, prefix: str, name: str, version: str = "") -> Iterator[ReviewObject]:
    """Yield a card's reviews in the order of names; with a version, those of its result.

    `name` is the card's key as names have it.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    beginning = f"{reviews_folder(prefix)}{name}.{version}{'.' if version else ''}"
    for page in pages(store.list_objects, beginning):
        for listed in page.objects:
            found = parse_review_name(prefix, listed.key)
            if found and found.key == name and version in {"", found.version}:
                yield ReviewObject(found.version, found.number, listed)


def last_review(context: Context, name: str, version: str) -> tuple[int, Document | None]:
    """Return the highest review of a result: its number, and its body if that can be shown.

    Return 0 and None if there is none.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    found = reviews_of(context.store, context.settings.output_prefix, name, version)
    last = max(found, key=lambda one: one.number, default=None)
    if last is None:
        return 0, None
    return last.number, review_in(context.store.read(last.listed.key))


def review_in(body: bytes | None) -> Document | None:
    """Return the review in a body; None if it can't be shown as one."""
    document = document_in(body)
    try:
        return document if _is_review(document) else None
    except (TypeError, KeyError, AttributeError):
        return None


def _is_review(document: Any) -> bool:  # noqa: ANN401 — any JSON
    return (
        document["schema"] == REVIEW_SCHEMA
        and document["decision"] in get_args(Decision)
        and isinstance(document["number"], int)
        and isinstance(document["source"]["key"], str)
        and all(isinstance(value, str | None) for value in document["fields"].values())
        and isinstance(document["changed"], list)
        and all(isinstance(name, str) for name in document["changed"])
        and isinstance(document["note"], str | None)
        and all(isinstance(document[name], str) for name in ("version", "result_etag", "reviewer"))
        and is_rfc3339(document["reviewed_at"])
    )


def awaits_review(outcome: str, *, needs_review: bool) -> bool:
    """Return whether a result needs a person's word, as long as it has no review."""
    return needs_review or outcome in _UNFINISHED


def counted_fields(result: Document, review: Document | None) -> Mapping[str, str | None]:
    """Return a card's values as they count: the review's if there is one, else the result's."""
    fields: Mapping[str, str | None] = (review or result)["fields"]
    return fields
