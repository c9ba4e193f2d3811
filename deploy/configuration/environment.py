"""The environment of a deployed function: serverless.yml's variables, secrets, the callback URL."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.configuration.access import SECRET_ID, SECRET_KEY, TOKEN
from deploy.configuration.service import SUBMITTERS, Service

SECRETS = ("CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS")
NOT_INHERITED = {*SECRETS, SECRET_ID, SECRET_KEY, TOKEN}  # deploy/plugin/hand-over.js has them too


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for other programs, since pip runs code of the packages it builds."""
    return {name: value for name, value in environ.items() if name not in NOT_INHERITED}


def secrets(service: Service, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the service's secrets that an environment has, by their names."""
    return {name: environ[name] for name in service.secrets if environ.get(name)}


def calls_back(service: Service) -> bool:
    """Return whether CI must call the callback function. If not, the function may be left out."""
    return service.environment.get("CALLBACK_TYPE", "URL") == "URL"


def wants_callback_url(service: Service, key: str) -> bool:
    """Return whether a function needs the callback's address, because it sends jobs with it."""
    return key in SUBMITTERS and calls_back(service)


def function_environment(
    service: Service, key: str, environ: Mapping[str, str], callback_url: str | None
) -> dict[str, str]:
    """Return every variable that a function is deployed with, in alphabetical order.

    Args:
        service: what serverless.yml says.
        key: the function's name there.
        environ: the process's environment, which holds the secrets.
        callback_url: the address of the callback function; None as long as it has none.
    """
    variables = {**service.environment, **secrets(service, environ)}
    if callback_url is not None and wants_callback_url(service, key):
        variables["CALLBACK_URL"] = callback_url
    return dict(sorted(variables.items()))
