"""Every claim of SECURITY.md names a test; `make check` looks whether the tests are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROTECTED = TEXT.partition("\n## What is protected\n")[2].partition("\n## ")[0]
CLAIMS = re.findall(r"^\* (.+?)(?=^\* |^#|^$)", PROTECTED, re.MULTILINE | re.DOTALL)
CLAIMS += re.findall(r"^\| `(?:require|prefer|off)` .+$", PROTECTED, re.MULTILINE)


def title(claim: str) -> str:
    return claim.split("**")[1] if "**" in claim else claim.split("`")[1]


def test_there_are_claims() -> None:
    assert len(CLAIMS) > 25


@pytest.mark.parametrize("claim", CLAIMS, ids=title)
def test_every_claim_names_a_test(claim: str) -> None:
    assert re.search(r"`test_\w+`", claim)
