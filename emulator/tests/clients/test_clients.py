from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients import page
from tests.clients.tools import NAMES, installed
from tests.clients.world import MEBIBYTE, TASKS, run_tasks


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("clients"))


@pytest.mark.parametrize("title", page.BOTO)
def test_boto3_does_every_task(title: str, tmp_path: Path) -> None:
    found = run_tasks(page.BOTO[title], tmp_path, 12 * MEBIBYTE)
    assert found == dict.fromkeys(TASKS)


@pytest.mark.install
@pytest.mark.clients
@pytest.mark.parametrize("title", page.commands(Path()))
def test_a_command_does_every_task(title: str, tools: Path, tmp_path: Path) -> None:
    found = run_tasks(page.commands(tools)[title], tmp_path, 24 * MEBIBYTE)
    assert found == dict.fromkeys(TASKS)


def test_the_page_has_a_cell_for_every_task_of_every_client() -> None:
    clients = (*page.BOTO, *page.commands(Path()))
    assert page.TABLE.written() == page.table({one: dict.fromkeys(TASKS) for one in clients})
    assert len(NAMES) + 1 == len({one.split()[0].rstrip(",").lower() for one in clients})
