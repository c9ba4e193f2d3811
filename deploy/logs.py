"""`logs`: the latest invocations of a function and what they logged, oldest first."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from deploy.service import Service
from deploy.session import known, open_session, say

INVOCATIONS = 20


def logs(service: Service, options: argparse.Namespace) -> None:
    """SCF keeps them for its own topic; those of a CLS topic of yours are to be read there."""
    key = known(service, options.function)
    session = open_session(service)
    name = session.existing(key).name
    parameters = {
        "FunctionName": name,
        "Offset": 0,
        "Limit": INVOCATIONS,
        "Order": "desc",
        "OrderBy": "start_time",
    }
    found = session.functions.call("GetFunctionLogs", parameters).get("Data") or []
    for invocation in reversed(found):
        for line in _lines(invocation):
            say(line)
    if not found:
        say(f"{name} has logged nothing yet")


def _lines(invocation: Mapping[str, Any]) -> Iterator[str]:
    ended = "ok" if invocation.get("RetCode") == 0 else f"failed ({invocation.get('RetCode')})"
    yield f"{invocation.get('StartTime')}  {invocation.get('RequestId')}  {ended}"
    for line in str(invocation.get("Log") or "").splitlines():
        yield f"  {line}"
