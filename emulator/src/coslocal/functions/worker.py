"""The process of one instance of a Python function: `python -c <this text> HANDLER RESULT_FD`.

Reads invocations as lines of JSON from standard input and writes each outcome as a line of JSON
to the descriptor RESULT_FD. What the handler prints goes to standard output, which is its log. An
outcome tells which files of the function's own folder were loaded since the one before.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
import time
import traceback
from typing import Any, TextIO
from urllib.parse import urlsplit

WATCH_SECONDS = 1.0
END_OF_LOG = b"\0end of log\0\n"
DOMAINS = (".myqcloud.com", ".tencentcos.cn")


def main(handler_name: str, result_fd: int) -> None:
    """Serve invocations until standard input ends; HANDLER is `index.main_handler`."""
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    known: set[str] = set()
    module, _, name = handler_name.rpartition(".")
    try:
        if "COSLOCAL_URL" in os.environ:
            redirect(os.environ["COSLOCAL_URL"])
        handler = getattr(importlib.import_module(module), name)
    except Exception:  # noqa: BLE001 - whatever the module raises is told at each invocation
        handler, problem = None, traceback.format_exc()
    with os.fdopen(result_fd, "w", encoding="utf-8") as results:
        for line in sys.stdin:
            invocation = json.loads(line)
            os.environ.update(invocation["environment"])
            if handler is None:
                sys.stderr.write(problem)
                outcome: dict[str, Any] = {"error": problem, "broken": True}
            else:
                outcome = _run(handler, invocation)
            end_log()
            _write(results, {**outcome, "files": new_files(known)})


def end_with(parent: int) -> None:
    """End this process soon after the emulator, even if that was killed while a handler runs."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


def redirect(url: str) -> None:
    """Send to the emulator what this process asks of COS and CI with requests, as it stands.

    The URL, the Host header and so the signature stay the cloud's own.
    """
    try:
        from requests.adapters import HTTPAdapter  # noqa: PLC0415 - not every function has it
    except ImportError:
        return
    connection, add_headers = HTTPAdapter.get_connection_with_tls_context, HTTPAdapter.add_headers

    def is_for_cos(request: Any) -> bool:  # noqa: ANN401 - a request of requests
        return (urlsplit(request.url).hostname or "").endswith(DOMAINS)

    def connect(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if is_for_cos(request):
            return self.poolmanager.connection_from_url(url)
        return connection(self, request, *args, **kwargs)

    def name_host(self: Any, request: Any, **kwargs: Any) -> None:  # noqa: ANN401
        add_headers(self, request, **kwargs)
        if is_for_cos(request):
            request.headers["Host"] = urlsplit(request.url).netloc

    HTTPAdapter.get_connection_with_tls_context = connect  # type: ignore[method-assign]
    HTTPAdapter.add_headers = name_host  # type: ignore[method-assign]


def new_files(known: set[str]) -> dict[str, list[int]]:
    """Return the files below the present folder that modules were loaded from since.

    Each comes with its time of change, in nanoseconds, and its size in bytes. Installed packages
    are left out.
    """
    found: dict[str, list[int]] = {}
    folder = os.getcwd() + os.sep  # noqa: PTH109 - pathlib would take time to import
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or path in known or not path.startswith(folder):
            continue
        known.add(path)
        if f"{os.sep}site-packages{os.sep}" not in path:
            with contextlib.suppress(OSError):
                status = os.stat(path)  # noqa: PTH116 - as above
                found[path] = [status.st_mtime_ns, status.st_size]
    return found


def end_log() -> None:
    """Mark where an invocation's log ends: the emulator waits until it has read so far."""
    with contextlib.suppress(OSError, ValueError):  # a handler may have closed them
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(1, END_OF_LOG)


def _run(handler: Any, invocation: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - user code
    try:
        value = handler(invocation["event"], invocation["context"])
        return {"value": json.loads(json.dumps(value))}
    except Exception:  # noqa: BLE001 - SCF catches whatever a handler raises
        problem = traceback.format_exc()
        sys.stdout.flush()
        sys.stderr.write(problem)  # into the log, after what was printed
        return {"error": problem}


def _write(results: TextIO, outcome: dict[str, Any]) -> None:
    results.write(json.dumps(outcome) + "\n")
    results.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
