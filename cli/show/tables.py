"""A card's history for a person: the document of `--json`, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.bucket.documents import Document
from cli.terminal.formats import Band, age_of, band, local_time
from cli.terminal.output import printable

_BANDS: Mapping[Band, str] = {"good": "green", "fair": "yellow", "low": "red", "none": ""}
_OUTCOMES = {"recognised": "green", "nothing_found": "yellow", "failed": "red", "rejected": "red"}


def tables_of(document: Document, minimum: int) -> Group:
    """Return the tables of a document; `minimum` is MIN_SCORE, for the scores' colours."""
    return Group(*_parts(document, minimum))


def _parts(document: Document, minimum: int) -> Iterator[RenderableType]:
    card = document["card"]
    yield _pairs(_head(document, card))
    if card is not None:
        yield from _section("Fields", ("field", "value", "score"), _fields(card, minimum))
        reviews = ("review", "decision", "reviewer", "at", "note", "")
        yield from _section("Reviews", reviews, map(_review, document["reviews"]))
        counted = _counted(document["reviews"])
        yield from _section("As they count since the last review", ("field", "value"), counted)
        items = [_item(item, minimum) for item in card["items"]]
        yield from _section("Items", ("label", "field", "text", "score", "box in pixels"), items)
        checks = [_check(check) for check in card["checks"]]
        yield from _section("Checks", ("check", "", "why"), checks)
        yield Text("\nEvidence", style="bold")
        yield _pairs(_evidence(card))
    runs = ("version", "outcome", "written at", "")
    yield from _section("Versions and reruns", runs, map(_version, document["versions"]))
    names = ("version", "attempt", "state", "age", "job", "why")
    yield from _section("Pending", names, map(_attempt, document["pending"]))


def _head(document: Document, card: Document | None) -> Iterator[tuple[str, Text]]:
    yield "key", _text(document["key"], style="bold")
    yield "in the log", _text(document["log_key"])
    yield "photo", _text(_photo(document["photo"]))
    if card is None:
        yield "outcome", Text("no result")
        return
    reviews = document["reviews"]
    review = ", needs review" if card["needs_review"] and not reviews else ""
    review = f", {reviews[0]['decision'] or 'review unreadable'}" if reviews else review
    outcome = card["outcome"]
    yield "card type", _text(card["card_type"] or "unknown")
    yield "outcome", _text(outcome + review, style=_OUTCOMES[outcome])
    if card["error"]:
        error = card["error"]
        message = f": {error['message']}" if error["message"] else ""
        yield "error", _text(f"{error['code']} ({error['stage']}){message}")


def _photo(found: Document | None) -> str:
    if found is None:
        return "gone"
    written = local_time(found["last_modified"]) if found["last_modified"] else "no date"
    return f"{found['etag']}, {found['size']:,} bytes, {written}"


def _fields(card: Document, minimum: int) -> Iterator[Sequence[Text]]:
    scores = {item["field"]: item["score"] for item in card["items"]}
    for name, value in card["fields"].items():
        yield _text(name), _value(value), _score(scores.get(name), minimum)


def _review(review: Document) -> Sequence[Text]:
    return (
        _text(f"{review['number']:04d}"),
        _text(review["decision"] or "unreadable"),
        _text(review["reviewer"] or "-"),
        _text(local_time(review["reviewed_at"])),
        _text(review["note"] or "-"),
        _text(", ".join(review["changed"] or ())),
    )


def _counted(reviews: Sequence[Document]) -> Iterator[Sequence[Text]]:
    """Yield the values that the last review changed."""
    last = reviews[0] if reviews else {}
    for name in last.get("changed") or ():
        yield _text(name), _value(last["fields"].get(name))


def _item(item: Document, minimum: int) -> Sequence[Text]:
    return (
        _value(item["label"]),
        _text(item["field"] or "-"),
        _value(item["text"]),
        _score(item["score"], minimum),
        _text(_box(item["polygon"])),
    )


def _box(polygon: Sequence[Sequence[float]]) -> str:
    """Write the corners as CI gave them."""
    return " ".join(f"{x:g},{y:g}" for x, y in polygon) or "-"


def _check(check: Document) -> Sequence[Text]:
    passed = _text("passed", style="green") if check["passed"] else _text("failed", style="red")
    return _text(check["name"]), passed, _text(check["detail"] or "")


def _evidence(card: Document) -> Iterator[tuple[str, Text]]:
    evidence, job = card["evidence"], card["job"]
    verified = "verified" if evidence["verified"] else "not verified"
    yield "delivered by", _text(f"{evidence['delivered_by']}, {evidence['format']}, {verified}")
    yield "received at", _text(local_time(evidence["received_at"]))
    if job:
        yield (
            "job",
            _text(f"{job['id']}, {job.get('state') or 'no state'}, attempt {job['attempt']}"),
        )
        times = (local_time(job.get(name)) for name in ("created_at", "started_at", "ended_at"))
        yield "created, started, ended", _text(", ".join(times))


def _version(version: Document) -> Sequence[Text]:
    outcome = version["outcome"] or "unreadable"
    why = f", {version['error']}" if version["error"] else ""
    review = ", needs review" if version["needs_review"] and not version["reviews"] else ""
    review = ", reviewed" if version["reviews"] else review
    return (
        _text(version["version"]),
        _text(outcome + why + review, style=_OUTCOMES.get(outcome, "red")),
        _text(local_time(version["written_at"])),
        _text("of the photo as it is now" if version["current"] else "of an earlier photo"),
    )


def _attempt(attempt: Document) -> Sequence[Text]:
    error = attempt["error"]
    return (
        _text(attempt["version"]),
        _text(f"{attempt['attempt']:04d}"),
        _text(attempt["state"] or "unreadable"),
        _text(age_of(attempt["age_seconds"])),
        _text(attempt["job_id"] or "-"),
        _text(error["code"] if error else "-"),
    )


def _value(value: str | None) -> Text:
    return _text("-" if value is None else value)


def _score(score: float | None, minimum: int) -> Text:
    shown = "-" if score is None else f"{score:g}"
    return Text(shown, style=_BANDS[band(score, minimum)], justify="right")


def _text(text: str, style: str = "") -> Text:
    """Return a text of the bucket's with what would upset a terminal escaped."""
    return Text(printable(text), style)


def _section(
    title: str, names: Sequence[str], rows: Iterable[Sequence[Text]]
) -> Iterator[RenderableType]:
    """Yield a table under its title; nothing if it has no rows."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    if table.row_count:
        yield Text(f"\n{title}", style="bold")
        yield Padding(table, (0, 0, 0, 2), expand=False)


def _pairs(pairs: Iterable[tuple[str, Text]]) -> Padding:
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in pairs:
        table.add_row(_text(name, style="dim"), value)
    return Padding(table, (0, 0, 0, 2), expand=False)
