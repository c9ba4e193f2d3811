"""`invoke`: run a deployed function on an event, and show what it returns."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from deploy.commands.event import event_of
from deploy.commands.session import known, open_session, say
from deploy.configuration.service import Service
from deploy.errors import InvocationFailed

_MARGIN_SECONDS = 30


def invoke(service: Service, options: argparse.Namespace) -> None:
    """The return value goes to standard output, what the function logged to standard error."""
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
    result: Mapping[str, Any] = session.scf.call("Invoke", parameters)["Result"]
    for line in str(result.get("Log") or "").splitlines():
        sys.stderr.write(f"{line}\n")
    if result.get("InvokeResult") or result.get("ErrMsg"):
        raise InvocationFailed(name, _one_line(result))
    say(str(result.get("RetMsg") or ""))


def _one_line(result: Mapping[str, Any]) -> str:
    """The last line of a traceback says what it was."""
    lines = str(result.get("ErrMsg") or result.get("RetMsg") or "no reason given").splitlines()
    return lines[-1].strip()
