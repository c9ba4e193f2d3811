"""How blocks are written: tables, code, and JSON that a reader can take in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

WIDTH = 96


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))


def code(text: str) -> str:
    """Return code inside a sentence; nothing for an empty text."""
    return f"`{text}`" if text else ""


def escaped(text: str) -> str:
    """Return plain text, in which `<name>` isn't a tag."""
    return text.replace("<", r"\<")


def fenced(language: str, text: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def columns(lines: Sequence[tuple[str, str]]) -> str:
    """Return names and their meanings, aligned."""
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {text}".rstrip() for name, text in lines)


def pretty(value: Any, indent: int = 0, taken: int = 0) -> str:  # noqa: ANN401 — any JSON
    """JSON that is broken only where a value doesn't fit in its line.

    Args:
        value: what is to be written.
        indent: how far its line is indented.
        taken: the characters already in its line after the indent.
    """
    line = json.dumps(value, ensure_ascii=False)
    if indent + taken + len(line) < WIDTH or not isinstance(value, (dict, list)):
        return line
    if isinstance(value, list):
        brackets = "[]"
        parts = [pretty(item, indent + 2) for item in value]
    else:
        brackets = "{}"
        names = [f"{json.dumps(name, ensure_ascii=False)}: " for name in value]
        parts = [
            name + pretty(item, indent + 2, len(name))
            for name, item in zip(names, value.values(), strict=True)
        ]
    inner = " " * (indent + 2)
    body = ",\n".join(inner + part for part in parts)
    return f"{brackets[0]}\n{body}\n{' ' * indent}{brackets[1]}"


def _row(cells: Sequence[str]) -> str:
    """A row; a bar inside a cell would end it."""
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
