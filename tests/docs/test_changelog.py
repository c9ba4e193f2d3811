"""CHANGELOG.md names the version that results and `card-ocr --version` name."""

from __future__ import annotations

import re

from docs.blocks import ROOT
from shared import RELEASE

TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_newest_version_is_that_of_the_code_and_has_a_date() -> None:
    versions = re.findall(r"^## \[(\d.*)\] - (\d{4}-\d{2}-\d{2})$", TEXT, re.MULTILINE)
    assert versions[0][0] == RELEASE


def test_what_is_not_released_stands_first_and_is_something() -> None:
    headings = re.findall(r"^## .+", TEXT, re.MULTILINE)
    assert "## [Unreleased]" not in headings[1:]
    unreleased = TEXT.partition("## [Unreleased]")[2].partition("\n## ")[0]
    assert unreleased.strip() or "## [Unreleased]" not in headings
