from __future__ import annotations

from pathlib import Path

import pytest

from docs.blocks import BLOCKS, ROOT
from docs.documents import (
    Document,
    broken_code,
    broken_links,
    code_blocks,
    documents,
    rewritten,
    stale_blocks,
)

EMPTY = "before\n\n<!-- generated: numbers -->\n<!-- end -->\n\nafter\n"
FRESH = "before\n\n<!-- generated: numbers -->\n1\n2\n<!-- end -->\n\nafter\n"


def numbers() -> str:
    return "1\n2"


def document(folder: Path, text: str) -> Document:
    (folder / "README.md").write_text(text, encoding="utf-8")
    return Document(folder, "README.md")


@pytest.mark.parametrize("text", [EMPTY, FRESH, FRESH.replace("2", "3\n4")])
def test_a_block_is_rewritten_and_nothing_around_it(text: str) -> None:
    assert rewritten(text, {"numbers": numbers}) == FRESH


def test_a_block_can_hold_what_a_pattern_would_read_as_a_group() -> None:
    assert r"\1 \g<name>" in rewritten(EMPTY, {"numbers": lambda: r"\1 \g<name>"})


@pytest.mark.parametrize(
    ("text", "stale"),
    [
        (FRESH, []),
        (EMPTY, ["numbers"]),
        (FRESH.replace("2", "3"), ["numbers"]),
        (FRESH.replace("numbers", "letters"), ["letters"]),
        (FRESH + EMPTY, ["numbers"]),
    ],
)
def test_a_stale_block_is_named(text: str, stale: list[str]) -> None:
    assert stale_blocks(text, {"numbers": numbers}) == stale


@pytest.mark.parametrize(
    "target",
    [
        "README.md",
        "./README.md",
        "folder/",
        "a%20b.txt",
        "#the-token-v1",
        "README.md#the-token-v1",
        "https://example.org/nowhere",
        "mailto:nobody@example.org",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a b.txt").touch()
    text = f"## The token, `v1`\n\n[here]({target})\n"
    assert list(broken_links(document(tmp_path, text))) == []


@pytest.mark.parametrize("target", ["nowhere.md", "#nowhere", "README.md#nowhere", "a/b.md"])
def test_a_link_that_leads_nowhere_is_named(tmp_path: Path, target: str) -> None:
    assert list(broken_links(document(tmp_path, f"# A\n\n[here]({target})\n"))) == [target]


def test_what_looks_like_a_link_inside_code_is_none(tmp_path: Path) -> None:
    text = "`[a](b.md)`\n\n```text\n[a](b.md)\n# no heading\n```\n"
    assert list(broken_links(document(tmp_path, text))) == []


def test_the_blocks_of_a_language_are_found() -> None:
    text = "```python\na = 1\n```\n\n```json\n{}\n```\n"
    assert code_blocks(text, "python") == ["a = 1\n"]


@pytest.mark.parametrize(
    ("language", "good", "bad"),
    [("python", "a = 1", "a ="), ("json", '{"a": 1}', "{]"), ("xml", "<a/>", "<a>")],
)
def test_code_that_cannot_be_read_is_named(language: str, good: str, bad: str) -> None:
    text = f"```{language}\n{good}\n```\n\n```{language}\n{bad}\n```\n"
    (problem,) = broken_code(text)
    assert problem.startswith(f"{language}: ")


def test_every_page_of_the_project_is_looked_after() -> None:
    found = {page.name for page in documents(ROOT)}
    assert {"README.md", "README.zh-CN.md", "docs/deploy.md", "events/README.md"} <= found
    assert "tests/bad_inputs/README.md" in found
    assert not any(name.startswith((".", "node_modules/", "build/")) for name in found)


def test_every_block_that_is_generated_stands_in_a_document() -> None:
    text = "".join(found.read() for found in documents(ROOT))
    assert [name for name in BLOCKS if f"<!-- generated: {name} -->\n" not in text] == []
