"""The zips in SCF's runtime: unpacked, read-only, and with nothing else to import."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import requests

from coslocal.client import official_client
from coslocal.functions import Returned
from coslocal.functions.interface import Function, WriteLog
from coslocal.server import LocalServer
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from tests.support.environment import SECRET
from tests.support.serverless_yml import ROOT
from tests.support.unpacked import UnpackedFunction, run, runtime

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


@contextlib.contextmanager
def packaged_cloud(unpacked: Mapping[str, Path]) -> Iterator[LocalCloud]:
    def make(name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
        return UnpackedFunction(name, unpacked[name], environment, write_log)

    server, session = LocalServer(0), requests.Session()
    session.trust_env = False
    cloud = LocalCloud(
        ScriptedRecogniser.for_samples(ROOT / "local/samples"),
        Setup(url=server.url, functions=FUNCTIONS),
        make_function=make,
        session=session,
    )
    server.serve(cloud.app)
    cloud.start(workers=4)
    try:
        yield cloud
    finally:
        cloud.stop()
        server.stop()


def modules_loaded(folder: Path) -> list[str]:
    """The modules of the zip that importing its handler loads."""
    done = run(folder, _IMPORT_HANDLER)
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stdout)["modules"]
    return modules


def library_loaded(folder: Path, *modules: str) -> set[str]:
    """The top-level modules of the standard library that importing these loads."""
    done = run(folder, _NAME_LIBRARY, *modules)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def modules_in(folder: Path) -> list[str]:
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*.py"))]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]


@pytest.fixture(autouse=True)
def _runtime() -> None:
    runtime()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_is_imported_from_the_zip_and_the_standard_library_alone(
    unpacked: Mapping[str, Path], name: str
) -> None:
    before = set(unpacked[name].rglob("*"))
    done = run(unpacked[name], _IMPORT_HANDLER)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    library = str(Path(seen["library"]).parents[1])
    code = str(unpacked[name])
    assert not [file for file in seen["files"] if not file.startswith((library, code))]
    assert seen["cached"] == f"{code}/__pycache__/index.cpython-310.pyc"
    assert set(unpacked[name].rglob("*")) == before


def test_callback_loads_hardly_anything_before_it_knows_the_caller(
    unpacked: Mapping[str, Path],
) -> None:
    assert modules_loaded(unpacked["callback"]) == [
        *("index", "shared", "shared.callback_token", "shared.errors", "shared.events"),
        "shared.log",
    ]


@pytest.mark.parametrize("name", ["submit", "sweep"])
def test_what_talks_to_the_cloud_loads_the_sdk_and_what_it_needs(
    unpacked: Mapping[str, Path], name: str
) -> None:
    assert {module.split(".")[0] for module in modules_loaded(unpacked[name])} == {
        *("index", "shared", "xmltodict", "qcloud_cos", "crcmod", "six"),
        *("certifi", "charset_normalizer", "idna", "requests", "urllib3"),
    }


@pytest.mark.parametrize(("name", "more"), [("submit", set()), ("sweep", {"concurrent"})])
def test_of_the_standard_library_a_handler_loads_hardly_more_than_the_sdk(
    unpacked: Mapping[str, Path], name: str, more: set[str]
) -> None:
    loaded = library_loaded(unpacked[name], "index")
    assert loaded - library_loaded(unpacked[name], "qcloud_cos", "xmltodict") == {"secrets", *more}


def test_submit_loads_nothing_of_sweep(unpacked: Mapping[str, Path]) -> None:
    of_sweep = {"sweep", "sender", "settle", "walk", "lost", "reconcile", "status", "workers"}
    loaded = set(modules_loaded(unpacked["submit"]))
    assert not loaded & {f"shared.pipeline.{module}" for module in of_sweep}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_module_in_a_zip_can_be_imported(unpacked: Mapping[str, Path], name: str) -> None:
    done = run(unpacked[name], _IMPORT_EACH, *modules_in(unpacked[name]))
    assert done.returncode == 0, done.stderr


def test_a_cold_start_reads_bytecode_and_no_source(packaged: Path, tmp_path: Path) -> None:
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


def test_a_specimen_becomes_a_result_by_what_was_packaged(unpacked: Mapping[str, Path]) -> None:
    # Given a local cloud whose functions are the unpacked zips
    specimen = ROOT / "local/samples/id/straight.jpg"
    with packaged_cloud(unpacked) as cloud:
        client = official_client(cloud.setup.url, cloud.uploader, cloud.setup.region)
        # When a specimen is uploaded
        headers = client.put_object(
            Bucket=cloud.setup.bucket, Key="uploads/specimen", Body=specimen.read_bytes()
        )
        assert cloud.agenda.wait_until_idle(60)
        # Then its result is there, and sweep finds nothing to do
        name = f"ocr/results/uploads/specimen.{headers['ETag'].strip(chr(34))}.json"
        body = client.get_object(Bucket=cloud.setup.bucket, Key=name)["Body"]
        result = json.loads(body.get_raw_stream().read())
        swept = cloud.functions["sweep"].invoke({"Type": "Timer", "Message": ""})
    truth = json.loads(specimen.with_suffix(".json").read_bytes())
    assert (result["outcome"], result["fields"]) == ("recognised", truth["fields"])
    assert result["evidence"]["delivered_by"] == "callback"
    assert isinstance(swept, Returned)
