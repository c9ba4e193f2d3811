"""The environment of a deployed function: what serverless.yml says, the secrets, the callback."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.configuration.access import SECRET_ID, SECRET_KEY, TOKEN
from deploy.configuration.service import SUBMITTERS, Service

SECRETS = ("CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS")
NOT_INHERITED = {*SECRETS, SECRET_ID, SECRET_KEY, TOKEN}  # deploy/plugin/hand-over.js has them too


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment for others' programs: pip runs code of the packages that it builds."""
    return {name: value for name, value in environ.items() if name not in NOT_INHERITED}


def secrets(service: Service, environ: Mapping[str, str]) -> dict[str, str]:
    """The values of the service's secrets that are set in an environment, the process's."""
    return {name: environ[name] for name in service.secrets if environ.get(name)}


def calls_back(service: Service) -> bool:
    """Whether CI is to call the callback function; else that one may be left out."""
    return service.environment.get("CALLBACK_TYPE", "URL") == "URL"


def wants_callback_url(service: Service, key: str) -> bool:
    """Whether a function is told the callback's address: one that sends jobs, for CI to call."""
    return key in SUBMITTERS and calls_back(service)


def function_environment(
    service: Service, key: str, environ: Mapping[str, str], callback_url: str | None
) -> dict[str, str]:
    """Every variable a function is deployed with, in alphabetical order.

    Args:
        service: what serverless.yml says.
        key: the function's name there.
        environ: the process's environment, which holds the secrets.
        callback_url: the address of the callback function, None while it has none.
    """
    variables = {**service.environment, **secrets(service, environ)}
    if callback_url is not None and wants_callback_url(service, key):
        variables["CALLBACK_URL"] = callback_url
    return dict(sorted(variables.items()))
