"""`logs`: the latest lines that a function logged, oldest first.

SCF itself keeps no logs. It writes each line to a topic of the Cloud Log Service: SCF's own topic
or the one in serverless.yml. GetFunction names the topic. Fields: 583/60336. GetFunctionLogs was
shut down.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence

from deploy.api.reply import Reply
from deploy.commands.session import known, open_session, say
from deploy.configuration.service import Service

LINES = 200
_WEEK_SECONDS = 7 * 86_400


def logs(service: Service, options: argparse.Namespace) -> None:
    """Show the last lines of a week, grouped by invocation."""
    key = known(service, options.function)
    session = open_session(service)
    found = session.existing(key)
    _, topic = found.configuration.logs or ("", "")
    if not topic:
        say(f"SCF names no log topic of {found.name}: look at the function's page in its console")
        return
    now = time.time()
    parameters = {
        "TopicId": topic,
        "From": round((now - _WEEK_SECONDS) * 1000),
        "To": round(now * 1000) + 1,
        "QueryString": f'SCF_FunctionName:"{found.name}"',
        "QuerySyntax": 1,
        "Sort": "desc",
        "Limit": LINES,
    }
    shown = session.api.call("cls", "SearchLog", parameters).parts("Results")
    for line in _lines(list(reversed(shown))):
        say(line)
    if not shown:
        say(f"{found.name} has logged nothing in a week")


def _lines(lines: Sequence[Reply]) -> Iterator[str]:
    request = None
    for line in lines:
        fields = _fields(line)
        if fields.get("SCF_RequestId") != request:
            request = fields.get("SCF_RequestId")
            seconds = (line.number("Time") or 0) / 1000
            at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))
            yield f"{at} UTC  {request}"
        for text in str(fields.get("SCF_Message") or "").splitlines():
            yield f"  {text}"


def _fields(line: Reply) -> Mapping[str, object]:
    """Return the fields of a line. A line that CLS couldn't index has only its text."""
    try:
        fields = json.loads(line.text("LogJson"))
    except (ValueError, RecursionError):
        fields = None
    return fields if isinstance(fields, dict) else {"SCF_Message": line.text("RawLog")}
