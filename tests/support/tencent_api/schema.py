"""What an action's request may hold: the official SDK's request models are the schema.

The models don't check anything themselves. Names and types stand in the docstring of each model's
constructor, `:type Timeout: int`, which their generator writes for every field.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from types import ModuleType
from typing import NamedTuple

from tencentcloud.cam.v20190116 import models as cam_models
from tencentcloud.scf.v20180416 import models as scf_models
from tencentcloud.sts.v20180813 import models as sts_models

from tests.support.tencent_api.errors import ApiError


class Service(NamedTuple):
    """A service's version, as X-TC-Version has it, and the SDK's models of it."""

    version: str
    models: ModuleType


SERVICES = {
    "scf": Service("2018-04-16", scf_models),
    "cam": Service("2019-01-16", cam_models),
    "sts": Service("2018-08-13", sts_models),
}

REQUIRED = {
    "AssumeRole": ("RoleArn", "RoleSessionName"),
    "CreatePolicy": ("PolicyName", "PolicyDocument"),
    "CreateRole": ("RoleName", "PolicyDocument"),
    "DeletePolicy": ("PolicyId",),
    "GetPolicy": ("PolicyId",),
    "CreateFunction": ("FunctionName", "Code"),
    "CreateTrigger": ("FunctionName", "TriggerName", "Type"),
    "DeleteFunction": ("FunctionName",),
    "DeleteReservedConcurrencyConfig": ("FunctionName",),
    "DeleteTrigger": ("FunctionName", "TriggerName", "Type"),
    "GetFunction": ("FunctionName",),
    "GetFunctionEventInvokeConfig": ("FunctionName",),
    "GetReservedConcurrencyConfig": ("FunctionName",),
    "Invoke": ("FunctionName",),
    "ListTriggers": ("FunctionName",),
    "PutReservedConcurrencyConfig": ("FunctionName", "ReservedConcurrencyMem"),
    "UpdateAssumeRolePolicy": ("PolicyDocument",),
    "UpdateFunctionCode": ("FunctionName",),
    "UpdateFunctionConfiguration": ("FunctionName",),
    "UpdateFunctionEventInvokeConfig": ("AsyncTriggerConfig", "FunctionName"),
    "UpdateTrigger": ("FunctionName", "TriggerName", "Type"),
}
"""Fields an action can't do without; the models don't tell (each action's documentation page)."""

_FIELD_TYPE = re.compile(r"^\s*:type (\w+): (.+?)\s*$", re.MULTILINE)
_MODEL = re.compile(r":class:`[\w.]+\.(\w+)`")
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}


def check(service: str, action: str, body: object) -> None:
    """Check a request's body.

    Raises:
        ApiError: InvalidAction, UnknownParameter, InvalidParameter or MissingParameter.
    """
    models = SERVICES[service].models
    model = getattr(models, f"{action}Request", None)
    if model is None:
        raise ApiError("InvalidAction", f"The action {action} of {service} does not exist.")
    _check_model(models, f"{action}Request", "", body)
    for name in REQUIRED.get(action, ()):
        if not isinstance(body, dict) or body.get(name) is None:
            raise ApiError("MissingParameter", f"The request is missing the parameter `{name}`.")


@functools.cache
def fields(models: ModuleType, model: str) -> dict[str, str]:
    """A model's fields and their types, as the docstring has them."""
    constructor = getattr(models, model).__init__
    fields = dict(_FIELD_TYPE.findall(constructor.__doc__ or ""))
    return {name: kind.removesuffix(" non-negative") for name, kind in fields.items()}


def _check_model(models: ModuleType, model: str, path: str, value: object) -> None:
    if not isinstance(value, dict):
        raise ApiError("InvalidParameter", f"The parameter `{path}` must be an object.")
    known = fields(models, model)
    for name, content in value.items():
        where = f"{path}.{name}" if path else name
        if name not in known:
            raise ApiError("UnknownParameter", f"The parameter `{where}` is not recognized.")
        if content is not None:
            _check_value(models, known[name], where, content)


def _check_value(models: ModuleType, kind: str, path: str, value: object) -> None:
    if kind.startswith("list of "):
        if not isinstance(value, list):
            raise ApiError("InvalidParameter", f"The parameter `{path}` must be an array.")
        for number, element in enumerate(value):
            _check_value(models, kind.removeprefix("list of "), f"{path}.{number}", element)
        return
    model = _MODEL.fullmatch(kind)
    if model or kind not in _PLAIN:
        _check_model(models, model[1] if model else kind, path, value)
    elif not isinstance(value, _PLAIN[kind]) or (isinstance(value, bool) and kind != "bool"):
        raise ApiError("InvalidParameter", f"The parameter `{path}` must be of type {kind}.")
