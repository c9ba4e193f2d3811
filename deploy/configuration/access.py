"""The API key that the deployment uses, and whether the cloud is the real one.

The key is the deployer's, in variables with the official SDK's names. The functions never get it:
SCF gives each function temporary keys of its role.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

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
