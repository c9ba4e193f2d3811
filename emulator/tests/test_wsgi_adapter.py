from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coslocal.wsgi_adapter import WsgiAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Recorder:
    """An app that keeps what it was sent and answers with a few headers."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.body = b""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.environ = dict(environ)
        self.body = environ["wsgi.input"].read()
        headers = [("ETag", '"1"'), ("x-cos-Mixed", "a"), ("Content-Length", "10")]
        start_response("299 Rather Good", headers)
        return [b"01234", b"56789"]


@pytest.fixture
def app() -> Recorder:
    return Recorder()


def session_to(app: Any) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", WsgiAdapter(app))
    session.mount("http://", WsgiAdapter(app))
    return session


def test_the_app_sees_the_url_as_it_is(app: Recorder) -> None:
    session_to(app).get("https://a.example:8443//b%2Fc%20d;e?x=%2F&y#part")
    seen = app.environ
    assert (seen["RAW_URI"], seen["QUERY_STRING"]) == ("//b%2Fc%20d;e?x=%2F&y", "x=%2F&y")
    assert seen["PATH_INFO"] == "//b/c d;e"
    assert (seen["HTTP_HOST"], seen["SERVER_PORT"]) == ("a.example:8443", "8443")


def test_the_app_sees_headers_and_body(app: Recorder) -> None:
    headers: dict[str, str | bytes | None] = {
        "Content-Type": "image/jpeg",
        "x-cos-meta-a": "卡".encode(),
        "Host": "b.example",
    }
    session_to(app).put("https://a.example/", data=b"body", headers=headers)
    seen = app.environ
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"]) == ("image/jpeg", "4")
    assert seen["HTTP_X_COS_META_A"].encode("latin-1").decode() == "卡"
    assert (seen["HTTP_HOST"], app.body) == ("b.example", b"body")


def test_a_generated_body_arrives_whole(app: Recorder) -> None:
    def parts() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    session_to(app).post("https://a.example/", data=parts())
    assert app.body == b"one two"


def test_the_client_sees_status_headers_and_body(app: Recorder) -> None:
    answer = session_to(app).get("https://a.example/")
    assert (answer.status_code, answer.reason) == (299, "Rather Good")
    assert {"ETag", "x-cos-Mixed"} <= set(answer.headers)
    assert answer.content == b"0123456789"
    assert answer.url == "https://a.example/"


def test_a_body_can_be_read_piece_by_piece(app: Recorder) -> None:
    answer = session_to(app).get("https://a.example/", stream=True)
    assert answer.raw.read(4) == b"0123"
    assert list(answer.iter_content(3)) == [b"456", b"789"]


def test_a_head_has_the_length_but_no_body(app: Recorder) -> None:
    answer = session_to(app).head("https://a.example/")
    assert (answer.headers["Content-Length"], answer.content) == ("10", b"")


def test_a_header_that_can_not_be_sent_fails_here_too(app: Recorder) -> None:
    with pytest.raises(UnicodeEncodeError):
        session_to(app).get("https://a.example/", headers={"x-cos-meta-a": "卡"})


def test_a_connection_that_breaks_is_the_client_s_error() -> None:
    def broken(_environ: WSGIEnvironment, _start_response: StartResponse) -> Iterable[bytes]:
        raise ConnectionResetError("scripted")

    with pytest.raises(requests.ConnectionError):
        session_to(broken).get("https://a.example/")


def test_a_bug_of_the_app_is_not_hidden() -> None:
    def faulty(_environ: WSGIEnvironment, _start_response: StartResponse) -> Iterable[bytes]:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        session_to(faulty).get("https://a.example/")
