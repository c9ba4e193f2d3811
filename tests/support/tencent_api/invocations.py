"""Invocations of SCF's functions, and what they logged (583/17243, 583/18583)."""

from __future__ import annotations

import json

from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.functions import find, idle
from tests.support.tencent_api.state import Account, Caller, Document


def invoke(account: Account, caller: Caller, body: Document) -> Document:
    """Run a function and return what it returned."""
    function = idle(account, caller, body)
    try:
        event = json.loads(body.get("ClientContext") or "{}")
    except ValueError:
        raise ApiError("InvalidParameter.Payload", "ClientContext is no JSON.") from None
    result = account.invoke(function, event)
    function.logs.append(
        {
            "FunctionName": function.name,
            "RetMsg": result.get("RetMsg", ""),
            "RequestId": result.get("FunctionRequestId", ""),
            "StartTime": account.date,
            "RetCode": 0 if result.get("InvokeResult") == 0 else 1,
            "InvokeFinished": 1,
            "Duration": result.get("Duration", 1.0),
            "BillDuration": 100,
            "MemUsage": 1,
            "Log": result.get("Log", ""),
            "Level": "",
            "Source": "",
            "RetryNum": 0,
        }
    )
    return {"Result": result}


def get_function_logs(account: Account, caller: Caller, body: Document) -> Document:
    """A page of what the invocations logged, newest first where Order is desc."""
    logs = list(find(account, caller, body).logs)
    if body.get("Order", "desc") == "desc":
        logs.reverse()
    start = body.get("Offset", 0)
    return {
        "TotalCount": len(logs),
        "Data": logs[start : start + body.get("Limit", 20)],
        "SearchContext": None,
    }


ACTIONS = {"GetFunctionLogs": get_function_logs, "Invoke": invoke}
