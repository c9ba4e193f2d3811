"""Functions as they are wanted and as SCF has them, in one form that can be compared.

The wanted functions are made from serverless.yml and the zips.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from deploy.configuration.environment import function_environment
from deploy.configuration.service import Service
from deploy.errors import BundleFailed
from deploy.functions.triggers import FoundTrigger, Rule, address_of, rules_of


class Configuration(NamedTuple):
    """What UpdateFunctionConfiguration can change; `memory_size` in MB, `timeout` in seconds.

    `logs` is the CLS set and topic; None in a wanted function means that SCF chooses them.
    `dead_letter_queue` is the queue's type and name; both are empty if there is none.
    """

    memory_size: int
    timeout: int
    role: str
    logs: tuple[str, str] | None
    dead_letter_queue: tuple[str, str]
    environment: Mapping[str, str]

    def __repr__(self) -> str:
        """Show no value, since the environment holds the secrets."""
        return "Configuration(…)"


class Asynchronous(NamedTuple):
    """How often SCF repeats an event, and for how many seconds it keeps the event."""

    retries: int
    event_age: int


class Wanted(NamedTuple):
    """A function of serverless.yml. `concurrency` is in MB of memory; None means no ceiling."""

    key: str
    name: str
    runtime: str
    code: bytes
    code_sha256: str
    configuration: Configuration
    asynchronous: Asynchronous
    concurrency: int | None
    tags: Mapping[str, str]
    rules: tuple[Rule, ...]

    def __repr__(self) -> str:
        """Show only the name."""
        return f"Wanted({self.name})"


class Found(NamedTuple):
    """A function that SCF has. `code_sha256` is None if somebody else made the function."""

    name: str
    status: str
    reason: str
    runtime: str
    modified: str
    code_sha256: str | None
    configuration: Configuration
    asynchronous: Asynchronous | None
    concurrency: int | None
    tags: Mapping[str, str]
    triggers: tuple[FoundTrigger, ...]

    @property
    def ours(self) -> bool:
        """Return whether this service made the function."""
        return self.code_sha256 is not None

    @property
    def failed(self) -> bool:
        """Return whether the function's last change failed in SCF."""
        return self.status.endswith("Failed")

    @property
    def url(self) -> str | None:
        """Return the function's public address, None if it has none."""
        return address_of(self.triggers)


def changed_variables(found: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Return only the names of the variables that differ, since some values are secrets."""
    names = sorted(found.keys() | wanted.keys())
    return tuple(name for name in names if found.get(name) != wanted.get(name))


MAX_ZIP_MEGABYTES = 7  # as base64 it fits into the 10 MB that a request may have
_MEGABYTE = 1024 * 1024


def wanted_function(
    service: Service, key: str, environ: Mapping[str, str], callback_url: str | None
) -> Wanted:
    """Return a function of the service, with the code that was packaged for it.

    Args:
        service: what serverless.yml says.
        key: the function's name there.
        environ: the process's environment, which holds the secrets.
        callback_url: see `function_environment`.

    Raises:
        BundleFailed: there is no zip for it, or SCF wouldn't take the zip.
    """
    function, code = service.functions[key], _code(service, key)
    concurrency, queue = function.concurrency, function.dead_letter_queue
    return Wanted(
        key=key,
        name=service.function_name(key),
        runtime=service.runtime,
        code=code,
        code_sha256=hashlib.sha256(code).hexdigest(),
        configuration=Configuration(
            memory_size=function.memory_size,
            timeout=function.timeout,
            role=function.role,
            logs=(service.logs.logset, service.logs.topic) if service.logs else None,
            dead_letter_queue=(queue.type, queue.name) if queue else ("", ""),
            environment=function_environment(service, key, environ, callback_url),
        ),
        asynchronous=Asynchronous(function.retries, function.event_age),
        concurrency=None if concurrency is None else concurrency * function.memory_size,
        tags=service.tags,
        rules=tuple(rules_of(service, key)),
    )


def _code(service: Service, key: str) -> bytes:
    path = service.zip_path(key)
    try:
        code = path.read_bytes()
    except OSError:
        raise BundleFailed(f"{path} is missing: run `sls package` first") from None
    if len(code) > MAX_ZIP_MEGABYTES * _MEGABYTE:
        megabytes = len(code) / _MEGABYTE
        raise BundleFailed(
            f"{path} has {megabytes:.1f} MB, but a request carries at most {MAX_ZIP_MEGABYTES} MB"
        )
    return code
