"""The event that `invoke` and `invoke local` hand over: --data, --path, or an empty one."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from deploy.errors import UnreadableEvent


def event_of(options: argparse.Namespace) -> object:
    """The event of a command's flags.

    Raises:
        UnreadableEvent: both are given, the file can't be read, or the text is no JSON.
    """
    if options.data is not None and options.path is not None:
        raise UnreadableEvent("--data and --path", "can't both be given")
    if options.path is not None:
        return _parsed(f"--path {options.path}", _text(Path(options.path)))
    return {} if options.data is None else _parsed("--data", options.data)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        problem = f"can't be read: {type(error).__name__}"
        raise UnreadableEvent(f"--path {path}", problem) from None


def _parsed(where: str, text: str) -> object:
    try:
        event: object = json.loads(text)
    except ValueError:
        raise UnreadableEvent(where, "is no JSON") from None
    return event
