"""Who may ask the page of `card-ocr review`: over a socket, and of the admission by itself."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest

from cli.review.server import MAX_BODY, Admission, PageReply, PageRequest, served
from shared.errors import ConfigurationError


def answer(request: PageRequest) -> PageReply:
    body = json.dumps([request.method, request.path]).encode()
    return PageReply(HTTPStatus.OK, body, "application/json")


@pytest.fixture
def admission() -> Iterator[Admission]:
    with served(answer) as admission:
        yield admission


class Client:
    """A browser, as far as it matters here."""

    def __init__(self, admission: Admission) -> None:
        address = urlsplit(admission.address)
        self.first = f"/?{address.query}"
        self.host = address.netloc
        self.place = "127.0.0.1", address.port or 0
        self.cookie: str | None = None
        self.body = b""

    def reads(self, path: str) -> str:
        self.asks(path)
        return self.body.decode()

    def asks(
        self, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(*self.place)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given.setdefault("Host", self.host)
        if self.cookie:
            given["Cookie"] = self.cookie
        connection.request(method, path, body, given)
        reply = connection.getresponse()
        self.body = reply.read()
        connection.close()
        return reply

    def opens(self) -> int:
        reply = self.asks(self.first)
        cookie = reply.getheader("Set-Cookie") or ""
        self.cookie = cookie.partition(";")[0] or None
        return reply.status


@pytest.fixture
def client(admission: Admission) -> Client:
    return Client(admission)


@pytest.fixture
def inside(client: Client) -> Client:
    assert client.opens() == HTTPStatus.OK
    return client


@pytest.mark.parametrize("path", ["/", "/cards", "/files/main.js", "/?t=", "/?t=wrong", "/?t=%ff"])
def test_without_the_token_nothing_is_answered(client: Client, path: str) -> None:
    assert client.asks(path).status == HTTPStatus.FORBIDDEN
    client.cookie = f"card-ocr-review-{client.host.partition(':')[2]}=wrong"
    assert client.asks(path).status == HTTPStatus.FORBIDDEN


def test_the_token_becomes_a_cookie_that_no_script_and_no_other_site_has(client: Client) -> None:
    cookie = client.asks(client.first).getheader("Set-Cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert urlsplit(client.first).query.removeprefix("t=") not in cookie


def test_the_token_is_good_once(admission: Admission, inside: Client) -> None:
    assert Client(admission).opens() == HTTPStatus.FORBIDDEN
    assert inside.asks("/cards").status == HTTPStatus.OK
    assert inside.asks(inside.first).status == HTTPStatus.OK  # its own browser may reload


@pytest.mark.parametrize(
    "other", ['prefs={"a":1}', "a[]=1", 'open="', "a=1; ", "=", "card-ocr-review-1=wrong"]
)
def test_the_cookies_of_other_ports_are_no_matter(inside: Client, other: str) -> None:
    own = inside.cookie
    for both in (f"{other}; {own}", f"{own}; {other}", f"{own};{other}"):
        inside.cookie = both
        assert inside.asks("/cards").status == HTTPStatus.OK, both


def test_a_cookie_whose_name_ends_with_ours_is_none(inside: Client) -> None:
    inside.cookie = f"x{inside.cookie}"
    assert inside.asks("/cards").status == HTTPStatus.FORBIDDEN


def test_a_refusal_says_whether_the_address_is_wrong_or_was_opened_already(
    admission: Admission, inside: Client
) -> None:
    inside.cookie = None
    assert "was opened already" in inside.reads(inside.first)
    wrong = inside.reads("/?t=wrong")
    assert "already" not in wrong
    assert "is not the one that card-ocr review shows" in wrong
    assert admission.token not in wrong


@pytest.mark.parametrize(
    "headers",
    [
        *({"Host": host} for host in ("evil.example", "localhost:1", "127.0.0.1", "[::1]")),
        *({"Origin": one} for one in ("http://evil.example", "null", "http://127.0.0.1:1")),
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_page_answers_only_to_its_own_name_and_to_itself(
    inside: Client, method: str, headers: dict[str, str]
) -> None:
    own = {"Origin": f"http://{inside.host}"} if method == "POST" else {}
    for given, status in ((own, HTTPStatus.OK), ({**own, **headers}, HTTPStatus.FORBIDDEN)):
        assert inside.asks("/cards", method, b"", **given).status == status


def test_what_writes_must_name_its_origin(inside: Client) -> None:
    assert inside.asks("/reviews", "POST").status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_may_link_to_the_address(client: Client, site: str) -> None:
    assert client.asks(client.first, Sec_Fetch_Site=site).status == HTTPStatus.OK


@pytest.mark.parametrize("length", [str(MAX_BODY + 1), "9" * 5000, "-1", "x"])
def test_a_body_that_is_too_long_is_not_read(inside: Client, length: str) -> None:
    headers = {"Origin": f"http://{inside.host}", "Content-Length": length}
    reply = inside.asks("/reviews", "POST", b"", **headers)
    assert reply.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("method", ["PUT", "HEAD", "DELETE", "OPTIONS", "TRACE"])
def test_there_are_no_other_methods(inside: Client, method: str) -> None:
    reply = inside.asks("/cards", method)
    assert (reply.status, reply.getheader("Allow")) == (405, "GET, POST")
    assert inside.body == (b"" if method == "HEAD" else b"Method Not Allowed\n")


@pytest.mark.parametrize("address", ["http://[/", "x://a]b/", "/a b"])
def test_an_address_that_is_none_is_answered_in_one_plain_line(
    client: Client, address: str
) -> None:
    with socket.create_connection(client.place) as connection:
        connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {client.host}\r\n\r\n".encode())
        with connection.makefile("rb") as reply:
            head, _, said = reply.read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert (b"Content-Type: text/plain" in head, said) == (True, b"Bad Request\n")


@pytest.mark.parametrize("path", ["/", "/cards"])
def test_no_answer_can_be_framed_kept_or_read_by_another_site(inside: Client, path: str) -> None:
    reply = inside.asks(path)
    assert "frame-ancestors 'none'" in (reply.getheader("Content-Security-Policy") or "")
    assert reply.getheader("Cache-Control") == "no-store"
    assert reply.getheader("Access-Control-Allow-Origin") is None


def test_a_port_that_is_taken_is_a_wrong_call(admission: Admission) -> None:
    port = int(urlsplit(admission.address).netloc.partition(":")[2])
    with pytest.raises(ConfigurationError, match="--port"), served(answer, port):
        pass


def test_the_page_listens_on_loopback_only(admission: Admission) -> None:
    assert urlsplit(admission.address).hostname == "127.0.0.1"


def test_nothing_is_logged(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    client.opens()
    client.asks("/cards?t=secret")
    assert capfd.readouterr() == ("", "")
