"""`invoke`: run a deployed function on an event. `invoke local`: run one here, without SCF.

The event comes from --data or --path; without either it is empty. `invoke local` runs a function of
the repository in a process of its own, with the environment of serverless.yml, and with the
operator's keys instead of its role's. It really calls COS and CI; with LOCAL_CLOUD it calls the
stand-in on this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.api.reply import Reply
from deploy.commands.session import Session, known, open_session, say
from deploy.configuration.environment import (
    function_environment,
    functions_view,
    wants_callback_url,
)
from deploy.configuration.service import Service
from deploy.errors import FunctionFailed

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
        raise FunctionFailed(f"{name} failed: {_one_line(result)}")
    say(result.text("RetMsg"))


def _one_line(result: Reply) -> str:
    """Return the last line of the error's text: of a traceback, it names the error."""
    text = (result.text("ErrMsg") or result.text("RetMsg")).strip() or "no reason given"
    return text.splitlines()[-1].strip()


def event_of(options: argparse.Namespace) -> object:
    """Return the event that a command's flags give.

    Raises:
        FunctionFailed: both flags are given, the file can't be read, or the text isn't JSON.
    """
    if options.data is not None and options.path is not None:
        raise FunctionFailed("--data and --path can't both be given")
    if options.path is not None:
        return _parsed(f"--path {options.path}", _text(Path(options.path)))
    return {} if options.data is None else _parsed("--data", options.data)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise FunctionFailed(f"--path {path} can't be read: {type(error).__name__}") from None


def _parsed(where: str, text: str) -> object:
    try:
        event: object = json.loads(text)
    except ValueError:
        raise FunctionFailed(f"{where} is not JSON") from None
    return event


ROOT = Path(__file__).parents[2]
# Variables that any program needs here, and the proxies that the deployer's own requests use.
_INHERITED = (
    *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    *("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("https_proxy", "http_proxy", "all_proxy", "no_proxy"),
)
_ADDRESS = "CALLBACK_URL"


def invoke_locally(service: Service, options: argparse.Namespace) -> None:
    """Print what the function returns to standard output, and its log to standard error.

    CALLBACK_URL comes from the environment, else it is the deployed callback function's address.
    """
    key = known(service, options.function)
    event = event_of(options)
    session = open_session(service)
    limit = service.functions[key].timeout
    invocation = {"event": event, "context": _context(service, key)}
    try:
        ended = subprocess.run(  # noqa: S603 — this interpreter, on a module of ours
            [sys.executable, "-m", "deploy.commands.local_worker", key],
            cwd=ROOT,
            env=_environment(session, key),
            input=json.dumps(invocation).encode(),
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FunctionFailed(f"{key} failed: it took more than {limit} s, its time-out") from None
    if ended.returncode:
        raise FunctionFailed(f"{key} failed: the lines above say why")


def _environment(session: Session, key: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment = function_environment(
        session.service, key, session.environ, _address(session, key)
    )
    return {**inherited, "TZ": "UTC", **environment, **functions_view(session.access)}


def _address(session: Session, key: str) -> str | None:
    given = session.environ.get(_ADDRESS)
    if given or not wants_callback_url(session.service, key):
        return given
    return session.address()


def _context(service: Service, key: str) -> Mapping[str, object]:
    """Return an invocation's context, with the names that SCF uses (583/9210)."""
    function = service.functions[key]
    return {
        "request_id": "local",
        "function_name": service.function_name(key),
        "function_version": "$LATEST",
        "namespace": "default",
        "memory_limit_in_mb": function.memory_size,
        "time_limit_in_ms": function.timeout * 1000,
        "tencentcloud_region": service.region,
    }
