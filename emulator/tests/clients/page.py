"""The page about S3's clients: `python -m tests.clients.page` writes its table anew."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from tests.clients.boto import Boto
from tests.clients.commands import AwsCli, Coscmd, Rclone, S3cmd
from tests.clients.tools import installed
from tests.clients.world import MEBIBYTE, TASKS, Client, Running, run_tasks
from tests.pages import Tables

TABLE: Final = Tables("clients.md", "clients", "tests.clients.page")
LARGE: Final = 200 * MEBIBYTE

Make = Callable[[Running, Path], Client]
Endings = Mapping[str, Mapping[str, str | None]]

BOTO: Final[Mapping[str, Make]] = {
    "boto3, V4, by path": lambda world, _: Boto(world, by_host=False, version="s3v4"),
    "boto3, V2, by host": lambda world, _: Boto(world, by_host=True, version="s3"),
}


def commands(tools: Path) -> Mapping[str, Make]:
    """The clients that are commands, in `tools`, by their title."""
    return {
        "s3cmd, V4, by path": partial(_s3cmd, tools=tools, old=False),
        "s3cmd, V2, by host": partial(_s3cmd, tools=tools, old=True),
        "rclone (TencentCOS), by host": lambda world, folder: Rclone(world, folder, tools),
        "AWS CLI, by path": lambda world, folder: AwsCli(world, folder, tools),
        "coscmd, COS's own words": lambda world, folder: Coscmd(world, folder, tools),
    }


def _s3cmd(world: Running, folder: Path, *, tools: Path, old: bool) -> Client:
    return S3cmd(world, folder, tools, old=old)


def endings(clients: Mapping[str, Make], size: int) -> Endings:
    """How each task ended with each client, None for well; `size` bytes are uploaded in parts."""
    found = {}
    for title, make in clients.items():
        with tempfile.TemporaryDirectory() as folder:
            found[title] = run_tasks(make, Path(folder), size)
    return found


def table(found: Endings) -> str:
    """The table: a row a task, a column a client."""
    rows = [
        ["", *found],
        ["---"] * (len(found) + 1),
        *(
            [task, *("ok" if one[task] is None else "fails" for one in found.values())]
            for task in TASKS
        ),
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def main() -> None:
    """Run every client and write the page; a cell that fails ends it."""
    with tempfile.TemporaryDirectory() as folder:
        found = endings({**BOTO, **commands(installed(Path(folder)))}, LARGE)
    for title, one in found.items():
        for task, error in one.items():
            if error is not None:
                raise SystemExit(f"{title}: {task}: {error}")
    TABLE.write(table(found))


if __name__ == "__main__":
    main()
