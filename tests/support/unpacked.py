"""A packaged function as SCF runs it: CPython 3.10 with nothing but the unpacked zip."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.bundle.compiled import find_runtime
from local.functions.interface import (
    USER_EXCEPTION,
    Failure,
    LogLine,
    Outcome,
    Returned,
    WriteLog,
    context_for,
    discard,
)
from tests.support.skips import NO_RUNTIME

TIME_LIMIT = 60.0
# -I and -S: no variable, no current folder, no site-packages adds to the path.
ISOLATED = ("-I", "-S", "-c")

_RUN = """
import json, os, sys
folder, invocation = sys.argv[1], json.load(sys.stdin)
os.environ.update(invocation["environment"])
sys.path.insert(0, folder)
import index
value = index.main_handler(invocation["event"], invocation["context"])
sys.stderr.write(json.dumps(value))
"""


def runtime() -> str:
    """The interpreter; a test that needs one is skipped where there is none, as `.ci/run` says."""
    found = find_runtime()
    if found is None:
        pytest.skip(NO_RUNTIME)
    return found


def unpack(zipped: Path, folder: Path) -> Path:
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


class UnpackedFunction:
    """A `Function` of the local cloud that runs each event in a process of its own."""

    def __init__(
        self,
        name: str,
        folder: Path,
        environment: Mapping[str, str],
        write_log: WriteLog = discard,
    ) -> None:
        self.name = name
        self.environment = dict(environment)
        self._folder = folder
        self._write_log = write_log

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        """Run the handler on one event; what it prints is its log."""
        context = context_for(self.name, self.environment, TIME_LIMIT)
        invocation = {"event": event, "context": context, "environment": self.environment}
        done = run(self._folder, _RUN, text=json.dumps(invocation))
        for line in done.stdout.splitlines():
            self._write_log(LogLine(self.name, line))
        if done.returncode != 0:
            return Failure("execution", USER_EXCEPTION, done.stderr)
        return Returned(json.loads(done.stderr))

    def close(self) -> None:
        """Nothing runs between events."""
