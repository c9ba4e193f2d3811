"""What was uploaded to the stand-in, run as SCF runs it: unpacked, with the environment it has.

`invoker` carries out the stand-in's Invoke; `make_deployed` makes the functions of a local cloud,
so that its uploads, callbacks and timers reach whatever is deployed at that moment.
"""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from coslocal.functions import Failure, MakeFunction
from coslocal.functions.interface import Function, Outcome, WriteLog
from tests.support.tencent_api.state import Account, Document, Invoker, StoredFunction
from tests.support.unpacked import UnpackedFunction, unpack

_UNPACKING = threading.Lock()
_OF_SCF = ("TENCENTCLOUD_", "SCF_")
"""What SCF adds to a function's environment by itself."""


def code_of(function: StoredFunction, folder: Path) -> Path:
    """The upload, unpacked where nothing is written; the same upload always in the same place."""
    place = folder / hashlib.sha256(function.zip_file).hexdigest()[:16]
    zipped = place.with_suffix(".zip")
    with _UNPACKING:
        if not place.exists():
            folder.mkdir(exist_ok=True)
            zipped.write_bytes(function.zip_file)
            unpack(zipped, place)
    return place


def written_beside(folder: Path) -> set[str]:
    """What lies in the unpacked code below `folder` and wasn't in the uploads."""
    found = set()
    for zipped in folder.glob("*.zip"):
        place = zipped.with_suffix("")
        files = {path for path in place.rglob("*") if path.is_file()}
        found |= {path.relative_to(place).as_posix() for path in files}
        found -= set(zipfile.ZipFile(zipped).namelist())
    return found


def invoker(folder: Path, added: Mapping[str, str] | None = None) -> Invoker:
    """Runs a function for Invoke; `added` is what SCF, or this machine, adds to its environment."""

    def invoke(function: StoredFunction, event: object) -> Document:
        log: list[str] = []
        environment = {**(added or {}), **function.environment}
        place = code_of(function, folder)
        unpacked = UnpackedFunction(
            function.name, place, environment, lambda line: log.append(line.text)
        )
        outcome = unpacked.invoke(event)  # type: ignore[arg-type]  # any JSON can be an event
        unpacked.close()
        failed = isinstance(outcome, Failure)
        return {
            "Log": "\n".join(log),
            "RetMsg": "" if isinstance(outcome, Failure) else json.dumps(outcome.value),
            "ErrMsg": outcome.message if isinstance(outcome, Failure) else "",
            "InvokeResult": -1 if failed else 0,
            "FunctionRequestId": "b5a1f3c2",
            "Duration": 1.0,
            "BillDuration": 1,
            "MemUsage": 1,
        }

    return invoke


def make_deployed(account: Account, prefix: str, folder: Path) -> MakeFunction:
    """Makes the functions of a local cloud from an account's; `prefix` is that of their names."""

    def make(key: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
        return _Deployed(account, f"{prefix}{key}", environment, write_log, folder)

    return make


class _Deployed:
    """A function of the local cloud that is whatever is deployed under its name.

    Of the environment that the local cloud gives it, only what SCF adds by itself is left, and
    LOCAL_CLOUD, which keeps it on this machine; the rest is what the deployment gave it.
    """

    def __init__(
        self,
        account: Account,
        name: str,
        environment: Mapping[str, str],
        write_log: WriteLog,
        folder: Path,
    ) -> None:
        self.name = name
        self.environment: MutableMapping[str, str] = dict(environment)
        self._account = account
        self._write_log = write_log
        self._folder = folder
        self._running: list[tuple[tuple[Path, dict[str, str]], UnpackedFunction]] = []
        self._starting = threading.Lock()

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        """Run what is deployed on one event."""
        return self._function().invoke(event)

    def close(self) -> None:
        """End the processes."""
        for _, function in self._running:
            function.close()

    def _function(self) -> UnpackedFunction:
        """What is deployed now: other code or another environment starts other processes."""
        (stored,) = (one for one in self._account.functions.values() if one.name == self.name)
        given = {
            name: value
            for name, value in self.environment.items()
            if name.startswith(_OF_SCF) or name == "LOCAL_CLOUD"
        }
        deployed = (code_of(stored, self._folder), {**given, **stored.environment})
        with self._starting:
            if not self._running or self._running[-1][0] != deployed:
                started = UnpackedFunction(self.name, *deployed, self._write_log)
                self._running.append((deployed, started))
            return self._running[-1][1]
