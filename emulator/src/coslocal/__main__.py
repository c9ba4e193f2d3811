"""The command `coslocal`: an emulator, kept running until Ctrl-C, and questions to it."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from coslocal.console import Remote, Unanswered, invoke, show_logs
from coslocal.settings import Settings

DEFAULT_PORT: Final = 8970
DEFAULT_URL: Final = f"http://127.0.0.1:{DEFAULT_PORT}"
URL_VARIABLE: Final = "COSLOCAL_URL"

_UP: Final = "serve COS and CI, and a project's functions, until Ctrl-C; nothing is kept"
_FILE: Final = "the serverless.yml of a project whose functions run; none run without it"
_JOB_TYPE: Final = (
    "a JobType of CI, or what makes one; may be given more than once. ImageLicenseRec is known "
    "without it, and recognises nothing"
)
_ENV_FILE: Final = (
    "write the variables there too, and delete the file at the end; an existing file is replaced "
    "only if it begins with COSLOCAL_URL="
)
_FAULTS: Final = (
    ("^the following arguments are required: (.*)$", r"\1 is missing; HELP"),
    ("^unrecognized arguments: (.*)$", r"\1 is not known; HELP"),
    (r"^argument COMMAND: invalid choice: ('.*?').*$", r"\1 is no command; HELP"),
    ("^argument ([^:]*): expected one argument$", r"\1 needs a value; HELP"),
    ("^argument ([^:]*): ", r"\1: "),
)
"""What to say in place of what argparse says."""
_URL: Final = f"the emulator's address ({URL_VARIABLE}, or {DEFAULT_URL})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; returns the exit status."""
    try:
        options = _parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except Unanswered as error:
        sys.stderr.write(f"coslocal: {error}\n")
        return 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            Unanswered: Always, in place of a usage and the end of the process.
        """
        for pattern, said in _FAULTS:
            message = re.sub(pattern, said, message)
        raise Unanswered(message.replace("HELP", f"`{self.prog} --help` shows what there is"))


def _of(module: str, name: str) -> Callable[[Any], Any]:
    """Return what calls a function whose module is imported then: that of `up` takes a second."""

    def call(given: Any) -> Any:  # noqa: ANN401 - as the function's
        return getattr(importlib.import_module(f"coslocal.{module}"), name)(given)

    return call


def _logs(options: argparse.Namespace) -> int:
    with contextlib.suppress(KeyboardInterrupt):
        show_logs(Remote(options.url), options.function, follow=options.follow)
    return 0


def _invoke(options: argparse.Namespace) -> int:
    return 0 if invoke(Remote(options.url), options.function, options.event) else 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="coslocal", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help=_UP, description=_UP)
    up.set_defaults(run=_of("up", "run"))
    up.add_argument("file", type=Path, nargs="?", metavar="FILE", help=_FILE)
    up.add_argument(
        "--port",
        type=_of("server", "port_number"),
        default=DEFAULT_PORT,
        help="0 for any free one (%(default)s)",
    )
    up.add_argument(
        "--bucket",
        type=_of("up", "bucket"),
        help=f"<name>-<appid>, the first that FILE names, or {Settings.bucket}",
    )
    up.add_argument(
        "--region", type=_of("up", "region"), help=f"that of FILE, or {Settings.region}"
    )
    up.add_argument("--stage", help="what ${opt:stage} stands for in FILE")
    up.add_argument(
        "--job-type",
        type=_of("up", "job_type"),
        action="append",
        metavar="MODULE:NAME",
        help=_JOB_TYPE,
    )
    up.add_argument(
        "--also-region",
        type=_of("up", "region"),
        action="append",
        default=[],
        metavar="REGION",
        help="serve this region of COS too; may be given again",
    )
    up.add_argument("--env-file", type=Path, metavar="FILE", help=_ENV_FILE)
    for name, run, said in (
        ("logs", _logs, "print what the functions of a running emulator have logged"),
        ("invoke", _invoke, "invoke a function of a running emulator, and print what it returns"),
    ):
        command = commands.add_parser(name, help=said, description=said)
        command.set_defaults(run=run)
        command.add_argument("--url", default=os.environ.get(URL_VARIABLE, DEFAULT_URL), help=_URL)
    logs, invoked = commands.choices["logs"], commands.choices["invoke"]
    logs.add_argument("function", nargs="?", help="of this function only")
    logs.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    invoked.add_argument("function")
    invoked.add_argument("--event", type=Path, metavar="FILE", help="its event, JSON; - reads it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
