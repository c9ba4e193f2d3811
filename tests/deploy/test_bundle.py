"""The zips of the functions: what is in them, and that they run as SCF runs them."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from deploy.bundle import compiled
from deploy.bundle.compiled import find_runtime
from deploy.bundle.contents import (
    MANIFEST,
    NO_BYTECODE,
    Contents,
    archive,
    contents,
    importable,
    manifest,
)
from deploy.bundle.dependencies import (
    LOCK,
    bundled_packages,
    installed_dependencies,
    locked_packages,
)
from deploy.commands.package import package
from deploy.configuration.document import read_service
from deploy.errors import BundleFailed
from shared.errors import ConfigurationError
from tests.support.environment import SECRET
from tests.support.serverless_yml import ENVIRON, ROOT, document
from tests.support.unpacked import runtime

FUNCTIONS = ("submit", "callback", "sweep")
# What a checkout needs to package; the rest of the repository plays no part.
NEEDED = ("deploy", "functions", "requirements", "shared")


@pytest.fixture(scope="module")
def sources() -> Contents:
    """What the zips hold without a runtime."""
    return contents(ROOT, FUNCTIONS, None)


@pytest.fixture(scope="module")
def said_without_anything(sources: Contents, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What packaging prints without a runtime and without a value in the environment."""
    folder = tmp_path_factory.mktemp("bare")
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.delenv("CALLBACK_SECRET", raising=False)
        patch.setattr("deploy.commands.package.contents", lambda *_arguments: sources)
        package(read_service(document(environ={}))._replace(package_path=folder))
    return printed.getvalue()


def names_in(zipped: Path) -> set[str]:
    with zipfile.ZipFile(zipped) as read:
        return set(read.namelist())


