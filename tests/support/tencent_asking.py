"""SCF and CAM, asked by the official SDK: what an action is answered or refused with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tencentcloud.cam.v20190116 import models as cam_models
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tests.support.tencent_clients import CREATE, SERVED, Client, ServedApi, served_api

NAMED = {"FunctionName": "f-1"}
TIMER = {**NAMED, "Type": "timer", "TriggerName": "t", "TriggerDesc": "0 */5 * * * * *"}
URL = {
    **NAMED,
    "Type": "http",
    "TriggerName": "url",
    "TriggerDesc": json.dumps({"AuthType": "NONE", "NetConfig": {"EnableExtranet": True}}),
    "Description": "mine",
}
NAME_OF_URL = {name: URL[name] for name in ("FunctionName", "Type", "TriggerName")}
COS = {
    **NAMED,
    "Type": "cos",
    "TriggerName": "cards-1250000000.cos.ap-guangzhou.myqcloud.com",
    "TriggerDesc": '{"event":"cos:ObjectCreated:*","filter":{"Prefix":"uploads/"}}',
}
CONFIGURE = {**NAMED, "Timeout": 5}
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("UpdateFunctionConfiguration", CONFIGURE),
    ("UpdateFunctionCode", {**NAMED, "Code": CREATE["Code"]}),
    ("CreateTrigger", URL),
    ("UpdateTrigger", TIMER),
    ("DeleteTrigger", TIMER),
    (
        "UpdateFunctionEventInvokeConfig",
        {**NAMED, "AsyncTriggerConfig": {"RetryConfig": [{"RetryNum": 1}], "MsgTTL": 60}},
    ),
    ("PutReservedConcurrencyConfig", {**NAMED, "ReservedConcurrencyMem": 128}),
    ("DeleteReservedConcurrencyConfig", NAMED),
]
DOCUMENT = json.dumps({"version": "2.0", "statement": []})


class Asking:
    """A client of SCF and CAM. `refusal` is an action's Code, "" if it was carried out."""

    def __init__(self, api: ServedApi) -> None:
        self.account = api.account
        self.scf = Client(api).scf
        profile = self.scf.profile
        self.cam = CommonClient("cam", "2019-01-16", self.scf.credential, SERVED, profile)

    def call(self, action: str, body: Mapping[str, Any] = NAMED) -> dict[str, Any]:
        """What an action is answered with."""
        is_cam = hasattr(cam_models, f"{action}Request")
        client = self.cam if is_cam else self.scf
        response: dict[str, Any] = client.call_json(action, dict(body))["Response"]
        return response

    def refusal(self, action: str, body: Mapping[str, Any] = NAMED) -> str:
        """The Code an action is refused with."""
        try:
            self.call(action, body)
        except TencentCloudSDKException as refused:
            return str(refused.code)
        return ""

    def repeat(self, action: str, times: int, body: Mapping[str, Any] = NAMED) -> list[str]:
        """The Codes of a series of calls."""
        return [self.refusal(action, body) for _ in range(times)]


@contextmanager
def served(*, function: bool = True, **account: Any) -> Iterator[Asking]:
    """An account that is asked, with the function f-1 in it, Active, and its timer."""
    with served_api(**{"busy_polls": 0, **account}) as api:
        asking = Asking(api)
        if function:
            asking.call("CreateFunction", CREATE)
            asking.call("GetFunction")
            asking.call("CreateTrigger", TIMER)
        yield asking
