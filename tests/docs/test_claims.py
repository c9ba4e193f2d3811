from __future__ import annotations

import re

import pytest

from docs import claims
from docs.blocks import ROOT
from docs.documents import documents
from shared import RELEASE

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        "make demo CARDS=<folder>",
        "make test ARGS=-n0",
        "make stress SCENARIO=burst",
        "card-ocr rerun --failed",
        "card-ocr rerun KEY",
        "card-ocr backfill --prefix …",
        "cli/card-ocr doctor --upload --yes",
        "npx --no-install sls deploy --dry-run",
        "sls deploy function --function sweep",
        "sls print",
        ".venv/bin/python -m docs.generate --check",
        "git pull && npm ci --ignore-scripts",
        ".ci/run",
    ],
)
def test_a_command_that_can_be_called_is_no_problem(command: str) -> None:
    assert claims.wrong_command(command) is None


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("make demmo", "no target demmo"),
        ("make demo COLOUR=red", "no variable COLOUR"),
        ("card-ocr mend", "no command mend"),
        ("card-ocr rerun --hastily", "no option --hastily"),
        ("npx --no-install sls undo", "no command undo"),
        ("sls remove --gently", "no option --gently"),
        ("python -m docs.generated", "no module docs.generated"),
        ("git pull && card-ocr mend", "no command mend"),
        ("frobnicate", "'frobnicate' is unknown"),
    ],
)
def test_a_command_that_can_not_be_called_is_named(command: str, problem: str) -> None:
    assert problem in (claims.wrong_command(command) or "")


def test_commands_are_found_behind_a_prompt_and_in_a_sentence() -> None:
    text = "Call `make demo` or `sls`.\n\n```console\n$ make test # all\nmake nothing\n```\n"
    assert list(claims.commands(text)) == ["make test", "make demo"]


@pytest.mark.parametrize(
    "text",
    [
        "`shared/log.py`, `tests/bad_inputs/`, `requirements/*.txt`",
        "`test_a_command_that_can_not_be_called_is_named`",
        "`MIN_SCORE` (80), `REQUESTS_PER_SECOND` (`40`), `CALLBACK_VERIFY=prefer`",
        "“Submitting Tasks” (436/75231)",
        "CPython 3.10 to 3.13, while the claim is less than 60 seconds old",
    ],
)
def test_what_is_so_is_no_problem(text: str) -> None:
    assert list(claims.problems(text)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("`shared/logs.py`", "no such file"),
        ("`test_that_nobody_wrote`", "no such test"),
        ("`MIN_SCORES`", "no such variable"),
        ("`MIN_SCORE` (90)", "its default is 80"),
        ("`MIN_SCORE`（90）", "its default is 80"),
        ("(436/99999)", "docs/sources.md"),
        ("CPython 3.9 to 3.13", "3.10, 3.13"),
        ("带 `venv` 的 CPython 3.10 到 3.12", "3.10, 3.13"),
        ("less than 50 seconds old", "60"),
        ("必须不到 50 秒", "60"),
        ("tried again after 6 minutes, then", "5"),
        ("6 分钟后重试", "5"),
        ("up to 2 hours", "1"),
        ("`callback` refuses more than 1024 KiB", "128"),
        ("a token ends** 8 days after", "7"),
        ("`eventAge`, 12 hours for `submit`", "6"),
        ("demo.txt into .venv: about 17 MB to download, 585 MB", "170, 585"),
    ],
)
def test_what_is_not_so_is_named(text: str, problem: str) -> None:
    (found,) = claims.problems(text)
    assert problem in found


def test_every_pattern_of_a_figure_is_used_by_a_page() -> None:
    pages = "".join(page.read() for page in documents(ROOT))
    unused = [pattern for pattern in claims.FIGURES if not re.search(pattern, pages)]
    assert unused == []


def test_the_newest_version_is_that_of_the_code_and_has_a_date() -> None:
    versions = re.findall(r"^## \[(\d.*)\] - (\d{4}-\d{2}-\d{2})$", CHANGELOG, re.MULTILINE)
    assert versions[0][0] == RELEASE


def test_what_is_not_released_stands_first_and_is_something() -> None:
    headings = re.findall(r"^## .+", CHANGELOG, re.MULTILINE)
    assert "## [Unreleased]" not in headings[1:]
    unreleased = CHANGELOG.partition("## [Unreleased]")[2].partition("\n## ")[0]
    assert unreleased.strip() or "## [Unreleased]" not in headings
