from __future__ import annotations

from pathlib import Path

import pytest

from deploy.bundle.dependencies import LOCK, bundled_packages, installed_dependencies
from deploy.bundle.lock import locked_packages
from deploy.errors import BundleFailed
from tests.support.serverless_yml import ROOT

ENTRY = "nobody-publishes-this==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def test_a_lock_is_read_with_every_hash() -> None:
    text = "# a comment\nsix==1.17.0 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n" + ENTRY
    six, other = locked_packages(text)
    assert (six.name, six.version) == ("six", "1.17.0")
    assert six.requirement.count("--hash") == 2
    assert other.requirement == ENTRY


def test_everything_that_is_locked_is_bundled_but_the_encryption() -> None:
    locked = {package.name for package in locked_packages((ROOT / LOCK).read_text("utf-8"))}
    assert locked - {package.name for package in bundled_packages(ROOT)} == {"pycryptodome"}


def test_packages_that_were_installed_are_not_installed_again(packaged: Path) -> None:
    assert packaged.exists()
    folder = installed_dependencies(ROOT)
    before = folder.stat().st_mtime_ns
    assert installed_dependencies(ROOT) == folder
    assert folder.stat().st_mtime_ns == before


def test_a_package_that_can_not_be_had_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    lock = tmp_path / LOCK
    lock.parent.mkdir()
    lock.write_text(ENTRY, encoding="utf-8")
    with pytest.raises(BundleFailed) as failed:
        installed_dependencies(tmp_path)
    sentence = str(failed.value)
    assert sentence.startswith("the packages of requirements/functions.txt could not be installed")
    assert "nobody-publishes-this" in sentence
    assert "\n" not in sentence
    assert list((tmp_path / "build").iterdir()) == []
