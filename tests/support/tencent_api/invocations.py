"""Invocations of SCF's functions, and what they logged (583/17243)."""

from __future__ import annotations

import calendar
import json
import time

from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.functions import ready
from tests.support.tencent_api.state import Account, Caller, Document


def invoke(account: Account, caller: Caller, body: Document) -> Document:
    """Run a function and return what it returned."""
    function = ready(account, caller, body)
    try:
        event = json.loads(body.get("ClientContext") or "{}")
    except ValueError:
        raise ApiError("InvalidParameterValue.Param", "ClientContext is no JSON.") from None
    result = account.invoke(function, event)
    function.logs += [
        _logged(account, function.name, result, line)
        for line in str(result.get("Log", "")).splitlines()
    ]
    return {"Result": result}


def _logged(account: Account, name: str, result: Document, line: str) -> Document:
    """A line as it reaches the function's topic of CLS (583/60336)."""
    fields = {
        "SCF_FunctionName": name,
        "SCF_RequestId": result.get("FunctionRequestId", ""),
        "SCF_Message": line,
        "SCF_Type": "Custom",
        "SCF_StatusCode": "200" if result.get("InvokeResult") == 0 else "430",
    }
    at = calendar.timegm(time.strptime(account.date, "%Y-%m-%d %H:%M:%S"))
    return {"Time": at * 1000, "LogJson": json.dumps(fields)}


ACTIONS = {"Invoke": invoke}
