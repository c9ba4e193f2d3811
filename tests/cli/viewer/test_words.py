"""The words of the pages: one table a language, and every word of a page is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.report.page import words

FOLDERS = ("cli/viewer", "cli/report", "cli/review/files", "local/page/files")
TABLES = ("english.js", "chinese.js")
ENGLISH, CHINESE = words("english"), words("chinese")


def sources() -> str:
    """Every script and all markup of both pages, without the tables."""
    files = [
        path
        for folder in FOLDERS
        for path in sorted(Path(folder).iterdir())
        if path.suffix in {".js", ".html"} and path.name not in TABLES
    ]
    return "\n".join(path.read_text("utf-8") for path in files)


def named() -> set[str]:
    """Every key that the pages name as a whole."""
    kinds = "|".join({key.partition(".")[0] for key in ENGLISH})
    return set(re.findall(rf'"((?:{kinds})\.[\w.]+)"', sources()))


def test_both_languages_have_the_same_words_in_the_same_order() -> None:
    assert list(ENGLISH) == list(CHINESE)


@pytest.mark.parametrize("pattern", [r"\{\w+\}", "`.+?`"])
def test_both_languages_fill_in_the_same_and_name_the_same_commands(pattern: str) -> None:
    for key, text in ENGLISH.items():
        assert sorted(re.findall(pattern, text)) == sorted(re.findall(pattern, CHINESE[key])), key


def test_nothing_is_left_in_english() -> None:
    assert [key for key, text in ENGLISH.items() if CHINESE[key] == text] == []


def test_chinese_has_its_own_punctuation() -> None:
    assert [
        text for text in CHINESE.values() if re.search(r"[一-鿿}`] ?[.,;:?!](?:\s|$)", text)
    ] == []


def test_every_word_that_a_page_asks_for_is_there() -> None:
    assert named() <= ENGLISH.keys()


def test_every_check_has_words_by_its_name_or_by_what_it_checks_of_a_field() -> None:
    schema = json.loads(Path("docs/result.schema.json").read_text("utf-8"))
    names = [
        one["const"]
        for card_type in ("any_card", "IDCard", "DriverLicense")
        for one in schema["$defs"][f"check_of_{card_type}"]["anyOf"]
        if "const" in one
    ]
    without = {
        name
        for name in names
        if not {f"check.{name}", f"check.{name.partition('.')[2]}"} & ENGLISH.keys()
    }
    assert names
    assert without == set()


def test_every_word_is_asked_for_by_a_page() -> None:
    beginnings = set(re.findall(r"`([a-z]+\.(?:\w+\.)*)\$\{", sources()))
    beginnings |= set(re.findall(r'"([a-z]+\.(?:\w+\.)*)\$', sources()))
    unused = {
        key
        for key in ENGLISH.keys() - named()
        if not any(key.startswith(beginning) for beginning in beginnings)
    }
    assert unused == {"report.no_script"}  # Python asks for it


def test_no_page_has_a_word_of_its_own() -> None:
    """Text between tags; what a script writes is watched in a browser."""
    pages = ("cli/report/page.html", "cli/review/files/index.html", "local/page/files/index.html")
    for path in map(Path, pages):
        body = re.sub(r"<(kbd|script).*?</\1>", "", path.read_text("utf-8").partition("<body>")[2])
        shown = re.sub(r"<.+?>|\$\w+", "", body)
        assert not re.search(r"[^\W\d_]", shown), path
