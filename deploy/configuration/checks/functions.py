"""Checks the functions' names and numbers against SCF's limits and the code's needs.

Source: SCF's quotas (583/11637) and its API pages CreateFunction (583/18586),
UpdateFunctionEventInvokeConfig (583/78051) and PutReservedConcurrencyConfig (583/39224).
"""

from __future__ import annotations

import re

from deploy.configuration.environment import calls_back
from deploy.configuration.service import CALLBACK, FUNCTIONS, Function, Service
from deploy.errors import WrongConfiguration
from shared.cloud import CONNECT_SECONDS, READ_SECONDS

RUNTIME = "Python3.10"
MAX_NAME = 60
MAX_MEMORY = 3072
MAX_SECONDS = 900
MAX_RETRIES = 2
MIN_EVENT_AGE, MAX_EVENT_AGE = 60, 21_600
# A region's smallest quota is 64,000 MB. SCF keeps 12,800 MB of it for functions without a share.
MAX_RESERVED = 64_000 - 12_800

# A request without an answer, and its repetition, must end within the function's time-out.
_REQUEST_SECONDS = 2 * (CONNECT_SECONDS + READ_SECONDS)
MIN_SECONDS = {"submit": _REQUEST_SECONDS, "callback": _REQUEST_SECONDS, "sweep": 270}


def check_functions(service: Service) -> None:
    """Refuse what SCF wouldn't create, and a time-out that is too short for the code."""
    _check_names(service)
    if service.runtime != RUNTIME:
        _refuse(
            "provider.runtime",
            f"is {service.runtime!r}; write {RUNTIME}, which the functions are built for",
        )
    for key, function in service.functions.items():
        _check_size(f"functions.{key}", function)
        _check_invocation(f"functions.{key}", function)
    _check_roles(service)
    _check_reserved(service)


def _check_roles(service: Service) -> None:
    """Refuse a role that two functions share, since a role allows only what one function needs."""
    taken: dict[str, str] = {}
    for key, function in service.functions.items():
        other = taken.setdefault(function.role, key)
        if other != key:
            _refuse(
                f"functions.{key}.role",
                f"is {function.role!r}, which is {other}'s; write a role of its own, since a role "
                "allows only what its function needs",
            )


def _check_names(service: Service) -> None:
    if not re.fullmatch("[A-Za-z][A-Za-z0-9-]*", service.name):
        _refuse("service", f"is {service.name!r}; write letters, digits and hyphens")
    if not re.fullmatch("[A-Za-z0-9-]+", service.stage):
        _refuse("stage", f"is {service.stage!r}; write letters, digits and hyphens")
    for key in service.functions:
        if key not in FUNCTIONS:
            _refuse(f"functions.{key}", f"has no code; there can be {', '.join(FUNCTIONS)}")
    for key in FUNCTIONS:
        if key not in service.functions and (key != CALLBACK or calls_back(service)):
            _refuse(f"functions.{key}", "is missing; write it, since the others need it")
        name = service.function_name(key)
        if len(name) > MAX_NAME:
            _refuse(
                f"functions.{key}",
                f"would be named {name}, {len(name)} characters; SCF takes {MAX_NAME}, so write a "
                "shorter service or stage",
            )


def _check_size(where: str, function: Function) -> None:
    memory = function.memory_size
    if memory != 64 and (memory % 128 or not 128 <= memory <= MAX_MEMORY):  # noqa: PLR2004
        _refuse(
            f"{where}.memorySize",
            f"is {memory}; write 64, 128 or another multiple of 128 up to {MAX_MEMORY}",
        )
    least = MIN_SECONDS[function.key]
    if not least <= function.timeout <= MAX_SECONDS:
        _refuse(
            f"{where}.timeout",
            f"is {function.timeout}; write {least}, which the function needs, "
            f"or more, up to SCF's {MAX_SECONDS}",
        )
    if not re.fullmatch(r"[A-Za-z0-9+=,.@_-]{1,128}", function.role):
        _refuse(
            f"{where}.role",
            f"is {function.role!r}; write only the role's name, for example "
            f"card-ocr-prod-{function.key}",
        )


def _check_invocation(where: str, function: Function) -> None:
    if not 0 <= function.retries <= MAX_RETRIES:
        _refuse(f"{where}.retries", f"is {function.retries}; write 0 to {MAX_RETRIES}")
    if not MIN_EVENT_AGE <= function.event_age <= MAX_EVENT_AGE:
        _refuse(
            f"{where}.eventAge",
            f"is {function.event_age}; write {MIN_EVENT_AGE} to {MAX_EVENT_AGE} seconds",
        )
    if function.concurrency is not None and function.concurrency < 1:
        _refuse(
            f"{where}.concurrency",
            f"is {function.concurrency}; write 1 or more, or leave it out for no ceiling",
        )


def _check_reserved(service: Service) -> None:
    """Check the ceilings together: SCF reserves each one, in MB, out of the region's memory."""
    reserved = {
        key: function.concurrency * function.memory_size
        for key, function in service.functions.items()
        if function.concurrency is not None
    }
    if sum(reserved.values()) > MAX_RESERVED:
        largest = max(reserved, key=lambda key: reserved[key])
        _refuse(
            f"functions.{largest}.concurrency",
            f"takes {sum(reserved.values())} MB of the region's memory; instances times memorySize "
            f"must stay within {MAX_RESERVED} MB, so write less",
        )


def _refuse(where: str, problem: str) -> None:
    raise WrongConfiguration(where, problem)
