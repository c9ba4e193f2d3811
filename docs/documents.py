"""The documents: their generated blocks, their links and their blocks of code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

Blocks = Mapping[str, Callable[[], str]]

_BLOCK = re.compile(
    r"(?P<start><!-- generated: (?P<name>.+?) -->)(?P<text>.*?)(?P<end>\n<!-- end -->)", re.DOTALL
)
FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ +(?P<title>.+?)\s*$", re.MULTILINE)


class Document(NamedTuple):
    """A Markdown file; `name` is its path from the root."""

    root: Path
    name: str

    @property
    def path(self) -> Path:
        """The page's path."""
        return self.root / self.name

    def read(self) -> str:
        """Its text."""
        return self.path.read_text(encoding="utf-8")


def documents(root: Path) -> list[Document]:
    """Every Markdown file of the project."""
    folders = [path for path in sorted(root.iterdir()) if path.is_dir() and not is_ignored(path)]
    found = [
        *sorted(root.glob("*.md")),
        *(path for f in folders for path in sorted(f.rglob("*.md"))),
    ]
    return [Document(root, path.relative_to(root).as_posix()) for path in found]


def is_ignored(path: Path) -> bool:
    """Tell whether a folder at the top isn't the project's: it is hidden, or in .gitignore."""
    patterns = (path.parent / ".gitignore").read_text(encoding="utf-8").split()
    return path.name.startswith(".") or any(fnmatch(f"{path.name}/", rule) for rule in patterns)


def rewritten(text: str, blocks: Blocks) -> str:
    """The text with every generated block made anew.

    Raises:
        KeyError: no function generates a block of that name.
    """
    return _BLOCK.sub(
        lambda block: f"{block['start']}\n{blocks[block['name']]()}{block['end']}", text
    )


def stale_blocks(text: str, blocks: Blocks) -> list[str]:
    """Return the names of the blocks that differ from their source."""
    return [
        block["name"]
        for block in _BLOCK.finditer(text)
        if block["name"] not in blocks or block["text"] != f"\n{blocks[block['name']]()}"
    ]


def broken_links(document: Document) -> Iterator[str]:
    """Every relative link, or anchor, that leads nowhere."""
    prose = CODE.sub("", FENCE.sub("", document.read()))
    for link in LINK.finditer(prose):
        target, _, anchor = link["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = document.path.parent / unquote(target) if target else document.path
        if not path.exists() or (anchor and anchor not in anchors(path)):
            yield link["target"]


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    titles = (heading["title"].lower() for heading in HEADING.finditer(text))
    return {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}


def code_blocks(text: str, language: str) -> list[str]:
    """Every fenced block of a language."""
    return [block["text"] for block in FENCE.finditer(text) if block["language"] == language]


def broken_code(text: str) -> Iterator[str]:
    """What is wrong with each block of Python, JSON or XML that can't be read as such."""
    for language, read in _READ.items():
        problems = (_problem(read, block) for block in code_blocks(text, language))
        for problem in filter(None, problems):
            yield f"{language}: {problem}"


def _problem(read: Callable[[str], object], block: str) -> str | None:
    try:
        read(block)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return None


def _python(block: str) -> object:
    return compile(block, "README", "exec")


_READ: dict[str, Callable[[str], object]] = {
    "python": _python,
    "json": json.loads,
    "xml": ET.fromstring,  # a ParseError is a SyntaxError
}
