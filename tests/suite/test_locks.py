"""The locks in requirements/ are written by `make lock`; no merge may leave one behind."""

from __future__ import annotations

import re

import pytest

from deploy.bundle.dependencies import locked_packages
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


_EMULATOR = (ROOT / "emulator/pyproject.toml").read_text(encoding="utf-8")


def test_the_lock_of_the_local_cloud_has_what_the_emulator_needs() -> None:
    block = re.search(r"^dependencies = \[\n(.*?)^\]", _EMULATOR, re.MULTILINE | re.DOTALL)
    assert block is not None
    needed = set(re.findall(r'^ +"([a-z0-9-]+)', block[1], re.MULTILINE))
    assert needed <= {pinned.partition("==")[0] for pinned in locked("local")}


@pytest.mark.parametrize(("lock", "included"), _INCLUDED)
def test_a_lock_has_all_that_the_lists_it_includes_need(lock: str, included: str) -> None:
    assert locked(included) <= locked(lock)
