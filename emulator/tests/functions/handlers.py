"""Handlers for the tests of processes; the event says what to do."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any


def main_handler(event: dict[str, Any], context: dict[str, Any]) -> Any:
    match event["do"]:
        case "echo":
            return {"event": event, "function": context["function_name"]}
        case "environment":
            return {name: os.environ.get(name) for name in event["names"]}
        case "pid":
            return os.getpid()
        case "print":
            print(event["text"])  # noqa: T201
            sys.stderr.write("to stderr\n")
        case "raise":
            raise ValueError(event["text"])
        case "return an object":
            return object()
        case "exit":
            os._exit(3)
        case "hang":
            threading.Event().wait()
        case other:
            raise NotImplementedError(other)
    return None