def read_manifest(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return read


def test_packaging_leaves_three_zips_and_a_manifest(packaged: Path) -> None:
    assert {path.name for path in packaged.iterdir()} == {
        "submit.zip",
        "callback.zip",
        "sweep.zip",
        "manifest.json",
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_is_small(packaged: Path, function: str) -> None:
    # Given 3.86 MB, which the two packages with all that they bring take by themselves
    assert (packaged / f"{function}.zip").stat().st_size <= 0.31 * 3_860_000


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_holds_the_function_and_what_it_imports(packaged: Path, function: str) -> None:
    names = names_in(packaged / f"{function}.zip")
    assert {name.split("/")[0] for name in names} - {"__pycache__"} == {
        *("index.py", "shared", "licences", "six.py", "xmltodict.py"),
        *("certifi", "crcmod", "idna", "qcloud_cos", "requests", "urllib3"),
    }
    with zipfile.ZipFile(packaged / f"{function}.zip") as read:
        assert read.read("index.py") == (ROOT / f"functions/{function}/index.py").read_bytes()
    assert {"shared/__init__.py", "shared/settings/load.py", "shared/store/cos.py"} <= names
    assert ("shared/pipeline/scan.py" in names) == (function == "sweep")
    assert not any(name.startswith(("cli/", "local/", "deploy/", "tests/")) for name in names)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_holds_no_machine_code_no_tests_and_no_metadata(
    packaged: Path, function: str
) -> None:
    names = names_in(packaged / f"{function}.zip")
    assert not [name for name in names if name.endswith((".so", ".pyd", ".c", ".typed"))]
    assert not [name for name in names if "test" in name.lower() or ".dist-info/" in name]
    assert not [name for name in names if name.startswith("Crypto")]


def test_every_file_is_in_the_manifest_with_its_hash(packaged: Path) -> None:
    for function, described in read_manifest(packaged)["functions"].items():
        content = (packaged / described["zip"]).read_bytes()
        assert described["zip"] == f"{function}.zip"
        assert described["bytes"] == len(content)
        assert described["sha256"] == hashlib.sha256(content).hexdigest()
        with zipfile.ZipFile(packaged / described["zip"]) as read:
            hashes = {name: hashlib.sha256(read.read(name)).hexdigest() for name in read.namelist()}
        assert described["files"] == hashes


def test_every_package_in_a_zip_goes_with_its_licence(packaged: Path) -> None:
    packages = read_manifest(packaged)["packages"]
    assert [package["name"] for package in packages] == [
        *("certifi", "cos-python-sdk-v5", "crcmod", "idna"),
        *("requests", "six", "urllib3", "xmltodict"),
    ]
    assert all(package["version"] and package["licence"] for package in packages)
    texts = {
        name.split("/")[1] for name in names_in(packaged / "submit.zip") if "licences/" in name
    }
    assert texts == {package["name"] for package in packages}


def test_the_manifest_and_the_zips_hold_no_secret(packaged: Path) -> None:
    for zipped in packaged.glob("*.zip"):
        with zipfile.ZipFile(zipped) as read:
            assert not any(SECRET.encode() in read.read(name) for name in read.namelist())
    assert SECRET not in (packaged / MANIFEST).read_text(encoding="utf-8")


def test_what_was_packaged_before_stays_if_the_configuration_is_wrong(
    packaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (packaged / "submit.zip").read_bytes()
    monkeypatch.setenv("CALLBACK_SECRET", "invented")
    with pytest.raises(ConfigurationError):
        package(read_service(document())._replace(package_path=packaged))
    assert (packaged / "submit.zip").read_bytes() == before


def test_a_build_in_another_checkout_is_the_same_to_the_byte(
    packaged: Path, tmp_path: Path
) -> None:
    # Given a checkout elsewhere, whose files have other times
    for name in NEEDED:
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            copy_function=shutil.copyfile,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    subprocess.run(
        [sys.executable, "-m", "deploy", "package"],
        cwd=tmp_path,
        input=document(),
        check=True,
        capture_output=True,
        text=True,
    )
    for path in packaged.iterdir():
        assert (tmp_path / ".serverless" / path.name).read_bytes() == path.read_bytes(), path.name


def test_without_the_runtime_a_zip_holds_only_the_same_sources(
    packaged: Path, sources: Contents
) -> None:
    with_bytecode = names_in(packaged / "submit.zip")
    assert sources.functions["submit"].keys() == {
        name for name in with_bytecode if not name.endswith(".pyc")
    }
    zips = {name: archive(files) for name, files in sources.functions.items()}
    assert json.loads(manifest(sources, zips))["bytecode"] is None


def test_a_folder_that_can_not_be_written_is_one_sentence(
    sources: Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("deploy.commands.package.contents", lambda *_arguments: sources)
    monkeypatch.chdir(tmp_path)
    Path(".serverless").write_text("a file", encoding="utf-8")
    with pytest.raises(BundleFailed, match=r"^\.serverless can't be written: File exists$"):
        package(read_service(document()))


def test_packaging_says_what_it_lacks(said_without_anything: str) -> None:
    assert "There is no CPython 3.10 here, so the zips hold only sources" in said_without_anything
    assert "Not set: INPUT_BUCKET and CALLBACK_SECRET." in said_without_anything


def test_with_the_runtime_every_source_that_a_start_may_need_has_bytecode(
    packaged: Path,
) -> None:
    runtime()
    for function in FUNCTIONS:
        names = names_in(packaged / f"{function}.zip")
        assert names >= NO_BYTECODE
        sources = [name for name in names - NO_BYTECODE if name.endswith(".py")]
        assert len([name for name in names if name.endswith(".cpython-310.pyc")]) == len(sources)
    assert read_manifest(packaged)["bytecode"] == "CPython 3.10"


FILES = {"shared/b.py": b"2", "index.py": b"1"}


def test_an_archive_depends_only_on_names_and_bytes() -> None:
    assert archive(FILES) == archive(dict(reversed(FILES.items())))
    assert archive(FILES) != archive({**FILES, "index.py": b"3"})


def test_everybody_may_read_what_is_in_it_and_no_clock_was_asked() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(FILES))) as read:
        assert read.namelist() == ["index.py", "shared/b.py"]
        for entry in read.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert oct(entry.external_attr >> 16) == "0o100644"
            assert entry.compress_type == zipfile.ZIP_DEFLATED


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


ENTRY = "nobody-publishes-this==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def test_a_lock_is_read_with_every_hash() -> None:
    text = "# a comment\nsix==1.17.0 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n" + ENTRY
    six, other = locked_packages(text)
    assert (six.name, six.version) == ("six", "1.17.0")
    assert six.requirement.count("--hash") == 2
    assert other.requirement == ENTRY


def test_everything_that_is_locked_is_bundled_but_what_no_function_uses() -> None:
    locked = {package.name for package in locked_packages((ROOT / LOCK).read_text("utf-8"))}
    bundled = {package.name for package in bundled_packages(ROOT)}
    assert locked - bundled == {"pycryptodome", "charset-normalizer"}


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
