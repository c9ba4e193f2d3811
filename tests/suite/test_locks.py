"""The locks in requirements/ are written by `make lock`; no merge may leave one behind."""

from __future__ import annotations

import re

import pytest

from deploy.bundle.lock import locked_packages
from tests.support.serverless_yml import ROOT

_REQUIREMENTS = ROOT / "requirements"
_INCLUDED = [
    (listed.stem, name)
    for listed in sorted(_REQUIREMENTS.glob("*.in"))
    for name in re.findall(r"^-r (\w+)\.in$", listed.read_text(encoding="utf-8"), re.MULTILINE)
]


def locked(name: str) -> set[str]:
    text = (_REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    return {f"{package.name}=={package.version}" for package in locked_packages(text)}


@pytest.mark.parametrize(("lock", "included"), _INCLUDED)
def test_a_lock_has_all_that_the_lists_it_includes_need(lock: str, included: str) -> None:
    assert locked(included) <= locked(lock)
