"""Whatever lies in the place of our objects costs no other card, and breaks no command."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.documents import AttemptError, ResultError
from shared.log import key_digest
from tests.cli.operators import Operator
from tests.support.attempts import SOURCE, attempt
from tests.support.cards import AT
from tests.support.clouds import BUCKET, CARD, Cloud
from tests.support.results import card_result

GOOD = "uploads/good.jpg"
HUGE = 10**400
ESCAPE = "\x1b[2J"


def failed(document: dict[str, Any]) -> None:
    error = ResultError(ESCAPE, ESCAPE, "job")._asdict()
    document.update(outcome="failed", items=[], fields={}, error=error)


RESULTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "half a character in the key": lambda one: one["source"].update(key="uploads/\ud800"),
    "a huge size": lambda one: one["source"].update(size=HUGE),
    "a huge score": lambda one: one["items"][0].update(score=HUGE),
    "an infinite score": lambda one: one["items"][0].update(score=float("inf")),
    "a corner that is far away": lambda one: one["items"][0].update(
        polygon=[[HUGE, 1], [1e300, 1]]
    ),
    "an escape in a Code": failed,
    "an escape in a check": lambda one: one.update(
        checks=[{"name": ESCAPE, "passed": False, "detail": ESCAPE}], needs_review=True
    ),
    "an escape in its evidence": lambda one: one["evidence"].update(format=ESCAPE),
    "a time that is none": lambda one: one["job"].update(created_at=7, ended_at={}),
    "attempts that are none": lambda one: one.update(attempts=[7, {"attempt": [], "state": {}}]),
}
PENDING: dict[str, Callable[[dict[str, Any]], object]] = {
    "half a character in the key": lambda one: one["source"].update(key="uploads/\ud800"),
    "a huge size": lambda one: one["source"].update(size=HUGE),
    "a huge attempt": lambda one: one.update(attempt=HUGE),
    "an escape in a Code": lambda one: one.update(
        error=AttemptError(ESCAPE, ESCAPE, "other", AT).document()
    ),
}
NOTES: dict[str, dict[str, Any]] = {
    "status.json": {
        "at": AT,
        "pending": {"waiting": HUGE, ESCAPE: 3},
        "oldest": {"key": "\ud800", "state": ESCAPE, "age_seconds": HUGE, "error": {"code": 7}},
        "sending": ESCAPE,
    },
    "since.json": {"since": HUGE},
    "seal.json": {
        "seal": {"number": HUGE, "to": ESCAPE, "parts": [["\ud800", HUGE]]},
        "after": "x",
    },
    "holds/pause.json": {"at": ESCAPE, "by": HUGE, "why": "\ud800"},
}
COMMANDS = (
    *("audit", "audit --deep", "audit --deep --json --reveal", "audit --deep --seals --json"),
    *("status", "status --json --reveal", "status --reveal"),
    *(f"export --reveal --out OUT --format {one}" for one in ("csv", "jsonl", "xlsx")),
    *("bill", "bill --json"),
    *("report --out OUT", "report --out OUT --images --reveal"),
    *("rerun --failed --dry-run", "rerun --prefix uploads/ --dry-run", "backfill --dry-run"),
    *(
        "purge --older-than 9 --photos --dry-run",
        "sweep",
        "sweep --dry-run",
        "doctor --json",
        "seal",
    ),
)
EACH = ("show", "show --reveal", "show --json --reveal", "show --image OUT", "forget --yes")


def put(here: Cloud, name: str, document: dict[str, Any]) -> None:
    here.user.put_object(Bucket=BUCKET, Key=f"ocr/{name}", Body=json.dumps(document).encode())


def put_result(here: Cloud, what: str) -> str:
    """A result, garbage but for GOOD's, and its photo; returns the key."""
    key = GOOD if what == "none" else f"uploads/{what}.jpg"
    etag = here.put(key, CARD)
    document = json.loads(card_result(key, etag).body())
    if what in RESULTS:
        RESULTS[what](document)
    put(here, f"results/{key}.{etag}.json", document)
    return key


def put_pending(here: Cloud, what: str) -> str:
    """A pending object that is garbage, and its photo; returns the key."""
    key = f"uploads/pending/{what}.jpg"
    etag = here.put(key, CARD)
    source = SOURCE._replace(bucket=BUCKET, key=key, etag=etag)
    document = json.loads(attempt("waiting", source=source, version=etag).body())
    PENDING[what](document)
    put(here, f"pending/{key}.{etag}.0002.json", document)
    return key


@pytest.fixture
def here(served: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """A bucket in which nobody reacts to an upload, and nobody waits."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 0)
    monkeypatch.setattr("cli.delete.forget.SECOND_LOOK_SECONDS", 0)
    served.local.cos.on_object_created = lambda _created: None
    return served


def called(operator: Operator, command: str, folder: Path, *more: str) -> str:
    """What a command says; it ends as documented, and no escape gets to a terminal."""
    out = str(folder / "out")
    arguments = (out if part == "OUT" else part for part in command.split())
    answer = operator.calls(*arguments, *more)
    assert answer.status in {0, 1}, answer.err
    assert "\x1b" not in answer.out + answer.err
    return answer.out + answer.err


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_breaks(here: Cloud, operator: Operator, tmp_path: Path, command: str) -> None:
    for what in ("none", *RESULTS):
        put_result(here, what)
    for what in PENDING:
        put_pending(here, what)
    for name, document in NOTES.items():
        put(here, f"state/{name}", document)
    called(operator, command, tmp_path)


@pytest.mark.parametrize("command", EACH)
@pytest.mark.parametrize("what", RESULTS)
def test_nor_does_one_that_is_of_a_card_with_such_a_result(
    here: Cloud, operator: Operator, tmp_path: Path, command: str, what: str
) -> None:
    called(operator, command, tmp_path, put_result(here, what))


@pytest.mark.parametrize("command", EACH[:1] + EACH[-1:])
@pytest.mark.parametrize("what", PENDING)
def test_nor_does_one_that_is_of_a_card_with_such_a_pending_object(
    here: Cloud, operator: Operator, tmp_path: Path, command: str, what: str
) -> None:
    called(operator, command, tmp_path, put_pending(here, what))


def test_the_card_beside_them_is_exported(here: Cloud, operator: Operator, tmp_path: Path) -> None:
    for what in ("none", *RESULTS):
        put_result(here, what)
    called(operator, "export --format jsonl --out OUT", tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "out").read_text("utf-8").splitlines()]
    secret = here.local.environment("sweep")["CALLBACK_SECRET"]
    assert key_digest(secret, GOOD) in {row["log_key"] for row in rows}


@pytest.mark.parametrize("what", ["half a character in the key", "a huge size", "a huge score"])
def test_audit_names_what_can_not_be_read(here: Cloud, operator: Operator, what: str) -> None:
    key = put_result(here, what)
    found = operator.calls("audit", "--deep", "--json", "--reveal").document()["findings"]
    assert ("broken", key) in {(one["kind"], one["key"]) for one in found}
