"""Refuses what can't be deployed, before anything is packaged, and says what to write instead.

The rest of configuration imports nothing of this package.

functions    names, memory, time-outs, retries
triggers     which triggers each function takes, and with which values; SCF's cron
environment  the variables, read as the functions read them, and their size

The file with the variables is checked first, since a typo there would explain other errors.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploy.configuration.checks.environment import check_environment, missing_variables
from deploy.configuration.checks.functions import check_functions
from deploy.configuration.checks.triggers import check_triggers
from deploy.configuration.env_file import read_env_file
from deploy.configuration.service import Service
from deploy.errors import WrongConfiguration

__all__ = ["check", "check_complete", "missing_variables"]


def check(service: Service, environ: Mapping[str, str]) -> None:
    """Refuse a wrong value. A variable that isn't set yet is allowed: packaging needs none.

    Args:
        service: what serverless.yml says.
        environ: the process's environment, which holds the secrets.

    Raises:
        WrongConfiguration: names the first value that is wrong.
        ConfigurationError: names the first variable of the functions that is wrong.
    """
    if service.settings_path is not None:
        read_env_file(service.settings_path)
    check_functions(service)
    check_environment(service, environ)
    check_triggers(service)


def check_complete(service: Service, environ: Mapping[str, str]) -> None:
    """Check the same for a deployment, which also needs every required variable.

    Raises:
        WrongConfiguration: as for `check`, or a variable that is required isn't set.
        ConfigurationError: as for `check`.
    """
    for name in missing_variables(service, environ):
        raise WrongConfiguration(name, "is missing; set it in .env, as .env.example shows")
    check(service, environ)
