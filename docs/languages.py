"""A page in two languages says the same in both: sections, commands, code, links and figures.

Sentences are each language's own. What is compared, section by section, needs no translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docs.documents import CODE, FENCE, HEADING, LINK

CHINESE = ".zh-CN.md"
"""How the name of a page in Chinese ends; the same page in English ends with `.md`."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FIGURE = re.compile(r"\d+(?:[.,:/]\d+)*")


class Section(NamedTuple):
    """What a section of a page holds that is the same in every language."""

    level: int
    blocks: list[str]
    code: set[str]
    links: set[str]
    figures: set[str]


def differences(english: Path, chinese: Path) -> Iterator[str]:
    """Say what one of the two pages has and the other hasn't, one line a section and kind."""
    pages = [sections(page.read_text(encoding="utf-8")) for page in (english, chinese)]
    levels = [[section.level for section in page] for page in pages]
    if levels[0] != levels[1]:
        yield f"the headings differ: their levels are {levels[0]} here and {levels[1]} there"
        return
    titles = ["the top", *HEADING.findall(FENCE.sub("", english.read_text(encoding="utf-8")))]
    for title, ours, theirs in zip(titles, *pages, strict=True):
        if ours.blocks != theirs.blocks:
            yield f"{title}: a block of code differs"
        for kind in ("code", "links", "figures"):
            here, there = getattr(ours, kind), getattr(theirs, kind)
            for missing, language in ((here - there, "Chinese"), (there - here, "English")):
                if missing:
                    yield f"{title}: the {kind} {sorted(missing)} are missing in {language}"


def sections(text: str) -> list[Section]:
    """Return a page's sections. The first one is the text before the first heading."""
    blocks: list[str] = []

    def kept(block: re.Match[str]) -> str:
        blocks.append(block[0])
        return f"\n```{len(blocks) - 1}\n"

    page = FENCE.sub(kept, _COMMENT.sub("", text))
    parts = re.split(r"^(#+) .*$", page, flags=re.MULTILINE)
    levels = [0, *(len(marks) for marks in parts[1::2])]
    return [_section(level, part, blocks) for level, part in zip(levels, parts[::2], strict=True)]


def _section(level: int, text: str, blocks: list[str]) -> Section:
    own = [blocks[int(number)] for number in re.findall(r"^```(\d+)$", text, re.MULTILINE)]
    prose = re.sub(r"^```\d+$", "", text, flags=re.MULTILINE)
    links = {_same(target) for target in LINK.findall(prose)}
    sentences = LINK.sub(lambda link: link[0].partition("](")[0], prose)
    return Section(
        level,
        own,
        set(CODE.findall(prose)),
        links,
        set(_FIGURE.findall(CODE.sub("", sentences))),
    )


def _same(target: str) -> str:
    """A link without its language: `a.zh-CN.md#名` and `a.md#name` are the same page."""
    return target.partition("#")[0].replace(CHINESE, ".md")
