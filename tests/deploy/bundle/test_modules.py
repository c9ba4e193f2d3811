from __future__ import annotations

from pathlib import Path

from deploy.bundle.modules import importable


def found(folder: Path, start: str) -> set[str]:
    """What a script can import that imports one module."""
    script = folder.parent / f"{folder.name}-index.py"
    script.write_text(f"import {start}", encoding="utf-8")
    return set(importable([folder], [script]))


def test_imports_are_followed_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    for name, source in {
        "start.py": "import first\ndef later():\n    from package import inner",
        "first.py": "try:\n    import absent\nexcept ImportError:\n    import second",
        "second.py": "import json",
        "package/__init__.py": "",
        "package/inner.py": "from . import beside",
        "package/beside.py": "",
        "package/unused.py": "",
        "unused.py": "",
    }.items():
        (tmp_path / name).write_text(source, encoding="utf-8")
    assert found(tmp_path, "start") == {
        *("start.py", "first.py", "second.py"),
        *("package/__init__.py", "package/inner.py", "package/beside.py"),
    }


def test_nothing_is_run(tmp_path: Path) -> None:
    (tmp_path / "start.py").write_text("raise SystemExit('it was run')", encoding="utf-8")
    assert found(tmp_path, "start") == {"start.py"}


def test_machine_code_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "start.py").write_text("import fast", encoding="utf-8")
    (tmp_path / "fast.so").write_bytes(b"\x7fELF")
    assert found(tmp_path, "start") == {"start.py"}


def test_a_script_leads_to_modules_and_is_none(tmp_path: Path) -> None:
    (tmp_path / "handlers").mkdir()
    script = tmp_path / "handlers" / "index.py"
    script.write_text("import used", encoding="utf-8")
    (tmp_path / "used.py").write_text("", encoding="utf-8")
    assert set(importable([tmp_path], [script])) == {"used.py"}
