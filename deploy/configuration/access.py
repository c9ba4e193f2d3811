"""Whose keys the deployment uses, and whether the cloud is the real one.

The keys are those of whoever deploys, under the official SDK's names; the functions never get
them: SCF hands each function the temporary ones of its role.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from deploy.errors import CredentialsMissing
from shared.settings.load import Credentials, local_cloud
from shared.settings.read import Environment

SECRET_ID, SECRET_KEY = "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"
TOKEN = "TENCENTCLOUD_TOKEN"  # noqa: S105 — a name, no secret


class Access(NamedTuple):
    """The region, the keys, and the stand-in on this machine, None for the real cloud."""

    region: str
    credentials: Credentials
    local_cloud: str | None


def read_access(region: str, environ: Mapping[str, str]) -> Access:
    """The access an environment gives, the process's.

    Raises:
        CredentialsMissing: there is no API key.
        ConfigurationError: LOCAL_CLOUD isn't on this machine.
    """
    for name in (SECRET_ID, SECRET_KEY):
        if not environ.get(name):
            raise CredentialsMissing(name)
    credentials = Credentials(environ[SECRET_ID], environ[SECRET_KEY], environ.get(TOKEN) or None)
    return Access(region, credentials, local_cloud(Environment(environ)))


def functions_view(access: Access) -> dict[str, str]:
    """The same keys under the names that SCF has for a function's role."""
    credentials = access.credentials
    return {
        "TENCENTCLOUD_REGION": access.region,
        "TENCENTCLOUD_SECRETID": credentials.secret_id,
        "TENCENTCLOUD_SECRETKEY": credentials.secret_key,
        "TENCENTCLOUD_SESSIONTOKEN": credentials.token or "",
        "LOCAL_CLOUD": access.local_cloud or "",
    }
