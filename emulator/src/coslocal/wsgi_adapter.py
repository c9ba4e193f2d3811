"""requests, answered by a WSGI app in this process: no sockets, everything else as on the wire."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def session_on(app: WSGIApplication) -> requests.Session:
    """Return a session whose every request the app answers."""
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, WsgiAdapter(app))
    return session


@contextlib.contextmanager
def carried_into(app: WSGIApplication) -> Iterator[None]:
    """Carry every request that anything in this process makes with requests into the app."""
    adapter = WsgiAdapter(app)

    def send(
        _self: HTTPAdapter,
        request: requests.PreparedRequest,
        **options: Any,  # noqa: ANN401
    ) -> requests.Response:
        return adapter.send(request, **options)

    with mock.patch.object(HTTPAdapter, "send", send):
        yield


class WsgiAdapter(BaseAdapter):
    """Mount it on a session for `http://` and `https://`.

    URL, Host, headers and body reach the app as they would reach a server. A `ConnectionError` of
    the app is the client's `requests.ConnectionError`; other exceptions pass, since they are bugs.
    """

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - as above
        timeout: Any = None,  # noqa: ANN401, ARG002 - as above
        verify: bool | str = True,  # noqa: FBT001, FBT002, ARG002 - as above
        cert: Any = None,  # noqa: ANN401, ARG002 - as above
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002 - as above
    ) -> requests.Response:
        """Call the app and return its answer."""
        try:
            status, headers, body = _call(self._app, _environ(request))
        except OSError as error:
            raise requests.ConnectionError(error, request=request) from error
        raw = HTTPResponse(
            body=io.BytesIO(b"" if request.method == "HEAD" else body),
            headers=headers,
            status=int(status.split(" ", 1)[0]),
            reason=status.partition(" ")[2],
            preload_content=False,
            request_method=request.method,
        )
        response = _response(request, raw)
        response.connection = self  # type: ignore[assignment]
        if not stream:
            response.content  # noqa: B018 - reads the body
        return response

    def close(self) -> None:
        """Nothing is open."""


def _environ(request: requests.PreparedRequest) -> WSGIEnvironment:
    url, body = urlsplit(request.url or ""), _body(request)
    target = request.path_url
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_NAME": url.hostname or "",
        "SERVER_PORT": str(url.port or {"http": 80, "https": 443}[url.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc.rpartition("@")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        variable = _text(name).upper().replace("-", "_")
        plain = variable in ("CONTENT_TYPE", "CONTENT_LENGTH")
        environ[variable if plain else f"HTTP_{variable}"] = _text(value)
    return environ


def _body(request: requests.PreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if hasattr(body, "read"):
        return bytes(body.read())
    return b"".join(body)


def _text(value: str | bytes) -> str:
    """Return a header as WSGI has it; text beyond latin-1 fails, as it does on the wire."""
    encoded = value.encode("latin-1") if isinstance(value, str) else value
    return encoded.decode("latin-1")


def _call(
    app: Callable[..., Iterable[bytes]], environ: WSGIEnvironment
) -> tuple[str, HTTPHeaderDict, bytes]:
    started: list[tuple[str, HTTPHeaderDict]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _exc_info: object = None
    ) -> Callable[[bytes], object]:
        started.append((status, HTTPHeaderDict(headers)))
        return written.append

    result = app(environ, start_response)
    try:
        written.extend(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    return status, headers, b"".join(written)


def _response(request: requests.PreparedRequest, raw: HTTPResponse) -> requests.Response:
    response = requests.Response()
    response.status_code = raw.status
    response.headers = CaseInsensitiveDict(raw.headers)
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw = raw
    response.reason = raw.reason or ""
    response.url = request.url or ""
    response.request = request
    return response
