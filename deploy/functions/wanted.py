"""Makes the wanted functions from serverless.yml and the zips."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from deploy.configuration.environment import function_environment
from deploy.configuration.service import Function, Service
from deploy.errors import PackageMissing, PackageTooLarge
from deploy.functions.model import Asynchronous, Configuration, Wanted
from deploy.functions.triggers import rules_of

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
        PackageMissing: there is no zip for it.
        PackageTooLarge: SCF wouldn't take the zip.
    """
    function, code = service.functions[key], _code(service, key)
    concurrency = function.concurrency
    return Wanted(
        key=key,
        name=service.function_name(key),
        runtime=service.runtime,
        code=code,
        code_sha256=hashlib.sha256(code).hexdigest(),
        configuration=_configuration(
            service, function, function_environment(service, key, environ, callback_url)
        ),
        asynchronous=Asynchronous(function.retries, function.event_age),
        concurrency=None if concurrency is None else concurrency * function.memory_size,
        tags=service.tags,
        rules=tuple(rules_of(service, key)),
    )


def _configuration(
    service: Service, function: Function, environment: Mapping[str, str]
) -> Configuration:
    queue = function.dead_letter_queue
    return Configuration(
        memory_size=function.memory_size,
        timeout=function.timeout,
        role=function.role,
        logs=(service.logs.logset, service.logs.topic) if service.logs else None,
        dead_letter_queue=(queue.type, queue.name) if queue else ("", ""),
        environment=environment,
    )


def _code(service: Service, key: str) -> bytes:
    path = service.zip_path(key)
    try:
        code = path.read_bytes()
    except OSError:
        raise PackageMissing(str(path)) from None
    if len(code) > MAX_ZIP_MEGABYTES * _MEGABYTE:
        raise PackageTooLarge(str(path), len(code) / _MEGABYTE, MAX_ZIP_MEGABYTES)
    return code
