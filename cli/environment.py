"""The settings of a deployment: the file `.env` of the clone, and the environment over it.

They have the functions' own names. The API keys have the official SDK's, TENCENTCLOUD_SECRET_ID,
TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN, since the functions get theirs from their roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploy.configuration.env_file import read_env_file
from shared.errors import ConfigurationError

ENV_FILE = Path(__file__).parents[1] / ".env"
DEFAULT_REGION = "ap-guangzhou"  # serverless.yml's

_KEYS = {
    "TENCENTCLOUD_SECRETID": "TENCENTCLOUD_SECRET_ID",
    "TENCENTCLOUD_SECRETKEY": "TENCENTCLOUD_SECRET_KEY",
    "TENCENTCLOUD_SESSIONTOKEN": "TENCENTCLOUD_TOKEN",
}


def deployment_environment(env_file: Path | None, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment a function of this deployment would get, with the operator's own API keys.

    Args:
        env_file: read instead of the clone's `.env`, and then it must be there.
        environ: this process's environment; an empty variable is an unset one.

    Raises:
        ConfigurationError: the file or an API key isn't there, or `read_env_file` refuses it.
    """
    if env_file is not None and not env_file.is_file():
        raise ConfigurationError("--env-file", f"{env_file} is no file")
    written = read_env_file(env_file or ENV_FILE)
    found = {name: value for name, value in written.items() if value}
    found |= {name: value for name, value in environ.items() if value}
    for name, given in _KEYS.items():
        found[name] = found.get(given, "")
    for given in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"):
        if not found.get(given):
            raise ConfigurationError(
                given, "is missing; set the API key in .env or in the environment"
            )
    found.setdefault("TENCENTCLOUD_REGION", DEFAULT_REGION)
    return found
