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

from tencentcloud.cam.v20190116 import errorcodes as cam_codes
from tencentcloud.cam.v20190116 import models as cam_models
from tencentcloud.cam.v20190116.cam_client import CamClient
from tencentcloud.cls.v20201016 import errorcodes as cls_codes
from tencentcloud.cls.v20201016 import models as cls_models
from tencentcloud.cls.v20201016.cls_client import ClsClient
from tencentcloud.scf.v20180416 import errorcodes as scf_codes
from tencentcloud.scf.v20180416 import models as scf_models
from tencentcloud.scf.v20180416.scf_client import ScfClient
from tencentcloud.sts.v20180813 import errorcodes as sts_codes
from tencentcloud.sts.v20180813 import models as sts_models
from tencentcloud.sts.v20180813.sts_client import StsClient

from tests.support.tencent_api.errors import ApiError


class Service(NamedTuple):
    """A service's version, as X-TC-Version has it, and the SDK's modules and client of it."""

    version: str
    models: ModuleType
    client: type
    codes: ModuleType


SERVICES = {
    "scf": Service("2018-04-16", scf_models, ScfClient, scf_codes),
    "cam": Service("2019-01-16", cam_models, CamClient, cam_codes),
    "sts": Service("2018-08-13", sts_models, StsClient, sts_codes),
    "cls": Service("2020-10-16", cls_models, ClsClient, cls_codes),
}

REQUIRED = {
    "CreateAlarm": ("Name", "AlarmTargets", "MonitorTime", "TriggerCount", "AlarmPeriod"),
    "CreateAlarmNotice": ("Name",),
    "DeleteAlarm": ("AlarmId",),
    "DeleteAlarmNotice": ("AlarmNoticeId",),
    "CreatePolicy": ("PolicyName", "PolicyDocument"),
    "CreateRole": ("RoleName", "PolicyDocument"),
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
    "SearchLog": ("From", "To", "TopicId"),
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
        ApiError: InvalidAction, ActionOffline, UnknownParameter, InvalidParameter or
            MissingParameter.
    """
    models = SERVICES[service].models
    model = getattr(models, f"{action}Request", None)
    if model is None:
        raise ApiError("InvalidAction", f"The action {action} of {service} does not exist.")
    if is_offline(service, action):
        raise ApiError("ActionOffline", f"The action {action} of {service} is offline.")
    _check_model(models, f"{action}Request", "", body)
    for name in REQUIRED.get(action, ()):
        if not isinstance(body, dict) or body.get(name) is None:
            raise ApiError("MissingParameter", f"The request is missing the parameter `{name}`.")


def is_offline(service: str, action: str) -> bool:
    """Whether the SDK says of an action that it was taken down or is no longer to be used."""
    told = getattr(SERVICES[service].client, action).__doc__ or ""
    return any(word in told for word in ("已下线", "已废弃", "即将下线"))


def error_codes(service: str) -> list[str]:
    """Every code that the SDK knows of a service."""
    return [code for name, code in vars(SERVICES[service].codes).items() if name.isupper()]


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
