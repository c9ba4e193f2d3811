"""The process of `invoke local`: `python -m deploy.commands.local_worker FUNCTION < JSON`.

Standard output has only the return value. The function's log goes to standard error. This is a
module of its own, so that the function runs without the deployer's imports.
"""

from __future__ import annotations

import contextlib
import json
import sys
from importlib import import_module

from shared.errors import CardOcrError


def main(function: str) -> int:
    """Run the function on the invocation from standard input. Return the exit status."""
    invocation = json.loads(sys.stdin.read())
    handler = import_module(f"functions.{function}.index").main_handler
    try:
        with contextlib.redirect_stdout(sys.stderr):
            value = handler(invocation["event"], invocation["context"])
    except CardOcrError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
