"""What the page of `card-ocr review` asks for: the cards, one of them, checks, decisions, reruns.

Keys are in no address: a card is named by its place in the order in which it was found.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cli.bucket.documents import Document, document_in
from cli.bucket.reviews import Review, last_review
from cli.connect.faults import advised
from cli.enqueue.card import Enqueued, enqueue
from cli.enqueue.rerun import NoRerun, Rerun, plan_rerun
from cli.enqueue.selection import RerunRequest
from cli.review.awaiting import AwaitingCard, AwaitingCards
from cli.review.decision import (
    MAX_NOTE,
    MAX_VALUE,
    ReviewDraft,
    ReviewRefused,
    ReviewTarget,
    check_values,
    cleaned,
    complete_fields,
    prepare_review,
    read_result,
    write_review,
)
from cli.review.server import PageReply, PageRequest
from shared.card import FIELD_NAMES, Check
from shared.errors import CloudFault, ConfigurationError, UnexpectedError
from shared.pipeline.context import Context
from shared.store.layout import etag_of, name_of_key

if TYPE_CHECKING:
    from cli.pictures.decoding import Thumbnail

FILES = Path(__file__).parent / "files"
VIEWER = Path(__file__).parents[1] / "viewer"

_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
ContentOf = Callable[[str, str], bytes | None]
"""Reads the photo at a key, if it still has this ETag; see `PhotoReader.content`."""

_PICTURES_KEPT = 8
_ATTEMPTS_KEPT = 50


class _Wrong(Exception):
    """A request that can't be met: its status, and a word that the page has words for."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class ReviewSession(NamedTuple):
    """Whose page it is, and where: `place` names the buckets."""

    reviewer: str
    place: str


class ReviewPage:
    """The answers of one page; several threads may ask."""

    def __init__(
        self,
        context: Context,
        content_of: ContentOf,
        awaiting: AwaitingCards,
        session: ReviewSession,
    ) -> None:
        self._context = context
        self._content_of = content_of
        self._awaiting = awaiting
        self._session = session
        self._lock = threading.Lock()
        self._pictures: OrderedDict[int, Thumbnail | None] = OrderedDict()
        self._attempts: OrderedDict[bytes, Review] = OrderedDict()
        self._decided: set[int] = set()

    @property
    def decided(self) -> int:
        """How many cards this page has decided."""
        return len(self._decided)

    def answer(self, request: PageRequest) -> PageReply:
        """Answer a request that was let in."""
        try:
            file = _file(request.path) if request.method == "GET" else None
            if file is not None:
                return PageReply(HTTPStatus.OK, file.read_bytes(), _KINDS[file.suffix])
            return self._answer(request)
        except Exception as error:  # noqa: BLE001 — the text of a bug could quote a card
            status, answer = self._failure(error)
            return _json(answer, status)

    def _failure(self, error: Exception) -> tuple[HTTPStatus, Document]:
        if isinstance(error, _Wrong):
            return error.status, {"error": str(error)}
        if isinstance(error, ReviewRefused):
            return HTTPStatus.CONFLICT, _refused(error)
        if isinstance(error, CloudFault):
            answer = {"error": "cloud", "code": error.code, "said": advised(error)}
            return HTTPStatus.BAD_GATEWAY, answer
        if isinstance(error, ConfigurationError):
            return HTTPStatus.BAD_GATEWAY, {"error": "cloud", "said": str(error)}
        self._context.log.unexpected(error)
        answer = {"error": "bug", "said": str(UnexpectedError(error))}
        return HTTPStatus.INTERNAL_SERVER_ERROR, answer

    def _answer(self, request: PageRequest) -> PageReply:
        _, name, *rest = request.path.split("/")
        routes: Mapping[tuple[str, str, int], Callable[..., PageReply]] = {
            ("GET", "cards", 0): self._cards,
            ("GET", "cards", 1): self._card,
            ("GET", "photos", 1): self._photo,
            ("POST", "checks", 0): self._check,
            ("POST", "reviews", 0): self._review,
            ("POST", "reruns", 0): self._rerun,
        }
        route = routes.get((request.method, name, len(rest)))
        if route is None:
            raise _Wrong(HTTPStatus.NOT_FOUND, "absent")
        return route(_asked(request) if request.method == "POST" else rest)

    def _cards(self, _rest: object) -> PageReply:
        awaiting = self._awaiting
        is_complete = awaiting.is_complete  # before the cards: none is missing then
        fault = awaiting.fault
        cards = [
            {"id": place, **one._asdict()}
            for place, one in enumerate(awaiting.cards())
            if place not in self._decided
        ]
        return _json(
            {
                "cards": cards,
                "is_complete": is_complete,
                "looked": awaiting.looked,
                "total": awaiting.total,
                "unreadable": awaiting.unreadable,
                "refused": awaiting.refused,
                "fault": None if fault is None else self._failure(fault)[1],
                "minimum": self._context.settings.minimum_score,
                **self._session._asdict(),
            }
        )

    def _card(self, rest: list[str]) -> PageReply:
        place, card = self._chosen(rest[0])
        result = read_result(self._context, _target(card))
        number, review = last_review(self._context, name_of_key(card.key), card.version)
        picture = self._picture(place, card)
        checked = check_values(result, result["fields"])
        return _json(
            {
                "id": place,
                "key": card.key,
                "version": card.version,
                **{name: result[name] for name in ("outcome", "card_type", "needs_review")},
                "fields": complete_fields(result),
                **{name: result[name] for name in ("items", "checks", "error", "written_at")},
                "values": _checks(checked.checks),
                "seen": number,
                "review": review,
                "picture": picture and {"width": picture.width, "height": picture.height},
            }
        )

    def _photo(self, rest: list[str]) -> PageReply:
        picture = self._picture(*self._chosen(rest[0]))
        if picture is None:
            raise _Wrong(HTTPStatus.NOT_FOUND, "absent")
        return PageReply(HTTPStatus.OK, picture.jpeg, "image/jpeg")

    def _check(self, asked: Document) -> PageReply:
        _, card = self._chosen(asked.get("id"))
        checked = check_values(read_result(self._context, _target(card)), _texts(asked) or {})
        return _json({"fields": checked.fields, "checks": _checks(checked.checks)})

    def _review(self, asked: Document) -> PageReply:
        """Write a review. The same request again, after a lost answer, is the same review."""
        place, card = self._chosen(asked.get("id"))
        target = _target(card)
        draft = self._draft(asked)
        attempt = json.dumps(asked, sort_keys=True).encode()
        with self._lock:
            review = self._attempts.get(attempt)
        if review is None:
            review = prepare_review(self._context, target, draft)
        with self._lock:
            _keep(self._attempts, attempt, review, _ATTEMPTS_KEPT)
        write_review(self._context, target, review)
        self._decided.add(place)
        return _json({"decision": review.decision, "number": review.number})

    def _draft(self, asked: Document) -> ReviewDraft:
        note, seen = asked.get("note"), asked.get("seen")
        is_note = isinstance(note, str) and len(note) <= MAX_NOTE
        if not is_note or type(seen) is not int or seen < 0:
            raise _Wrong(HTTPStatus.BAD_REQUEST, "request")
        return ReviewDraft(
            rejects=asked.get("rejects") is True,
            texts=_texts(asked),
            note=cleaned(str(note)),
            reviewer=self._session.reviewer,
            seen=seen,
            keeps=asked.get("keeps") is True,
        )

    def _rerun(self, asked: Document) -> PageReply:
        """Put a rerun in line, which sweep sends: one job more."""
        place, card = self._chosen(asked.get("id"))
        request = RerunRequest(card.key, card.version)
        plan = plan_rerun(self._context, request, self._context.at())
        if not isinstance(plan, Rerun):
            why = plan.name.lower() if isinstance(plan, NoRerun) else "refused"
            return _json({"error": "rerun", "why": why}, HTTPStatus.CONFLICT)
        came = enqueue(self._context, plan.photo, run=plan.run)
        if came is not Enqueued.ENQUEUED:
            return _json({"error": "rerun", "why": "pending"}, HTTPStatus.CONFLICT)
        self._decided.add(place)
        return _json({"run": plan.run})

    def _chosen(self, place: object) -> tuple[int, AwaitingCard]:
        text = str(place)
        cards = self._awaiting.cards()
        is_number = re.fullmatch("[0-9]{1,9}", text) is not None
        if not is_number or int(text) >= len(cards):
            raise _Wrong(HTTPStatus.NOT_FOUND, "absent")
        return int(text), cards[int(text)]

    def _picture(self, place: int, card: AwaitingCard) -> Thumbnail | None:
        from cli.pictures.decoding import view_of  # noqa: PLC0415 — scripts don't need it

        with self._lock:
            if place in self._pictures:
                return self._pictures[place]
        content = self._content_of(card.key, etag_of(card.version))
        picture = None if content is None else view_of(content)
        with self._lock:
            _keep(self._pictures, place, picture, _PICTURES_KEPT)
        return picture


