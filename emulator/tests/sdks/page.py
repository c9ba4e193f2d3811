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

from tests.sdks import node_examples, python_examples

PAGE: Final = Path(__file__).parents[2] / "examples.md"

ANEW: Final = "`python -m tests.sdks.page` writes it anew"

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
    return _table(endings, [("method", "example", "here"), ("---",) * 3, *rows])


def node_table(endings: Endings) -> str:
    """The rows of the SDK for Node.js: its methods, with what is shown of them."""
    rows = []
    for name, error in endings.items():
        method, _, shown = name.partition(": ")
        rows.append((", ".join(f"`{one}`" for one in method.split(", ")), shown, _cell(error)))
    return _table(endings, [("method", "what is shown", "here"), ("---",) * 3, *rows])


def written(sdk: str) -> str:
    """What stands on the page of an SDK, `python` or `node`."""
    match = re.search(_marked(sdk), PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert match is not None, f"{PAGE.name} has no <!-- {sdk} -->"
    return match[2]


def _marked(sdk: str) -> str:
    return rf"(<!-- {sdk} -->\n)(.*?)(\n<!-- end -->)"


def _cell(error: str | None) -> str:
    code = re.search(r"'code': '(\w+)'", error or "")
    return "works" if error is None else f"fails: {code[1] if code else error}"


def _table(endings: Endings, rows: list[tuple[str, ...]]) -> str:
    working = sum(error is None for error in endings.values())
    lines = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([f"{working} of {len(endings)} work.", "", *lines])


def main() -> None:
    """Run both SDKs' examples, and write what became of them."""
    with tempfile.TemporaryDirectory() as folder:
        node, _ = node_examples.run(node_examples.installed(Path(folder)))
    text = PAGE.read_text(encoding="utf-8")
    for sdk, table in (
        ("python", python_table(python_examples.run())),
        ("node", node_table(node)),
    ):
        sys.stdout.write(f"{sdk}: {table.partition(chr(10))[0]}\n")
        text = re.sub(
            _marked(sdk),
            lambda match, table=table: f"{match[1]}{table}{match[3]}",  # type: ignore[misc]
            text,
            count=1,
            flags=re.DOTALL,
        )
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
