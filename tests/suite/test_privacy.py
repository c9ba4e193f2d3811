"""The watch must be able to bark, wherever something can leave."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request, Response

from coslocal.functions import InProcessFunction
from coslocal.wsgi_adapter import WsgiAdapter
from shared.errors import CallbackRefused, CloudFault, MalformedCallback
from shared.log import Log
from tests.support.cards import ADDRESS, NAME, NUMBER
from tests.support.environment import ENVIRONMENT, SECRET
from tests.support.privacy import SPECIMENS, leaks, watching


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NAME, "specimen"),
        (f"at {ADDRESS}.", "specimen"),
        (f"number {NUMBER}", "specimen"),
        ("11010119900101123X", "ID number"),
        (SECRET, "credential"),
        ("inventedsessiontoken", "credential"),
        ("?t=v1.MToxODAwMDAwMDAwOmFiYzow.c2lnbmF0dXJlLXNpZ25hdHVyZQ", "token"),
        ("uploads/someone.jpg", "key"),
    ],
)
def test_a_planted_leak_is_found(text: str, kind: str) -> None:
    assert kind in leaks(f'{{"event": "x", "problem": "{text}"}}')


def test_a_leak_is_found_in_escaped_text() -> None:
    assert leaks('"\\u6837\\u672c\\u7532"') == {"specimen"}


def test_an_ordinary_line_holds_nothing() -> None:
    line = (
        '{"level": "info", "event": "attempt", "key": "3f1c0a9b2d4e5f60", "version": '
        '"9e107d9d372bb6826bd81d3542a419d6", "attempt": 1, "job_id": "a3c193f288b2c11eeb60f39"}'
    )
    assert leaks(line) == set()


def test_the_samples_are_among_the_specimens() -> None:
    assert len(SPECIMENS) > 10


TOKEN = "v1.MToxODAwMDAwMDAwOmFiYzow.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


def log_line() -> None:
    Log("submit", {}, "INFO").info("attempt", problem=NAME)


def error_text() -> None:
    MalformedCallback(NUMBER)


def error_text_of_a_subclass() -> None:
    CallbackRefused(f"the token {TOKEN} is wrong")


def error_text_that_is_put_together() -> None:
    CloudFault(f"GET of {ADDRESS}", "NoReply")


def printed_by_a_function() -> None:
    def handler(_event: Any, _context: Any) -> None:
        print(SECRET)  # noqa: T201 — what the watch is to see

    InProcessFunction("submit", handler, {}).invoke({})


def raised_by_a_function() -> None:
    def handler(_event: Any, _context: Any) -> None:
        raise KeyError(NAME)

    InProcessFunction("submit", handler, {}).invoke({})


def printed_by_a_process() -> None:
    code = f"import functions.callback.index; print({NUMBER!r})"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)


def url() -> None:
    session = requests.Session()
    app = Request.application(lambda _request: Response("ok"))
    session.mount("https://", WsgiAdapter(app))
    session.get("https://elsewhere.example/", params={"name": NAME})


LEAKS: dict[Callable[[], None], str] = {
    log_line: "specimen in a log line",
    error_text: "ID number in an error text",
    error_text_of_a_subclass: "token in an error text",
    error_text_that_is_put_together: "specimen in an error text",
    printed_by_a_function: "credential in what a function printed",
    raised_by_a_function: "specimen in an error text",
    printed_by_a_process: "ID number in what a function printed",
    url: "specimen in a URL",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_whatever_leaves_is_watched(leak: Callable[[], None]) -> None:
    with watching() as watch:
        leak()
    assert LEAKS[leak] in watch.leaks()


@pytest.mark.parametrize("function", ["submit", "callback", "sweep"])
def test_what_leaves_a_handler_is_watched(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a function with secrets of its own, whose every step fails with one of them
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TENCENTCLOUD_SECRETKEY", "a-key-nobody-else-has")

    def broken(*_: Any, **__: Any) -> None:
        raise SystemError("a-key-nobody-else-has")

    index = import_module(f"functions.{function}.index")
    monkeypatch.setattr(index, "Log", broken)
    # When it is called by the name that every test takes
    with watching() as watch, pytest.raises(SystemError):
        index.main_handler({}, {})
    # Then what was raised is seen, and known for a secret
    assert watch.leaks() == {"credential in an error text"}


def test_what_a_handler_returns_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    index = import_module("functions.callback.index")
    monkeypatch.setitem(index._BODIES, 403, NAME)  # noqa: SLF001 — the only way to plant it
    with watching() as watch:
        index.main_handler({}, {})
    assert watch.leaks() == {"specimen in a return value"}


def test_a_token_in_the_callback_url_is_no_leak_and_a_key_is() -> None:
    with watching() as watch:
        session = requests.Session()
        session.mount("https://", WsgiAdapter(Request.application(lambda _: Response("ok"))))
        session.get("https://callback.example/", params={"t": TOKEN})
        assert watch.leaks() == set()
        session.get("https://callback.example/", params={"key": "uploads/someone.jpg"})
    assert watch.leaks() == {"key in a URL"}


def test_requests_to_cos_and_ci_may_name_a_key() -> None:
    with watching() as watch:
        session = requests.Session()
        session.mount("https://", WsgiAdapter(Request.application(lambda _: Response("ok"))))
        session.get("https://cards-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/a.jpg")
    assert watch.leaks() == set()
