"""What SCF takes: the values of a function's configuration (583/18586, 583/11637, 583/30228)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.tencent_api.errors import ApiError

RUNTIMES = {"Python2.7", "Python3.6", "Python3.7", "Python3.9", "Python3.10"}
MAX_ENVIRONMENT_BYTES = 4096
MAX_TIMEOUT_SECONDS = 900
MAX_DESCRIPTION = 1000
MAX_ZIP_BYTES = 50 * 1024 * 1024
MAX_RETRIES = 2
MAX_EVENT_AGE_SECONDS = 21_600

_NAME = re.compile("[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]")
_HANDLER = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\.[A-Za-z][A-Za-z0-9_-]*")
_VARIABLE = re.compile("[A-Za-z][A-Za-z0-9_]*")
_DESCRIPTION = re.compile("[A-Za-z0-9 ,.\n\u4e00-\u9fff]*")
_RESERVED = ("SCF_", "QCLOUD_", "TENCENTCLOUD_")
_CRON_FIELDS = 7


def check_configuration(configuration: dict[str, Any]) -> None:
    """Check what CreateFunction and UpdateFunctionConfiguration have in common.

    Raises:
        ApiError: InvalidParameterValue, its kinds and LimitExceeded.Timeout.
    """
    checks: Mapping[str, Callable[[Any], object]] = {
        "FunctionName": _NAME.fullmatch,
        "Handler": _HANDLER.fullmatch,
        "Runtime": lambda value: value in RUNTIMES,
        "MemorySize": lambda value: value == 64 or (value % 128 == 0 and 128 <= value <= 3072),
        "Timeout": lambda value: 1 <= value <= MAX_TIMEOUT_SECONDS,
        "Description": lambda value: (
            len(value) <= MAX_DESCRIPTION and _DESCRIPTION.fullmatch(value)
        ),
    }
    for name, holds in checks.items():
        if configuration.get(name) is not None and not holds(configuration[name]):
            kind = "LimitExceeded" if name == "Timeout" else "InvalidParameterValue"
            raise ApiError(f"{kind}.{name}", f"The value of {name} is wrong.")
    queue = configuration.get("DeadLetterConfig")
    if queue is not None and queue.get("Type") not in _queue_types(configuration):
        raise ApiError("InvalidParameterValue", "The Type of DeadLetterConfig is wrong.")
    if configuration.get("Environment") is not None:
        _check_environment(configuration["Environment"].get("Variables") or [])


def _queue_types(configuration: dict[str, Any]) -> set[str]:
    """An existing function's queue can be taken away; a new function has none to begin with."""
    return {"CMQ-QUEUE", "CMQ-TOPIC"} | ({""} if "Code" not in configuration else set())


def check_cron(cron: str) -> None:
    """A timer's expression has seven fields.

    Raises:
        ApiError: InvalidParameterValue.TriggerDesc.
    """
    if len(cron.split()) != _CRON_FIELDS:
        raise ApiError("InvalidParameterValue.TriggerDesc", "The cron expression is wrong.")


def _check_environment(variables: list[dict[str, str]]) -> None:
    for variable in variables:
        key, value = variable.get("Key", ""), variable.get("Value", "")
        if key.startswith(_RESERVED):
            raise ApiError(
                "InvalidParameterValue.EnvironmentSystemProtect", f"{key} is the system's."
            )
        if not _VARIABLE.fullmatch(key) or not value:
            raise ApiError("InvalidParameterValue.Environment", f"{key} has a wrong name or value.")
    size = sum(len(text.encode()) for variable in variables for text in variable.values())
    if size > MAX_ENVIRONMENT_BYTES:
        raise ApiError("InvalidParameterValue.EnvironmentExceededLimit", "It exceeds 4 KB.")
