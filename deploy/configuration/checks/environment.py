"""Checks the functions' variables: their names, their values, and their size in all.

It reads the values with the functions' own reader. Placeholders stand for the variables that the
deployment or SCF adds, and for those that aren't set yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploy.configuration.environment import SECRETS, function_environment, secrets
from deploy.configuration.service import SUBMITTERS, Service
from deploy.errors import WrongConfiguration
from shared.settings.load import load
from shared.settings.variables import DEFAULTS

MAX_BYTES = 4096

_CALLBACK_URL = "https://" + 72 * "x" + ".tencentscf.com"  # longer than any that SCF gives
_STAND_INS = {"INPUT_BUCKET": "bucket-1250000000", "CALLBACK_SECRET": 32 * "x"}
_FROM_SCF = {"TENCENTCLOUD_SECRETID": "x", "TENCENTCLOUD_SECRETKEY": "x"}
_RESERVED = ("TENCENTCLOUD_", "SCF_", "QCLOUD_")


def missing_variables(service: Service, environ: Mapping[str, str]) -> list[str]:
    """Return the variables that a deployment needs and that aren't set."""
    present = service.environment.keys() | secrets(service, environ).keys()
    return [name for name in _STAND_INS if name not in present]


def check_environment(service: Service, environ: Mapping[str, str]) -> None:
    """Refuse a variable that the functions don't read, or a value that they would refuse."""
    _check_names(service)
    for key in service.functions:
        variables = {
            **{name: _STAND_INS[name] for name in missing_variables(service, environ)},
            **function_environment(service, key, environ, _CALLBACK_URL),
        }
        from_scf = {**_FROM_SCF, "TENCENTCLOUD_REGION": service.region}
        load({**variables, **from_scf}, submits=key in SUBMITTERS)
        _check_size(key, variables)


def _check_names(service: Service) -> None:
    for name in service.environment:
        _check_name(f"provider.environment.{name}", name)
    if not set(service.secrets) <= set(SECRETS) or SECRETS[0] not in service.secrets:
        # Any other entry could be a secret itself, so the error doesn't quote it.
        raise WrongConfiguration(
            "provider.secrets", f"must hold only names; write [{', '.join(SECRETS)}]"
        )


def _check_name(where: str, name: str) -> None:
    if name in SECRETS:
        raise WrongConfiguration(
            where,
            "is a secret, which must not be written into a file; leave it out here, name it under "
            "provider.secrets and set it in .env",
        )
    if name == "CALLBACK_URL":
        raise WrongConfiguration(
            where, "is set by the deployment to the callback function's address; leave it out"
        )
    if name.startswith(_RESERVED):
        raise WrongConfiguration(where, "is a name that SCF reserves for itself; leave it out")
    if name not in DEFAULTS:
        raise WrongConfiguration(
            where, "is not a variable of the functions; .env.example has all of them"
        )


def _check_size(key: str, variables: Mapping[str, str]) -> None:
    sizes = {name: len(name.encode()) + len(value.encode()) for name, value in variables.items()}
    total = sum(sizes.values())
    if total > MAX_BYTES:
        longest = max(sizes, key=lambda name: sizes[name])
        raise WrongConfiguration(
            "provider.environment",
            f"takes {total} bytes in {key}, with the secrets and the callback's address; SCF takes "
            f"{MAX_BYTES}, so write a shorter {longest}, which takes {sizes[longest]}",
        )
