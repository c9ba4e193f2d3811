"""A page on this machine's loopback address, for the one browser that opens its address.

Other sites that are open in that browser can reach 127.0.0.1 too, and so can other users of this
machine. So the address holds a token that is good once: it becomes a cookie, without which nothing
is answered. Every request must name the page's own Host, and no other Origin; what writes must name
its Origin.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from cli.viewer.site import HEADERS, broken_check
from shared.errors import ConfigurationError

LOOPBACK = "127.0.0.1"
MAX_BODY = 100_000  # bytes
IDLE_SECONDS = 60
_POLL_SECONDS = 0.05  # how soon it ends


_PLAIN = "text/plain; charset=utf-8"


class PageRequest(NamedTuple):
    """A request to the page. Names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""


class PageReply(NamedTuple):
    """An answer of the page; `kind` is its Content-Type."""

    status: HTTPStatus
    body: bytes
    kind: str
    headers: tuple[tuple[str, str], ...] = ()


Answer = Callable[[PageRequest], PageReply]


class Admission:
    """Decides who may ask. `token` is good once, for the first browser that opens the address."""

    def __init__(self, port: int) -> None:
        self._host = f"{LOOPBACK}:{port}"
        self._name = f"card-ocr-review-{port}"  # cookies don't know ports
        self._session = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._is_used = False
        self.token = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """The address to open, with the token."""
        return f"http://{self._host}/?t={self.token}"

    @property
    def cookie(self) -> str:
        """The cookie that the token becomes."""
        return f"{self._name}={self._session}; Path=/; HttpOnly; SameSite=Strict"

    def refusal(self, request: PageRequest) -> str | None:
        """Return why a request is refused, None if it isn't."""
        is_opened = request.method == "GET" and request.path == "/" and "t" in request.query
        writes = request.method != "GET"
        broken = broken_check(request.headers.get, [self._host], writes=writes, is_public=is_opened)
        if broken == "host":
            return f"this page is at http://{self._host}/ and answers to no other name"
        if broken is not None:
            return "another page asks for this"
        if self._has_cookie(request) or (is_opened and self._is_first(request)):
            return None
        if is_opened and not self._has_token(request):
            return "this address is not the one that card-ocr review shows: open that one"
        if is_opened:
            return "this address was opened already, and is good once: call card-ocr review again"
        return "open the address that card-ocr review shows"

    def reply(self, answer: Answer, request: PageRequest) -> PageReply:
        """Answer what may ask; everything else is a 403 in plain text."""
        refusal = self.refusal(request)
        if refusal is not None:
            return PageReply(HTTPStatus.FORBIDDEN, refusal.encode(), _PLAIN)
        reply = answer(request)
        cookie = (("Set-Cookie", self.cookie),) if request.path == "/" else ()
        return reply._replace(headers=(*reply.headers, *cookie))

    def _is_first(self, request: PageRequest) -> bool:
        """Return whether the request brings the token for the first time, and use it up."""
        with self._lock:
            is_first = not self._is_used and self._has_token(request)
            self._is_used = self._is_used or is_first
        return is_first

    def _has_cookie(self, request: PageRequest) -> bool:
        # A browser sends the cookies of every port, and SimpleCookie drops all if one is malformed
        pairs = (one.strip() for one in request.headers.get("cookie", "").split(";"))
        return any(_is_same(pair, f"{self._name}={self._session}") for pair in pairs)

    def _has_token(self, request: PageRequest) -> bool:
        return _is_same(request.query.get("t", [""])[0], self.token)


def _is_same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


@contextmanager
def served(answer: Answer, port: int = 0) -> Iterator[Admission]:
    """Serve a page in the block, on a free port unless one is named.

    Raises:
        ConfigurationError: the port is taken.
    """
    try:
        server = _Server((LOOPBACK, port), _Handler)
    except OSError as error:
        raise ConfigurationError(
            "--port", f"{port} can't be listened at: {error.strerror}"
        ) from None
    admission = Admission(server.server_address[1])
    server.answer = partial(admission.reply, answer)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield admission
    finally:
        server.is_ended = True
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser keeps its connections open
    answer: Answer
    is_ended = False

    def handle_error(self, *_: object) -> None:
        """Say nothing: a browser that leaves in the middle is no error, and a text quotes data."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > MAX_BODY:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        self._answer(self.rfile.read(int(length)))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer in one plain line, which quotes nothing, and close: a body may follow."""
        del message, explain
        status, headers = HTTPStatus(code), [("Connection", "close")]
        if status is HTTPStatus.NOT_IMPLEMENTED:  # there is no `do_` of the method
            status = HTTPStatus.METHOD_NOT_ALLOWED
            headers.append(("Allow", "GET, POST"))
        self._send(PageReply(status, f"{status.phrase}\n".encode(), _PLAIN, tuple(headers)))

    def _answer(self, body: bytes) -> None:
        if self.server.is_ended:
            self.close_connection = True
            return
        try:
            address = urlsplit(self.path)
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = PageRequest(self.command, address.path, parse_qs(address.query), headers, body)
        self._send(self.server.answer(request))

    def _send(self, reply: PageReply) -> None:
        self.send_response(reply.status)
        for name, value in (*HEADERS.items(), *reply.headers):
            self.send_header(name, value)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def version_string(self) -> str:
        return "card-ocr"

    def log_message(self, *_: object) -> None:
        """Log nothing: the first address holds the token."""
