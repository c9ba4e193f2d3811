"""The page about the official SDKs: `python -m tests.sdks.page` runs their documented examples.

It installs the SDK for Node.js, prints how many of how many work, and writes the page's tables.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.pages import Tables
from tests.sdks import node_examples, python_examples

PYTHON: Final = Tables("examples.md", "python", "tests.sdks.page")
NODE: Final = Tables("examples.md", "node", "tests.sdks.page")

Endings = Mapping[str, str | None]


def python_table(endings: Endings) -> str:
    """The rows of the SDK for Python: its methods, where their examples are, how they ended."""
    rows = [
        (
            f"`{method}`",
            "the SDK's own" if python_examples.is_documented(method) else "of its pages",
            _cell(error),
        )
        for method, error in endings.items()
    ]
    return _table("Python", endings, [("method", "example", "here"), ("---",) * 3, *rows])


def node_table(endings: Endings) -> str:
    """The rows of the SDK for Node.js: its methods, with what is shown of them."""
    rows = []
    for name, error in endings.items():
        method, _, shown = name.partition(": ")
        rows.append((", ".join(f"`{one}`" for one in method.split(", ")), shown, _cell(error)))
    return _table("Node.js", endings, [("method", "what is shown", "here"), ("---",) * 3, *rows])


def _cell(error: str | None) -> str:
    code = re.search(r"'code': '(\w+)'", error or "")
    return "works" if error is None else f"fails: {code[1] if code else error}"


def _table(sdk: str, endings: Endings, rows: list[tuple[str, ...]]) -> str:
    working = sum(error is None for error in endings.values())
    lines = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([f"Of the examples for {sdk} {working} of {len(endings)} work.", "", *lines])


def main() -> None:
    """Run both SDKs' examples, and write what became of them."""
    with tempfile.TemporaryDirectory() as folder:
        node, _ = node_examples.run(node_examples.installed(Path(folder)))
    tables = ((PYTHON, python_table(python_examples.run())), (NODE, node_table(node)))
    for place, table in tables:
        sys.stdout.write(table.partition("\n")[0] + "\n")
        place.write(table)


if __name__ == "__main__":
    main()
