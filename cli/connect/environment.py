"""The settings of a deployment: of a file that the call names, or of the clone's `.env`.

A file that is named beats the environment, which beats the clone's `.env`. The variables have the
functions' own names. The API keys have the official SDK's, TENCENTCLOUD_SECRET_ID,
TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN, since the functions get theirs from their roles.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cli.terminal.output import printable, say
from deploy.configuration.env_file import read_env_file
from deploy.configuration.environment import API_DOMAIN, SECRET_ID, SECRET_KEY, TOKEN
from shared.errors import ConfigurationError
from shared.settings.variables import DEFAULTS

ENV_FILE = Path(__file__).parents[2] / ".env"
DEFAULT_REGION = "ap-guangzhou"  # serverless.yml's

_KEYS = {
    "TENCENTCLOUD_SECRETID": SECRET_ID,
    "TENCENTCLOUD_SECRETKEY": SECRET_KEY,
    "TENCENTCLOUD_SESSIONTOKEN": TOKEN,
}
_SECRETS = {"CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS"}
_SETTINGS = {*DEFAULTS, API_DOMAIN} - _KEYS.keys() - _SECRETS
# If a named file has one variable of a group, the group's other variables are unset, since the
# shell's could be another deployment's.
_GROUPS = (_SETTINGS, _SECRETS, {*_KEYS.values()})
OURS = sorted(_SETTINGS | _SECRETS | {*_KEYS.values()})
_PRIVATE = {*_SECRETS, SECRET_KEY, TOKEN}
_OTHERS_MODE = 0o077


class _EnvFile(NamedTuple):
    path: Path
    is_named: bool


def deployment_environment(
    env_file: Path | None,
    environ: Mapping[str, str],
    stage: str | None = None,
    *,
    needs_key: bool = True,
) -> dict[str, str]:
    """Return the environment that a function would get, with the operator's own API keys.

    It names on standard error each variable that differs between file and environment, and a file
    with secrets that others can read.

    Args:
        env_file: read instead of the clone's `.env`, and then it must be there.
        environ: this process's environment; an empty variable is an unset one.
        stage: if there is a `.env.<stage>` in the clone, that is the file, as for `sls`.
        needs_key: without it a missing API key is no error: nothing is to be asked with it.

    Raises:
        ConfigurationError: the file or an API key isn't there, `read_env_file` refuses it, or it
            is named and leaves INPUT_BUCKET to the environment.
    """
    file = _file_of(env_file, stage)
    written = {name: value for name, value in read_env_file(file.path).items() if value}
    around = {name: value for name, value in environ.items() if value}
    if file.is_named and "INPUT_BUCKET" in around.keys() - written.keys():
        name = printable(file.path.name)
        raise ConfigurationError(
            "INPUT_BUCKET", f"{name} lacks it, and the environment's can be another deployment's"
        )
    found = _over(written, around) if file.is_named else written | around
    _say_conflict(file, found, around if file.is_named else written)
    _say_readable(file.path, written)
    for name, given in _KEYS.items():
        found[name] = found.get(given, "")
        if given != TOKEN and not found[name]:
            if needs_key:
                is_apart = file.is_named and not written.keys().isdisjoint(_KEYS.values())
                where = printable(file.path.name) + ("" if is_apart else " or in the environment")
                copy = "" if file.path.exists() else " (cp .env.example .env begins one)"
                raise ConfigurationError(given, f"is missing; set the API key in {where}{copy}")
            found[name] = found[given] = "unused"
    found.setdefault("TENCENTCLOUD_REGION", DEFAULT_REGION)
    return found


def _file_of(env_file: Path | None, stage: str | None) -> _EnvFile:
    if stage is not None and not re.fullmatch("[A-Za-z0-9-]+", stage):
        raise ConfigurationError(
            "--stage", "is not a stage's name; write letters, digits and hyphens"
        )
    if env_file is not None:
        if not env_file.is_file():
            raise ConfigurationError("--env-file", f"{env_file} is not a file")
        return _EnvFile(env_file, is_named=True)
    of_stage = ENV_FILE.with_name(f"{ENV_FILE.name}.{stage}")
    if stage is not None and of_stage.is_file():
        return _EnvFile(of_stage, is_named=True)
    return _EnvFile(ENV_FILE, is_named=False)


def _over(written: Mapping[str, str], around: Mapping[str, str]) -> dict[str, str]:
    """Return what a named file says, and the environment's groups that the file leaves out."""
    closed = set().union(*(group for group in _GROUPS if not group.isdisjoint(written)))
    left = {name: value for name, value in around.items() if name not in closed}
    return {**left, **written}


def _say_conflict(file: _EnvFile, found: Mapping[str, str], beaten: Mapping[str, str]) -> None:
    counting = {**DEFAULTS, **found}
    names = [name for name in OURS if beaten.get(name) not in {None, counting.get(name)}]
    if not names:
        return
    counts, other = printable(file.path.name), "the environment"
    if not file.is_named:
        counts, other = other, counts
    say(f"card-ocr: {counts} counts, and {other} has another {', '.join(names)}")


def _say_readable(path: Path, written: Mapping[str, str]) -> None:
    if _PRIVATE.intersection(written) and path.stat().st_mode & _OTHERS_MODE:
        shown = printable(shlex.quote(str(path)))
        say(f"card-ocr: others on this machine can read the secrets: chmod 600 {shown}")
