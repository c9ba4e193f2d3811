from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import cli.connect.environment
from tests.cli.deployed import as_printed
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
