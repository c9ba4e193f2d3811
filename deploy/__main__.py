"""The work behind `sls`: the plugin runs `python -m deploy COMMAND` in the service's folder.

The plugin writes the resolved serverless.yml to standard input, as one JSON document. The secrets
come in the environment. A failure prints one sentence to standard error; the exit status is 1. A
bug of ours prints a log line that says where it happened, without its text; the status is 70.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from deploy.api.certificates import believe_certificates
from deploy.commands.deploy import deploy, deploy_function, remove
from deploy.commands.info import info, logs
from deploy.commands.invoke import invoke, invoke_locally
from deploy.commands.package import package
from deploy.configuration.document import read_service
from deploy.configuration.service import Service
from shared.errors import CardOcrError, UnexpectedError
from shared.log import Log

_BUG, _INTERRUPTED = 70, 130


class Command(NamedTuple):
    """`run` gets the service and the flags as argparse names them; it raises CardOcrError."""

    run: Callable[[Service, argparse.Namespace], None]
    meaning: str
    flags: tuple[str, ...] = ()


FLAGS: Mapping[str, Mapping[str, Any]] = {
    "--dry-run": {"action": "store_true", "help": "say what would change, but change nothing"},
    "--force": {
        "action": "store_true",
        "help": "also delete functions that have triggers somebody else made",
    },
    "--function": {"required": True, "help": "its name in serverless.yml"},
    "--data": {"help": "the event, as JSON"},
    "--path": {"help": "a file that holds the event, as JSON"},
}

_EVENT = ("--function", "--data", "--path")

COMMANDS: Mapping[str, Command] = {
    "package": Command(
        lambda service, _: package(service), "check the configuration and make the zips"
    ),
    "deploy": Command(deploy, "change the cloud to what serverless.yml says", ("--dry-run",)),
    "deploy-function": Command(
        deploy_function, "change one function to what serverless.yml says", ("--function",)
    ),
    "info": Command(info, "show what is deployed"),
    "invoke": Command(invoke, "run a deployed function on an event", _EVENT),
    "invoke-local": Command(invoke_locally, "run a function of the repository here", _EVENT),
    "logs": Command(logs, "show what a function logged", ("--function",)),
    "remove": Command(remove, "delete the functions and their triggers", ("--dry-run", "--force")),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        believe_certificates()
        COMMANDS[options.command].run(read_service(sys.stdin.read()), options)
    except CardOcrError as error:
        _to_stderr(str(error))
        return 1
    except KeyboardInterrupt:
        _to_stderr("interrupted")
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 — its text could quote a secret
        Log("deploy", {}, "ERROR", write=_to_stderr).unexpected(error)
        _to_stderr(str(UnexpectedError(error)))
        return _BUG
    return 0


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        flags = commands.add_parser(name, help=command.meaning)
        for flag in command.flags:
            flags.add_argument(flag, **FLAGS[flag])
    return parser


if __name__ == "__main__":
    sys.exit(main())
