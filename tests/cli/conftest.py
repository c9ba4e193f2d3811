from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import cli.connect.environment
from coslocal.agenda import ManualClock
from tests.cli.deployed import Deployment, Functions, as_printed, deployed, functions
from tests.cli.operators import Operator
from tests.support.clouds import Cloud, cloud
from tests.support.serverless_yml import document


def printed(environ: Mapping[str, str], stage: str | None) -> str:
    """What `sls print` says; a test with Node compares."""
    named = {"stage": stage} if stage else {}
    return as_printed(json.loads(document(environ={**environ, **named})))


@pytest.fixture
def operator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Operator:
    monkeypatch.setattr(cli.connect.environment, "ENV_FILE", tmp_path / ".env")  # nobody's own
    monkeypatch.setattr("cli.connect.service.printed", printed)  # without Node
    return Operator(monkeypatch, capsys)


@pytest.fixture
def served(operator: Operator) -> Iterator[Cloud]:
    with cloud() as here:
        operator.serves(here)
        yield here


@pytest.fixture
def here(operator: Operator) -> Iterator[Cloud]:
    """A cloud whose clock stands still until it is moved.

    It begins with a whole second, so that what a card takes lies within that second. Signatures go
    by the machine's time.
    """
    with cloud(ManualClock(int(time.time()))) as here:
        operator.serves(here)
        yield here


@pytest.fixture
def forget_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for five minutes here."""
    monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 0)
    monkeypatch.setattr("cli.delete.forget.SECOND_LOOK_SECONDS", 0)


@pytest.fixture
def deployment(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Deployment]:
    with deployed(operator, monkeypatch, tmp_path) as there:
        yield there


@pytest.fixture
def deployed_functions(operator: Operator) -> Iterator[Functions]:
    with functions(operator) as there:
        yield there


@pytest.fixture
def without_node(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody ran `npm ci`."""
    del operator  # which has Node
    monkeypatch.setattr("cli.connect.service.printed", lambda _environ, _stage: None)
