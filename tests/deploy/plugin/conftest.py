from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sls import OSLS


@pytest.fixture(scope="session", autouse=True)
def _framework() -> None:
    assert OSLS.exists(), "the Serverless Framework isn't installed: run `make test-deploy`"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: it needs Node.js."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.node)
