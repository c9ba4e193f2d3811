"""The work behind `sls`: the plugin runs `python -m deploy COMMAND` in the service's folder.

The resolved serverless.yml comes as one JSON document on standard input, and the secrets come in
the environment. A failure is one sentence on standard error and the exit status 1; a bug of ours
is a line of the log that says where it arose, without its text, and the exit status 70.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from deploy.commands import COMMANDS, FLAGS
from deploy.configuration.document import read_service
from shared.errors import CardOcrError, UnexpectedError
from shared.log import Log

_BUG, _INTERRUPTED = 70, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
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
