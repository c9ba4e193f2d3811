"""The session that every command with requests to the cloud begins with."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import NamedTuple

from deploy.api.client import REQUEST_SECONDS, Api, TencentApi
from deploy.configuration.environment import Access, read_access, secrets
from deploy.configuration.service import CALLBACK, FUNCTIONS, Service
from deploy.errors import NotDeployed, WrongConfiguration
from deploy.functions.model import Found
from deploy.functions.scf import Scf
from deploy.functions.triggers import rules_of
from deploy.roles.cam import Cam


class Session(NamedTuple):
    """The service, the environment with the secrets, and the clients for the cloud."""

    service: Service
    environ: Mapping[str, str]
    access: Access
    api: Api
    scf: Scf

    def account(self) -> str:
        """Return the number of the account that owns the keys.

        Raises:
            CredentialsRefused: the API doesn't know the keys.
        """
        return Cam(self.api).account()

    def found(self, *, settled: bool = True) -> dict[str, Found]:
        """Return every function of the service that SCF has, by its name in serverless.yml.

        Raises:
            NotInTime: `settled` is set, and a function stays busy.
        """
        named = {key: self._find(key, settled=settled) for key in FUNCTIONS}
        return {key: found for key, found in named.items() if found is not None}

    def existing(self, key: str) -> Found:
        """Return a function that must be there.

        Raises:
            NotDeployed: it isn't there.
        """
        found = self._find(key, settled=True)
        if found is None:
            raise NotDeployed(self.service.function_name(key))
        return found

    def _find(self, key: str, *, settled: bool) -> Found | None:
        created = rules_of(self.service, key)
        return self.scf.find(self.service.function_name(key), created, settled=settled)

    def address(self) -> str:
        """Return the address of the deployed callback function.

        Raises:
            NotDeployed: it isn't there, or has no address.
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
    """Open a session with the process's environment, or with another.

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
    """Return the name of a function after a check that serverless.yml has it.

    Raises:
        WrongConfiguration: serverless.yml doesn't have it.
    """
    if key not in service.functions:
        names = ", ".join(service.functions)
        raise WrongConfiguration("--function", f"is {key!r}; there are {names}")
    return key


def place(service: Service) -> str:
    """Name the service, its stage and its region, for a line of output."""
    return f"{service.name}, stage {service.stage}, {service.region}"


def say(line: str) -> None:
    """Print a line. Escape the characters that the terminal's encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
