"""What every command that speaks to the cloud begins with."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import NamedTuple

from deploy.api.client import REQUEST_SECONDS, Api, TencentApi
from deploy.configuration.access import Access, read_access
from deploy.configuration.environment import secrets
from deploy.configuration.service import CALLBACK, FUNCTIONS, Service
from deploy.errors import NotDeployed, WrongConfiguration
from deploy.functions.model import Found
from deploy.functions.scf import Scf
from deploy.functions.triggers import rules_of
from deploy.roles.cam import Cam


class Session(NamedTuple):
    """The service, the environment with the secrets, and the way to the cloud."""

    service: Service
    environ: Mapping[str, str]
    access: Access
    api: Api
    scf: Scf

    def account(self) -> str:
        """The number of the account that the keys are of.

        Raises:
            CredentialsRefused: the API doesn't know them.
        """
        return Cam(self.api).account()

    def found(self, *, settled: bool = True) -> dict[str, Found]:
        """Every function of the service that SCF has, by name in serverless.yml.

        Raises:
            NotInTime: `settled`, and one stays busy.
        """
        named = {key: self._find(key, settled=settled) for key in FUNCTIONS}
        return {key: found for key, found in named.items() if found is not None}

    def existing(self, key: str) -> Found:
        """A function that must be there.

        Raises:
            NotDeployed: it isn't.
        """
        found = self._find(key, settled=True)
        if found is None:
            raise NotDeployed(self.service.function_name(key))
        return found

    def _find(self, key: str, *, settled: bool) -> Found | None:
        created = rules_of(self.service, key)
        return self.scf.find(self.service.function_name(key), created, settled=settled)

    def address(self) -> str:
        """The address of the deployed callback function.

        Raises:
            NotDeployed: it has none, or isn't there.
        """
        callback = self.existing(CALLBACK)
        if callback.url is None:
            raise NotDeployed(f"the Function URL of {callback.name}")
        return callback.url


def open_session(
    service: Service,
    environ: Mapping[str, str] | None = None,
    *,
    seconds: float = REQUEST_SECONDS,
) -> Session:
    """A session with the process's environment, or another.

    Raises:
        CredentialsMissing: there is no API key.
        ConfigurationError: LOCAL_CLOUD isn't on this machine.
    """
    environ = os.environ if environ is None else environ
    access = read_access(service.region, environ)
    hidden = secrets(service, environ).values()
    api = TencentApi(access, secrets=list(hidden), seconds=seconds)
    return Session(service, environ, access, api, Scf(api, time))


def known(service: Service, key: str) -> str:
    """The name of a function, if serverless.yml has it.

    Raises:
        WrongConfiguration: it doesn't.
    """
    if key not in service.functions:
        names = ", ".join(service.functions)
        raise WrongConfiguration("--function", f"is {key!r}; there are {names}")
    return key


def place(service: Service) -> str:
    """Which functions a command is about, and where they are."""
    return f"{service.name}, stage {service.stage}, {service.region}"


def say(line: str) -> None:
    """Show a line to whoever runs the command; what can't be shown is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
