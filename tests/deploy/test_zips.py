"""The zips in SCF's runtime: unpacked, read-only, and with nothing else to import."""

from __future__ import annotations

import functools
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.environment import SECRET
from tests.support.unpacked import run, runtime

FUNCTIONS = ("submit", "callback", "sweep")


_IMPORT_HANDLER = """
import json, sys
sys.path.insert(0, sys.argv[1])
import index
assert callable(index.main_handler)
files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
files = list(filter(None, files))
code = [name for name, module in sys.modules.items()
        if (getattr(module, "__file__", None) or "").startswith(sys.argv[1])]
print(json.dumps({"cached": index.__cached__, "files": files, "library": json.__file__,
                  "modules": sorted(code)}))
"""
_IMPORT_EACH = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
"""
_NAME_LIBRARY = """
import sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    __import__(name)
print(*{name.partition(".")[0] for name in sys.modules} & sys.stdlib_module_names)
"""
_FORGE = """
import json, os, sys
os.environ["CALLBACK_SECRET"] = sys.argv[2]
sys.path.insert(0, sys.argv[1])
import index
event = {"httpMethod": "POST", "queryString": {"t": "v1.AAAA.AAAA"}, "body": ""}
answer = index.main_handler(event, None)
print(json.dumps({"status": answer["statusCode"], "modules": sorted(sys.modules)}))
"""


class Imported(NamedTuple):
    """What importing a handler in the runtime did."""

    seen: dict[str, Any]
    written: set[Path]  # besides the zip's files


@pytest.fixture(scope="module")
def imported(unpacked: Mapping[str, Path]) -> Mapping[str, Imported]:
    return {name: import_handler(folder) for name, folder in unpacked.items()}


def import_handler(folder: Path) -> Imported:
    before = set(folder.rglob("*"))
    done = run(folder, _IMPORT_HANDLER)
    assert (done.returncode, done.stderr) == (0, "")
    return Imported(json.loads(done.stdout), set(folder.rglob("*")) - before)


@functools.cache
def library_loaded(folder: Path, *modules: str) -> set[str]:
    """The top-level modules of the standard library that importing these loads."""
    done = run(folder, _NAME_LIBRARY, *modules)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def modules_in(folder: Path) -> list[str]:
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*.py"))]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_imports_only_from_the_zip_and_the_standard_library(
    unpacked: Mapping[str, Path], imported: Mapping[str, Imported], name: str
) -> None:
    seen, written = imported[name]
    library = str(Path(seen["library"]).parents[1])
    code = str(unpacked[name])
    assert not [file for file in seen["files"] if not file.startswith((library, code))]
    assert seen["cached"] == f"{code}/__pycache__/index.cpython-310.pyc"
    assert written == set()


def test_callback_loads_hardly_anything_before_it_knows_the_caller(
    imported: Mapping[str, Imported],
) -> None:
    assert imported["callback"].seen["modules"] == [
        *("index", "shared", "shared.callback_token", "shared.errors", "shared.events"),
        "shared.log",
    ]


@pytest.mark.parametrize("name", ["submit", "sweep"])
def test_what_talks_to_the_cloud_loads_the_sdk_and_what_it_needs(
    imported: Mapping[str, Imported], name: str
) -> None:
    assert {module.split(".")[0] for module in imported[name].seen["modules"]} == {
        *("index", "shared", "xmltodict", "qcloud_cos", "crcmod", "six"),
        *("certifi", "idna", "requests", "urllib3"),
    }


@pytest.mark.parametrize(("name", "more"), [("submit", set()), ("sweep", {"concurrent"})])
def test_of_the_standard_library_a_handler_loads_hardly_more_than_the_sdk(
    unpacked: Mapping[str, Path], name: str, more: set[str]
) -> None:
    loaded = library_loaded(unpacked[name], "index")
    of_the_sdk = library_loaded(unpacked["submit"], "qcloud_cos", "xmltodict")
    assert loaded - of_the_sdk == {"secrets", *more}


def test_submit_loads_nothing_of_sweep(imported: Mapping[str, Imported]) -> None:
    of_sweep = {"sweep", "sender", "settle", "walk", "lost", "reconcile", "status", "workers"}
    loaded = set(imported["submit"].seen["modules"])
    assert not loaded & {f"shared.pipeline.{module}" for module in of_sweep}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_module_in_a_zip_can_be_imported(unpacked: Mapping[str, Path], name: str) -> None:
    done = run(unpacked[name], _IMPORT_EACH, *modules_in(unpacked[name]))
    assert done.returncode == 0, done.stderr


def test_a_cold_start_reads_bytecode_and_no_source(packaged: Path, tmp_path: Path) -> None:
    runtime()
    # Given sources that no longer compile
    with zipfile.ZipFile(packaged / "sweep.zip") as archive:
        archive.extractall(tmp_path)
    for source in tmp_path.rglob("*.py"):
        source.write_text("this is no Python")
    # Then the handler is imported all the same
    done = run(tmp_path, _IMPORT_HANDLER)
    assert done.returncode == 0, done.stderr


def test_a_forged_callback_is_refused_before_anything_heavy_is_loaded(
    unpacked: Mapping[str, Path],
) -> None:
    done = run(unpacked["callback"], _FORGE, SECRET)
    log, answer = done.stdout.splitlines()
    assert json.loads(log)["event"] == "refused"
    assert json.loads(answer)["status"] == 403
    loaded = {module.split(".")[0] for module in json.loads(answer)["modules"]}
    heavy = {"qcloud_cos", "requests", "urllib3", "xmltodict", "xml", "pyexpat", "ssl", "http"}
    assert not loaded & heavy
