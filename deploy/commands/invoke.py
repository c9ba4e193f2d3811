"""`invoke`: run a deployed function on an event, and show what it returns.

The event comes from --data or --path; without either it is empty.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from deploy.api.reply import Reply
from deploy.commands.session import known, open_session, say
from deploy.configuration.service import Service
from deploy.errors import InvocationFailed, UnreadableEvent

_MARGIN_SECONDS = 30


def invoke(service: Service, options: argparse.Namespace) -> None:
    """Print what the function returns to standard output, and its log to standard error."""
    key = known(service, options.function)
    event = event_of(options)
    session = open_session(service, seconds=service.functions[key].timeout + _MARGIN_SECONDS)
    name = session.existing(key).name
    parameters = {
        "FunctionName": name,
        "InvocationType": "RequestResponse",
        "ClientContext": json.dumps(event),
        "LogType": "Tail",
    }
    result = session.scf.call("Invoke", parameters).part("Result")
    for line in result.text("Log").splitlines():
        sys.stderr.write(f"{line}\n")
    if result.number("InvokeResult") or result.text("ErrMsg"):
        raise InvocationFailed(name, _one_line(result))
    say(result.text("RetMsg"))


def _one_line(result: Reply) -> str:
    """Return the last line of the error's text: of a traceback, it names the error."""
    text = (result.text("ErrMsg") or result.text("RetMsg")).strip() or "no reason given"
    return text.splitlines()[-1].strip()


def event_of(options: argparse.Namespace) -> object:
    """Return the event that a command's flags give.

    Raises:
        UnreadableEvent: both flags are given, the file can't be read, or the text isn't JSON.
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
        raise UnreadableEvent(where, "is not JSON") from None
    return event
