"""Every claim of SECURITY.md names tests, and every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROTECTED = TEXT.partition("\n## What is protected\n")[2].partition("\n## ")[0]
CLAIMS = re.findall(r"^\* (.+?)(?=^\* |^#|^$)", PROTECTED, re.MULTILINE | re.DOTALL)
CLAIMS += re.findall(r"^\| `.+$", PROTECTED, re.MULTILINE)
TESTS = sorted(set(re.findall(r"`(tests/[^`\s]+)`", TEXT)))


def title(claim: str) -> str:
    return claim.split("**")[1] if "**" in claim else claim.split("`")[1]


def test_there_are_claims_and_tests() -> None:
    assert len(CLAIMS) > 25
    assert len(TESTS) > 50


@pytest.mark.parametrize("claim", CLAIMS, ids=title)
def test_every_claim_names_a_test(claim: str) -> None:
    assert re.search(r"`tests/\S+::test_\w+`", claim)


@pytest.mark.parametrize("test", TESTS)
def test_every_test_that_is_named_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    source = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", source, re.MULTILINE)