def _target(card: AwaitingCard) -> ReviewTarget:
    return ReviewTarget(card.key, card.version, card.result_etag)


def _keep(kept: OrderedDict[Any, Any], key: object, value: object, most: int) -> None:
    kept[key] = value
    while len(kept) > most:
        kept.popitem(last=False)


def _file(path: str) -> Path | None:
    if path == "/":
        return FILES / "index.html"
    for address, folder in (("/files/", FILES), ("/viewer/", VIEWER)):
        for file in folder.iterdir():
            if path == f"{address}{file.name}" and file.suffix in _KINDS:
                return file
    return None


def _asked(request: PageRequest) -> Document:
    """Return the JSON object that a request brings. A form of another page can't bring one."""
    is_json = request.headers.get("content-type") == "application/json"
    document = document_in(request.body) if is_json else None
    if document is None:
        raise _Wrong(HTTPStatus.BAD_REQUEST, "request")
    return document


def _texts(asked: Document) -> dict[str, str | None] | None:
    """Return the values that were typed, by the names of fields; None if there are none."""
    found = asked.get("fields")
    if found is None:
        return None
    known = {name for names in FIELD_NAMES.values() for name in names}
    if not isinstance(found, dict) or not found.keys() <= known:
        raise _Wrong(HTTPStatus.BAD_REQUEST, "request")
    for text in found.values():
        if text is not None and not (isinstance(text, str) and len(text) <= MAX_VALUE):
            raise _Wrong(HTTPStatus.BAD_REQUEST, "request")
    return {name: text and cleaned(text) for name, text in found.items()}


def _checks(checks: tuple[Check, ...]) -> list[Document]:
    return [check._asdict() for check in checks]


def _refused(refused: ReviewRefused) -> Document:
    return {
        "error": "refused",
        "happened": refused.happened,
        "review": refused.review,
        "number": refused.number,
        "failed": _checks(refused.failed),
    }


def _json(content: Document, status: HTTPStatus = HTTPStatus.OK) -> PageReply:
    body = json.dumps(content, ensure_ascii=False).encode()
    return PageReply(status, body, "application/json")
