from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import cli.environment
from tests.cli.operators import Operator
from tests.support.clouds import Cloud, cloud


@pytest.fixture
def operator(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Operator:
    monkeypatch.setattr(cli.environment, "ENV_FILE", tmp_path / ".env")  # nobody's own
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Operator(monkeypatch, capsys)


@pytest.fixture
def served(operator: Operator) -> Iterator[Cloud]:
    with cloud() as here:
        operator.serves(here)
        yield here
