from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from deploy.bundle import manifest
from deploy.bundle.archive import archive
from deploy.bundle.contents import NO_BYTECODE, contents
from deploy.commands.package import package
from deploy.configuration.document import read_service
from shared.errors import ConfigurationError
from tests.support.environment import SECRET
from tests.support.serverless_yml import ENVIRON, ROOT, document
from tests.support.unpacked import runtime

FUNCTIONS = ("submit", "callback", "sweep")
# What a checkout needs to package; the rest of the repository plays no part.
NEEDED = ("deploy", "functions", "requirements", "shared")


def names_in(zipped: Path) -> set[str]:
    with zipfile.ZipFile(zipped) as read:
        return set(read.namelist())


def read_manifest(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
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
        *("certifi", "charset_normalizer", "crcmod", "idna", "qcloud_cos", "requests", "urllib3"),
    }
    with zipfile.ZipFile(packaged / f"{function}.zip") as read:
        assert read.read("index.py") == (ROOT / f"functions/{function}/index.py").read_bytes()
    assert {"shared/__init__.py", "shared/settings/load.py", "shared/store/cos.py"} <= names
    assert ("shared/pipeline/scan.py" in names) == (function == "sweep")
    assert "shared/pipeline/enqueue.py" not in names  # for an operator's machine


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
        *("certifi", "charset-normalizer", "cos-python-sdk-v5", "crcmod", "idna"),
        *("requests", "six", "urllib3", "xmltodict"),
    ]
    assert all(package["version"] and package["licence"] for package in packages)
    texts = {
        name.split("/")[1] for name in names_in(packaged / "submit.zip") if "licences/" in name
    }
    assert texts == {package["name"] for package in packages}


def test_the_manifest_and_the_zips_hold_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    package(read_service(document())._replace(package_path=tmp_path))
    for zipped in tmp_path.glob("*.zip"):
        with zipfile.ZipFile(zipped) as read:
            assert not any(SECRET.encode() in read.read(name) for name in read.namelist())
    assert SECRET not in (tmp_path / manifest.NAME).read_text(encoding="utf-8")


def test_what_was_packaged_before_stays_where_the_configuration_is_wrong(
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


def test_without_the_runtime_a_zip_holds_the_same_sources_alone(packaged: Path) -> None:
    built = contents(ROOT, ["submit"], None)
    with_bytecode = names_in(packaged / "submit.zip")
    assert built.functions["submit"].keys() == {
        name for name in with_bytecode if not name.endswith(".pyc")
    }
    described = manifest.manifest(built, {"submit": archive(built.functions["submit"])})
    assert json.loads(described)["bytecode"] is None


def test_without_the_runtime_a_line_says_what_that_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("deploy.commands.package.find_runtime", lambda: None)
    package(read_service(document())._replace(package_path=tmp_path))
    printed = capsys.readouterr().out
    assert "There is no CPython 3.10 here, so the zips hold sources alone" in printed


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


def test_nothing_built_says_where_it_was_built(packaged: Path) -> None:
    with zipfile.ZipFile(packaged / "submit.zip") as read:
        assert not any(str(ROOT).encode() in read.read(name) for name in read.namelist())


def test_packaging_without_values_says_what_a_deployment_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CALLBACK_SECRET", raising=False)
    package(read_service(document(environ={}))._replace(package_path=tmp_path))
    assert "Not set: INPUT_BUCKET and CALLBACK_SECRET." in capsys.readouterr().out
