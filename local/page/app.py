"""The page as a WSGI app: its files, the cards in the bucket, and uploads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from qcloud_cos import CosClientError, CosServiceError
from werkzeug.wrappers import Request, Response

from cli.viewer.site import FOLDER as VIEWER
from cli.viewer.site import HEADERS, broken_check
from coslocal.bodies import BodyBroken, BodyTooLarge, read_body
from coslocal.client import official_client
from coslocal.cos.requests import CosRequest
from local.cloud import LocalCloud
from local.page.album import Album, Journal, read_samples
from local.page.bucket import FOLDER_OF_TYPE, Bucket, identifier, version_in_names
from local.page.cards import detail
from local.page.feed import Feed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FILES: Final = Path(__file__).parent / "files"
FOLDER: Final = "/page/"
MAX_UPLOAD_BYTES: Final = 64_000_000
"""More than MAX_OBJECT_BYTES, so that a user can see what the functions do beyond their limit."""

DEFAULT_MIN_SCORE: Final = 80

_TYPE_OF_FILE: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_PICTURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)
"""The beginnings of pictures that a browser only draws. It runs no part of them."""

_STRANGERS: Final = {
    "host": "the page is at http://{}/ and answers to no other name",
    "site": "another site sent this request",
    "origin": "only the page itself can send this",
}
"""What is told to whoever fails a check, by the check."""


class Refused(Exception):
    """A request that the page refuses; the message tells the user why."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Page:
    """The page of one local cloud. `close` ends its connections to browsers."""

    def __init__(self, cloud: LocalCloud, samples: Path) -> None:
        setup = cloud.setup
        client = official_client(setup.url, cloud.uploader, setup.region)
        self._cloud = cloud
        self._minimum_score = int(cloud.environment("submit").get("MIN_SCORE") or DEFAULT_MIN_SCORE)
        address = urlsplit(setup.url)
        self._hosts = (address.netloc, f"localhost:{address.port}")
        self._bucket = Bucket(client, setup.bucket, setup.upload_prefix)
        self._samples = read_samples(samples)
        self._journal = Journal(setup.bucket)
        etags = frozenset(sample.etag for sample in self._samples.values())
        self._album = Album(cloud, self._bucket, self._journal, etags)
        self._feed = Feed(self._album.summaries)
        cloud.cos.on_change = self._note
        cloud.runner.on_ended = lambda _job: self._feed.touch()
        cloud.at_root = self

    def close(self) -> None:
        """End every connection to a browser."""
        self._feed.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request to `/` or below `/page/`."""
        response = self._response(Request(environ))
        response.headers.extend(HEADERS)
        return response(environ, start_response)

    def _note(self, request: CosRequest) -> None:
        self._journal.note(request, self._cloud.agenda.clock())
        self._album.forget()
        self._feed.touch()

    def _response(self, request: Request) -> Response:
        file = _file(request.path)
        writes, is_public = request.method == "POST", file is not None
        broken = broken_check(request.headers.get, self._hosts, writes=writes, is_public=is_public)
        if broken is not None:
            told = _STRANGERS[broken].format(self._hosts[0])
            return _json({"error": told}, HTTPStatus.FORBIDDEN)
        try:
            if file is not None:
                return Response(file.read_bytes(), content_type=_TYPE_OF_FILE[file.suffix])
            return self._answer(request)
        except Refused as refused:
            return _json({"error": str(refused)}, refused.status)
        except CosServiceError as error:
            code = error.get_error_code()
            answer = {"error": f"COS refused it: {code}", "code": code}
            return _json(answer, HTTPStatus.BAD_GATEWAY)
        except CosClientError:
            return _json({"error": "COS did not answer"}, HTTPStatus.BAD_GATEWAY)

    def _answer(self, request: Request) -> Response:
        name, _, rest = request.path.removeprefix(FOLDER).partition("/")
        routes: Mapping[tuple[str, str], Callable[[Request, str], Response]] = {
            ("GET", "events"): self._events,
            ("GET", "cards"): self._card,
            ("GET", "photos"): self._photo,
            ("GET", "samples"): self._list_samples,
            ("POST", "samples"): self._upload_sample,
            ("POST", "uploads"): self._upload,
        }
        route = routes.get((request.method, name))
        if route is None or not request.path.startswith(FOLDER):
            raise Refused(HTTPStatus.NOT_FOUND, "there is nothing at this address")
        return route(request, rest)

    def _events(self, _request: Request, _rest: str) -> Response:
        return Response(self._feed.events(), content_type="text/event-stream; charset=utf-8")

    def _card(self, request: Request, rest: str) -> Response:
        card = self._album.card(rest)
        if card is None:
            raise Refused(HTTPStatus.NOT_FOUND, "this card is no longer in the bucket")
        shown = request.args.get("reveal") == "yes" or self._album.is_sample(card)
        body = detail(card, mask=not shown)
        return _json({**body, "minimum_score": self._minimum_score})

    def _photo(self, _request: Request, rest: str) -> Response:
        card = self._album.card(rest)
        entry = card.photo if card else None
        content = self._bucket.content(entry.name, entry.etag) if entry else None
        if content is None:
            raise Refused(HTTPStatus.NOT_FOUND, "this photo is no longer in the bucket")
        kind = _picture_type(content)
        if kind is None:  # no error: the page asks in order to find out
            return Response(status=HTTPStatus.NO_CONTENT)
        return Response(content, content_type=kind)

    def _list_samples(self, _request: Request, _rest: str) -> Response:
        return _json(
            [
                {"name": sample.name, "etag": sample.etag, "card_type": sample.card_type}
                for sample in self._samples.values()
            ]
        )

    def _upload_sample(self, _request: Request, rest: str) -> Response:
        sample = self._samples.get(rest)
        if sample is None:
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such sample")
        return self._uploaded(sample.name, sample.content, "image/jpeg", sample.card_type)

    def _upload(self, request: Request, _rest: str) -> Response:
        """Take the body as the file. Headers hold its name and the card type."""
        card_type = request.headers.get("X-Card-Type", "")
        if card_type not in FOLDER_OF_TYPE:
            raise Refused(HTTPStatus.BAD_REQUEST, f"X-Card-Type is {' or '.join(FOLDER_OF_TYPE)}")
        name = unquote(request.headers.get("X-File-Name", ""))
        kind = request.mimetype or "application/octet-stream"
        return self._uploaded(name, _content_of(request), kind, card_type)

    def _uploaded(self, name: str, content: bytes, kind: str, card_type: str) -> Response:
        key, etag = self._bucket.upload(name, content, content_type=kind, card_type=card_type)
        return _json(
            {"id": identifier(version_in_names(key, etag)), "key": key}, HTTPStatus.CREATED
        )


def _content_of(request: Request) -> bytes:
    """Return a request's body, whether it says its length or not.

    Raises:
        Refused: It is larger than the page takes, or breaks off.
    """
    try:
        return read_body(request, MAX_UPLOAD_BYTES)
    except BodyTooLarge as error:
        limit = f"this page takes files up to {MAX_UPLOAD_BYTES // 1_000_000} MB"
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, limit) from error
    except BodyBroken as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "the upload broke off") from error


def _file(path: str) -> Path | None:
    """Return the file for a path: `/`, or below `/page/files/` or `/page/viewer/`; else None."""
    if path == "/":
        return FILES / "index.html"
    for address, folder in ((f"{FOLDER}files/", FILES), (f"{FOLDER}viewer/", VIEWER)):
        for file in folder.iterdir():
            if path == f"{address}{file.name}" and file.suffix in _TYPE_OF_FILE:
                return file
    return None


def _picture_type(content: bytes) -> str | None:
    """Return a picture's Content-Type, by its first bytes. Return None if it isn't a picture."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _PICTURES if content.startswith(start)), None)


def _json(content: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:  # noqa: ANN401
    return Response(
        json.dumps(content, ensure_ascii=False), status, content_type="application/json"
    )
