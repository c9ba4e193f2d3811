"""The API key that the deployment uses, and the environment of a deployed function.

The key is the deployer's, in variables with the official SDK's names. The functions never get it:
SCF gives each function temporary keys of its role. They get serverless.yml's variables, the secrets
and the callback's address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from deploy.configuration.service import SUBMITTERS, Service
from deploy.errors import CredentialsMissing, WrongConfiguration
from shared.settings.load import Credentials, Environment, Settings, local_cloud

SECRET_ID, SECRET_KEY = "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"
TOKEN = "TENCENTCLOUD_TOKEN"  # noqa: S105 — a name, no secret
API_DOMAIN = "TENCENTCLOUD_API_DOMAIN"
DEFAULT_DOMAIN = "tencentcloudapi.com"


class Access(NamedTuple):
    """The region, the keys, and the stand-in's address on this machine; None for the real cloud.

    `api_domain` is the end of the API's host names, behind the service's name.
    """

    region: str
    credentials: Credentials
    local_cloud: str | None
    api_domain: str = DEFAULT_DOMAIN


def read_access(region: str, environ: Mapping[str, str]) -> Access:
    """Return the access that an environment gives.

    Raises:
        CredentialsMissing: there is no API key.
        ConfigurationError: LOCAL_CLOUD isn't on this machine.
        WrongConfiguration: TENCENTCLOUD_API_DOMAIN isn't one of Tencent's.
    """
    for name in (SECRET_ID, SECRET_KEY):
        if not environ.get(name):
            raise CredentialsMissing(
                f"{name} is missing: write the API key into .env or the environment"
            )
    credentials = Credentials(environ[SECRET_ID], environ[SECRET_KEY], environ.get(TOKEN) or None)
    return Access(region, credentials, local_cloud(Environment(environ)), api_domain(environ))


def access_of(settings: Settings, environ: Mapping[str, str]) -> Access:
    """Return the access of settings that an environment gave; raises as `api_domain` does."""
    return Access(settings.region, settings.credentials, settings.local_cloud, api_domain(environ))


def api_domain(environ: Mapping[str, str]) -> str:
    """Return the domain of the API. tencentcloud.com and the finance regions have others.

    Raises:
        WrongConfiguration: the domain isn't one of Tencent's, so the keys must not be sent there.
    """
    domain = environ.get(API_DOMAIN) or DEFAULT_DOMAIN
    if domain != DEFAULT_DOMAIN and not re.fullmatch(
        rf"[a-z0-9-]+\.{re.escape(DEFAULT_DOMAIN)}", domain
    ):
        raise WrongConfiguration(
            API_DOMAIN,
            f"is {domain!r}; write {DEFAULT_DOMAIN}, intl.{DEFAULT_DOMAIN} (an account of "
            f"tencentcloud.com) or <region>.{DEFAULT_DOMAIN} (a finance region)",
        )
    return domain


def functions_view(access: Access) -> dict[str, str]:
    """Return the same keys in the variables that SCF sets for a function's role."""
    credentials = access.credentials
    return {
        "TENCENTCLOUD_REGION": access.region,
        "TENCENTCLOUD_SECRETID": credentials.secret_id,
        "TENCENTCLOUD_SECRETKEY": credentials.secret_key,
        "TENCENTCLOUD_SESSIONTOKEN": credentials.token or "",
        "LOCAL_CLOUD": access.local_cloud or "",
    }


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
