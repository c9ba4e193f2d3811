"""The command `coslocal`: an emulator, kept running until Ctrl-C."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import requests

from coslocal.ci.recognition import Recogniser
from coslocal.cos.hosts import appid_of
from coslocal.emulator import Emulator
from coslocal.server import (
    EnvFileUnavailable,
    PortUnavailable,
    env_file,
    port_number,
    served,
    stopped_by_signal,
)
from coslocal.settings import Settings

DEFAULT_PORT: Final = 8970

_RECOGNISER: Final = "what makes the recogniser of CI's jobs; without it they recognise nothing"
_ENV_FILE: Final = (
    "write the variables there too, and delete the file at the end; an existing file is replaced "
    "only if it begins with COSLOCAL_URL="
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal ends it; returns the exit status."""
    options = _parser().parse_args(arguments)
    stopped = stopped_by_signal()

    def make(url: str, session: requests.Session) -> Emulator:
        settings = Settings(
            bucket=options.bucket, region=options.region, regions=options.also_region, url=url
        )
        return Emulator(settings, options.recogniser, session=session)

    try:
        with ExitStack() as stack:
            emulator = stack.enter_context(served(make, options.port))
            variables = _variables(emulator)
            if options.env_file is not None:
                stack.enter_context(env_file(options.env_file, variables))
            for name, value in variables.items():
                _say(f"{name}={value}")
            _say(f"ready: {emulator.settings.url}")
            stopped.wait()
    except PortUnavailable as error:
        sys.stderr.write(f"coslocal: {error}; choose another port with --port\n")
        return 2
    except EnvFileUnavailable as error:
        sys.stderr.write(f"coslocal: --env-file: {error}; name another\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coslocal", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser(
        "up", help="serve COS and CI until Ctrl-C; nothing is kept", description=__doc__
    )
    up.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, help="0 for any free one (%(default)s)"
    )
    up.add_argument(
        "--bucket", type=_bucket, default=Settings.bucket, help="<name>-<appid> (%(default)s)"
    )
    up.add_argument("--region", type=_region, default=Settings.region, help="(%(default)s)")
    up.add_argument(
        "--also-region",
        type=_region,
        action="append",
        default=[],
        metavar="REGION",
        help="serve this region of COS too; may be given again",
    )
    up.add_argument("--recogniser", type=_recogniser, metavar="MODULE:NAME", help=_RECOGNISER)
    up.add_argument("--env-file", type=Path, metavar="FILE", help=_ENV_FILE)
    return parser


def _bucket(name: str) -> str:
    try:
        appid_of(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name


def _region(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise argparse.ArgumentTypeError(
            f"a region is named in lower case, digits and hyphens, as ap-guangzhou, not {name!r}"
        )
    return name


def _recogniser(text: str) -> Recogniser:
    module, _, name = text.partition(":")
    sys.path.insert(0, os.curdir)
    try:
        make = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text} can't be imported: {error}") from error
    if not callable(make):
        raise argparse.ArgumentTypeError(
            f"{text} can't be called: name a class or a function that makes a recogniser"
        )
    try:
        recogniser: Recogniser = make()
    except Exception as error:  # whatever the caller's own code raises
        raise argparse.ArgumentTypeError(
            f"{text}() raised {type(error).__name__}: {error}; it is called without arguments"
        ) from error
    if not callable(getattr(recogniser, "recognise", None)):
        raise argparse.ArgumentTypeError(
            f"{text}() makes a {type(recogniser).__name__}, which has no method recognise: "
            "name what makes a recogniser"
        )
    return recogniser


def _variables(emulator: Emulator) -> dict[str, str]:
    return {
        "COSLOCAL_URL": emulator.settings.url,
        "COSLOCAL_BUCKET": emulator.settings.bucket,
        "TENCENTCLOUD_REGION": emulator.settings.region,
        "TENCENTCLOUD_SECRET_ID": emulator.uploader.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator.uploader.secret_key,
    }


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
