"""A watch over every log line of the whole test run: none may hold anything personal or secret.

A pytest plugin: the test whose line leaks something fails, with the kind of leak and not its text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from shared import log
from tests.support.cards import PERSONAL
from tests.support.environment import ENVIRONMENT, PREVIOUS_SECRET

_SAMPLES = Path(__file__).parents[2] / "local" / "samples"
_PERSONAL_FIELDS = {"name", "address", "id_number", "license_number"}
_CREDENTIALS = ("CALLBACK_SECRET", "_SECRETID", "_SECRETKEY", "_SESSIONTOKEN")
_TOKEN = re.compile(r"v1\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")
_KEY = re.compile(r"\.(jpe?g|png|pdf)\b", re.IGNORECASE)
_ID_NUMBER = re.compile(r"(?<![0-9A-Fa-f])[0-9]{17}[0-9Xx](?![0-9A-Fa-f])")


def _specimens() -> Iterator[str]:
    yield from PERSONAL
    for truth in _SAMPLES.glob("*/*.json"):
        fields = json.loads(truth.read_text(encoding="utf-8")).get("fields") or {}
        yield from (fields[name] for name in _PERSONAL_FIELDS & fields.keys() if fields[name])


SPECIMENS = frozenset(_specimens())
SECRETS = frozenset(
    [PREVIOUS_SECRET]
    + [value for name, value in ENVIRONMENT.items() if name.endswith(_CREDENTIALS)]
)


def leaks(line: str, secrets: Iterable[str] = ()) -> set[str]:
    """The kinds of things in a line that don't belong there."""
    text = line.encode().decode("unicode_escape") if "\\u" in line else line
    found = {
        "specimen": any(value in text for value in SPECIMENS),
        "credential": any(value in text for value in SECRETS.union(secrets)),
        "token": _TOKEN.search(text),
        "key": _KEY.search(text),
        "ID number": _ID_NUMBER.search(text),
    }
    return {kind for kind, leak in found.items() if leak}


@pytest.fixture(autouse=True)
def _no_personal_data_in_the_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    lines: list[str] = []
    emit = log.emit

    def watched(line: str) -> None:
        lines.append(line)
        emit(line)

    monkeypatch.setattr(log, "emit", watched)
    yield
    found = set().union(*(leaks(line) for line in lines))
    assert not found, f"log lines of this test hold: {', '.join(sorted(found))}"
