from __future__ import annotations

from pathlib import Path

import pytest

from deploy.bundle import compiled
from deploy.bundle.compiled import find_runtime
from deploy.errors import BundleFailed
from tests.support.unpacked import runtime

# A set among the constants follows the hash seed, and a name the folder it was compiled in.
SOURCE = b"NAMES = {'a', 'b', 'c'}\ndef known(name):\n    return name in {'x', 'y', 'z', 'w'}\n"


def test_bytecode_lies_where_the_runtime_looks_for_it() -> None:
    made = compiled.compiled({"index.py": b"", "shared/log.py": b""}, runtime())
    assert set(made) == {
        "__pycache__/index.cpython-310.pyc",
        "shared/__pycache__/log.cpython-310.pyc",
    }


def test_bytecode_is_never_checked_against_its_source() -> None:
    (made,) = compiled.compiled({"index.py": SOURCE}, runtime()).values()
    flags = int.from_bytes(made[4:8], "little")
    assert flags == 0b01  # PEP 552: hash-based, not checked


def test_bytecode_is_the_same_every_time() -> None:
    first, second = (compiled.compiled({"a/b.py": SOURCE}, runtime()) for _ in range(2))
    assert first == second


def test_bytecode_knows_its_module_by_its_path_in_the_zip() -> None:
    (made,) = compiled.compiled({"shared/log.py": SOURCE}, runtime()).values()
    assert b"shared/log.py" in made
    assert str(Path.cwd()).encode() not in made


def test_a_source_that_is_no_python_is_named() -> None:
    with pytest.raises(BundleFailed, match="could not compile the functions: SyntaxError"):
        compiled.compiled({"index.py": b"this is no Python"}, runtime())


def test_an_interpreter_of_another_kind_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a python3.10 on PATH that only says that it isn't there, as pyenv's may
    shim = tmp_path / "bin" / "python3.10"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find_runtime() is None
    # When pyenv has two that run, the newer one is taken
    for version in ("3.10.9", "3.10.13"):
        found = tmp_path / "versions" / version / "bin" / "python3.10"
        found.parent.mkdir(parents=True)
        found.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
        found.chmod(0o755)
    assert find_runtime() == str(tmp_path / "versions/3.10.13/bin/python3.10")
