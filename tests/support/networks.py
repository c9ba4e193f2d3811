"""Networks that fail: nothing listens, a connection is cut within a reply, a proxy answers.

These need sockets: what a client makes of a broken stream can't be shown without one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from coslocal.server import ADDRESS, App, LocalServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Wanted = Callable[[str], bool]
"""Whether a reply is to be cut, by the path of its request."""


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Serve an app on loopback; gives its URL."""
    server = LocalServer()
    server.serve(app)
    try:
        yield server.url
    finally:
        server.stop()


def nothing_listening() -> str:
    """A URL where no connection can be made."""
    with socket.create_server((ADDRESS, 0)) as taken:
        return f"http://{ADDRESS}:{taken.getsockname()[1]}"


def cutting(app: App, wanted: Wanted = lambda _path: True) -> App:
    """The app, but that the connection breaks half-way through the body of a reply."""

    def cut(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = b"".join(app(environ, start_response))
        if wanted(environ["PATH_INFO"]):
            return _half(body)
        return [body]

    return cut


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: max(1, len(body) // 2)]
    raise ConnectionResetError("scripted")


def proxy_page(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What a captive portal answers to everything."""
    # What isn't read, werkzeug waits for, while the client of a cut reply waits for the rest.
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    page = b"<html><body>Please sign in</body></html>"
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page)))])
    return [page]
