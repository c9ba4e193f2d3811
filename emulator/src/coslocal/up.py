"""`coslocal up`: the emulator, kept running until Ctrl-C."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from contextlib import ExitStack
from dataclasses import replace

import requests

from coslocal.ci.job_types import JobType
from coslocal.console import Unanswered
from coslocal.cos.hosts import appid_of
from coslocal.emulator import FUNCTION_PATH, Emulator
from coslocal.functions import LogLine
from coslocal.project import Project, read_project
from coslocal.project_yaml import ProjectUnreadable
from coslocal.server import EnvFileUnavailable, PortUnavailable, env_file, served, stopped_by_signal
from coslocal.settings import Settings, Url


def run(options: argparse.Namespace) -> int:
    """Run until a signal ends it; returns the exit status.

    Raises:
        Unanswered: It can't be set up so; the message says why.
    """
    try:
        return _run(options)
    except PortUnavailable as error:
        raise Unanswered(f"{error}; choose another port with --port") from error
    except EnvFileUnavailable as error:
        raise Unanswered(f"--env-file: {error}; name another") from error
    except ProjectUnreadable as error:
        raise Unanswered(str(error)) from error


def _run(options: argparse.Namespace) -> int:
    project: Project | None = None
    if options.file is not None:
        project = read_project(options.file, stage=options.stage, region=options.region)
    stopped = stopped_by_signal()

    def make(url: str, session: requests.Session) -> Emulator:
        settings = Settings(
            bucket=options.bucket or Settings.bucket,
            region=options.region or Settings.region,
            url=url,
        )
        if project is not None:
            settings = project.settings(url, options.bucket)
        settings = replace(settings, regions=tuple(options.also_region))
        return Emulator(settings, options.job_type or (), session=session)

    with ExitStack() as stack:
        emulator = stack.enter_context(served(make, options.port))
        emulator.on_log = _show
        variables = _variables(emulator)
        if options.env_file is not None:
            stack.enter_context(env_file(options.env_file, variables))
        for line in _deployed(emulator, project):
            _say(line)
        for name, value in variables.items():
            _say(f"{name}={value}")
        _say(f"ready: {emulator.settings.url}")
        stopped.wait()
    return 0


def bucket(name: str) -> str:
    """Read a bucket's name from the command line."""
    try:
        appid_of(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name


def region(name: str) -> str:
    """Read a region's name from the command line."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise argparse.ArgumentTypeError(
            f"a region is named in lower case, digits and hyphens, as ap-guangzhou, not {name!r}"
        )
    return name


def job_type(text: str) -> JobType:
    """Import a job type that is named MODULE:NAME, or make it with what is."""
    module, _, name = text.partition(":")
    sys.path.insert(0, os.curdir)
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text} can't be imported: {error}") from error
    if not isinstance(found, JobType) and callable(found):
        try:
            found = found()
        except Exception as error:  # whatever the caller's own code raises
            raise argparse.ArgumentTypeError(
                f"{text}() raised {type(error).__name__}: {error}; it is called without arguments"
            ) from error
    if not isinstance(found, JobType):
        raise argparse.ArgumentTypeError(
            f"{text} is a {type(found).__name__}: name a JobType, or what makes one"
        )
    return found


def _deployed(emulator: Emulator, project: Project | None) -> list[str]:
    """Return a line for each function, and one for each event that is left out."""
    lines = []
    for one in emulator.settings.functions:
        kinds = [type(trigger).__name__.lower() for trigger in one.triggers]
        url = f" {emulator.settings.url}{FUNCTION_PATH}{one.name}"
        has_url = any(isinstance(trigger, Url) for trigger in one.triggers)
        lines.append(
            f"function: {one.name} ({', '.join(kinds) or 'no events'}){url if has_url else ''}"
        )
    return [*lines, *(f"left out: {one}" for one in (project.left_out if project else ()))]


def _variables(emulator: Emulator) -> dict[str, str]:
    return {
        "COSLOCAL_URL": emulator.settings.url,
        "COSLOCAL_BUCKET": emulator.settings.bucket,
        "TENCENTCLOUD_REGION": emulator.settings.region,
        "TENCENTCLOUD_SECRET_ID": emulator.uploader.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator.uploader.secret_key,
    }


def _show(line: LogLine) -> None:
    _say(f"{line.function} | {line.text}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
