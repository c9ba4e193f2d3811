"""A packaged function as SCF runs it: CPython 3.10 with nothing but the unpacked zip."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from coslocal.functions import ProcessFunction
from coslocal.functions.interface import WriteLog, discard
from deploy.bundle.compiled import find_runtime
from tests.support.skips import NO_RUNTIME

# -I and -S: no variable, no current folder, no site-packages adds to the path.
ISOLATED = ("-I", "-S", "-c")


def runtime() -> str:
    """The interpreter; a test that needs one is skipped where there is none, as `.ci/run` says."""
    found = find_runtime()
    if found is None:
        pytest.skip(NO_RUNTIME)
    return found


def unpack(zipped: Path | IO[bytes], folder: Path) -> Path:
    """Unpack a zip and take away the right to write into any of its folders."""
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(folder)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    return folder


def run(
    folder: Path, script: str, *arguments: str, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a script in the runtime, isolated, with the folder's path and others as arguments."""
    return subprocess.run(
        [runtime(), *ISOLATED, script, str(folder), *arguments],
        input=text,
        env={"TZ": "UTC"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


class UnpackedFunction(ProcessFunction):
    """A `Function` of the local cloud whose processes are the runtime's own."""

    def __init__(
        self,
        name: str,
        folder: Path,
        environment: Mapping[str, str],
        write_log: WriteLog = discard,
    ) -> None:
        super().__init__(name, "index", environment, write_log, folder=folder, runtime=runtime())
