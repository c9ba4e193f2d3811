from __future__ import annotations

from pathlib import Path

from deploy.bundle.modules import importable, names_below


def found(folder: Path, *roots: str) -> set[str]:
    return set(importable([folder], [], roots))


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
    assert set(importable([tmp_path], [script], [])) == {"used.py"}


def test_the_modules_of_a_package_are_named_as_they_are_imported(tmp_path: Path) -> None:
    package = tmp_path / "shared"
    (package / "store").mkdir(parents=True)
    for name in ("__init__.py", "log.py", "store/__init__.py", "store/cos.py"):
        (package / name).write_text("", encoding="utf-8")
    assert names_below(package) == ["shared", "shared.log", "shared.store", "shared.store.cos"]
