"""A watch over whatever a test lets others see: none of it may be personal or secret.

Log lines, what functions print in processes of their own, the texts of our errors and of whatever
leaves a handler, return values, and URLs; the requests to COS and CI themselves excepted. What the
pipeline keeps below `P state/`, where a key may stand, and what a test says with `seen`.
A pytest plugin: the test that leaks something fails, with the kind of leak and not its text.
"""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests

from coslocal.functions import Failure, LogLine
from shared import log
from shared.errors import CardOcrError
from shared.store.cos import CosStore
from tests.support.cards import PERSONAL
from tests.support.environment import ENVIRONMENT, PREVIOUS_SECRET

_SAMPLES = Path(__file__).parents[2] / "local" / "samples"
_PERSONAL_FIELDS = {"name", "address", "id_number", "license_number"}
_SECRET_NAMES = (
    *("CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS"),
    *("_SECRETID", "_SECRETKEY", "_SESSIONTOKEN"),
)
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")
_TOKEN = re.compile(r"v1\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")
_KEY = re.compile(r"\.(jpe?g|png|pdf)\b", re.IGNORECASE)
_ID_NUMBER = re.compile(r"(?<![0-9A-Fa-f])[0-9]{17}[0-9Xx](?![0-9A-Fa-f])")


def _specimens() -> Iterator[str]:
    yield from PERSONAL
    for truth in _SAMPLES.glob("*/*.json"):
        fields = json.loads(truth.read_text(encoding="utf-8")).get("fields") or {}
        yield from (fields[name] for name in _PERSONAL_FIELDS & fields.keys() if fields[name])


SPECIMENS = frozenset(_specimens())


def secrets_in(environ: Mapping[str, str]) -> set[str]:
    """The values of an environment that nobody may see."""
    return {value for name, value in environ.items() if name.endswith(_SECRET_NAMES) and value}


SECRETS = frozenset({PREVIOUS_SECRET, *secrets_in(ENVIRONMENT)})


def leaks(line: str, secrets: Iterable[str] = ()) -> set[str]:
    """The kinds of things in a line that don't belong there."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), line)
    found = {
        "specimen": any(value in text for value in SPECIMENS),
        "credential": any(value in text for value in SECRETS.union(secrets)),
        "token": _TOKEN.search(text),
        "key": _KEY.search(text),
        "ID number": _ID_NUMBER.search(text),
    }
    return {kind for kind, leak in found.items() if leak}


class Watch:
    """What a test let others see: texts by where they stood, and the secrets it used."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        self.secrets: set[str] = set()

    def leaks(self) -> set[str]:
        """Where something stood that doesn't belong there, and what kind of thing it was."""
        return {
            f"{kind} in {place}"
            for place, text in dict.fromkeys(self.texts)
            for kind in leaks(text, self.secrets)
            if (kind, place) not in _BY_CONTRACT
        }


LOG, PRINTED, URL = "a log line", "what a function printed", "a URL"
ERROR, RETURNED = "an error text", "a return value"
SHOWN, WRITTEN, STATE = "what card-ocr printed", "a file of card-ocr's", "a state object"
_BY_CONTRACT = {("token", URL), ("key", STATE)}  # CI's call has one there, a cursor the other

_HANDLERS = ("submit", "callback", "sweep")
_CLOUD = ".myqcloud.com"
_watches: list[Watch] = []


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch what goes on inside the block, in place of whoever watches outside it."""
    _watches.append(Watch())
    try:
        yield _watches[-1]
    finally:
        _watches.pop()


def pytest_configure(config: pytest.Config) -> None:
    """Stand where texts leave, before a test module takes a handler by its name."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    _stand_before(patch, log, "emit", lambda line: seen(LOG, line))
    _stand_before(patch, CardOcrError, "__init__", lambda _, *texts: seen(ERROR, *texts))
    _stand_before(patch, LogLine, "__init__", lambda _, __, text: seen(PRINTED, text))
    _stand_before(patch, Failure, "__init__", lambda _, *texts: seen(ERROR, *texts))
    _stand_before(patch, subprocess.CompletedProcess, "__init__", _note_process)
    _stand_before(patch, requests.Session, "send", lambda _, request, **__: _note_url(request.url))
    _stand_before(patch, CosStore, "replace", _note_state)
    _stand_before(patch, CosStore, "create_once", _note_state)
    for name in _HANDLERS:
        index = import_module(f"functions.{name}.index")
        patch.setattr(index, "main_handler", _watched_handler(index.main_handler))


def seen(place: str, *texts: object) -> None:
    """Say what a test lets others see where nobody else stands."""
    if _watches:
        _watches[-1].texts += [(place, str(text)) for text in texts]


def keep_secret(*values: str) -> None:
    """Say what else nobody may see in this test."""
    if _watches:
        _watches[-1].secrets |= set(values)


@pytest.fixture(autouse=True)
def _nothing_personal_is_seen() -> Iterator[None]:
    with watching() as watch:
        yield
    found = watch.leaks()
    assert not found, f"this test shows {', '.join(sorted(found))}"


def _stand_before(
    patch: pytest.MonkeyPatch, owner: Any, name: str, look: Callable[..., None]
) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def watched(*arguments: Any, **named: Any) -> Any:
        look(*arguments, **named)
        return original(*arguments, **named)

    patch.setattr(owner, name, watched)


def _watched_handler(handler: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handler)
    def watched(event: object, context: object) -> Any:
        if _watches:
            _watches[-1].secrets |= secrets_in(os.environ)
        try:
            returned = handler(event, context)
        except Exception as error:
            seen(ERROR, *_texts(error))
            raise
        seen(RETURNED, repr(returned))
        return returned

    return watched


def _texts(error: BaseException | None) -> Iterator[str]:
    """The texts that a traceback of the error would show."""
    while error is not None:
        yield "".join(traceback.format_exception_only(error))
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)


def _note_process(_: object, args: Any, __: int, stdout: Any = None, stderr: Any = None) -> None:
    """A process that runs one of our functions; what else tests start is somebody's terminal."""
    if "functions." in str(args):
        seen(PRINTED, stdout, stderr)


def _note_url(url: str | None) -> None:
    parts = urlsplit(url or "")
    if not (parts.hostname or "").endswith(_CLOUD):
        seen(URL, unquote(url or ""))


def _note_state(_: object, name: str, body: bytes) -> None:
    if "/state/" in name:
        seen(STATE, body.decode())
