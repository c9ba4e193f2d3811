"""`invoke`: run a deployed function on an event, and show what it returns."""

from __future__ import annotations

import argparse
import json
import sys

from deploy.api.reply import Reply
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
    result = session.scf.call("Invoke", parameters).part("Result")
    for line in result.text("Log").splitlines():
        sys.stderr.write(f"{line}\n")
    if result.number("InvokeResult") or result.text("ErrMsg"):
        raise InvocationFailed(name, _one_line(result))
    say(result.text("RetMsg"))


def _one_line(result: Reply) -> str:
    """The last line of a traceback says what it was."""
    text = (result.text("ErrMsg") or result.text("RetMsg")).strip() or "no reason given"
    return text.splitlines()[-1].strip()
