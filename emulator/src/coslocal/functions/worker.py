"""The process of one function instance: `python -c <this text> MODULE RESULT_FD`.

Reads invocations as lines of JSON from standard input and writes each outcome as a line of JSON
to the descriptor RESULT_FD. What the handler prints goes to standard output, which is its log.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from typing import Any, TextIO


def main(module: str, result_fd: int) -> None:
    """Serve invocations until standard input ends."""
    try:
        handler = importlib.import_module(module).main_handler
    except Exception:  # noqa: BLE001 - whatever the module raises is told at each invocation
        handler, problem = None, traceback.format_exc()
    with os.fdopen(result_fd, "w", encoding="utf-8") as results:
        for line in sys.stdin:
            invocation = json.loads(line)
            os.environ.update(invocation["environment"])
            if handler is None:
                outcome: dict[str, Any] = {"error": problem}
            else:
                outcome = _run(handler, invocation)
            sys.stdout.flush()
            _write(results, outcome)


def _run(handler: Any, invocation: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - user code
    try:
        value = handler(invocation["event"], invocation["context"])
        return {"value": json.loads(json.dumps(value))}
    except Exception:  # noqa: BLE001 - SCF catches whatever a handler raises
        return {"error": traceback.format_exc()}


def _write(results: TextIO, outcome: dict[str, Any]) -> None:
    results.write(json.dumps(outcome) + "\n")
    results.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
