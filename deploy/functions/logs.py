"""What a function logs: the topic of the Cloud Log Service, and the lines in it.

SCF itself keeps no logs. It writes each line to a topic: SCF's own topic or the one in
serverless.yml. GetFunction names the topic. Fields: 583/60336. GetFunctionLogs was shut down.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deploy.api.client import Api
from deploy.api.reply import Reply
from deploy.configuration.service import LogTopic
from deploy.errors import NotDeployed
from deploy.functions.scf import Scf

LINES = 200
WEEK_SECONDS = 7 * 86_400
MOST_LINES = 1000  # of one request


class LoggedLine(NamedTuple):
    """What a function wrote at one moment (Unix seconds), in an invocation."""

    at: float
    function: str
    request_id: str
    text: str


def topic_of(scf: Scf, name: str) -> LogTopic | None:
    """Return where a function logs; None if SCF names no topic.

    Raises:
        NotDeployed: the function isn't there.
    """
    seen = scf.look(name)
    if seen.state == "absent":
        raise NotDeployed(name)
    topic = LogTopic(seen.shown.text("ClsLogsetId"), seen.shown.text("ClsTopicId"))
    return topic if topic.topic else None


def no_topic(name: str) -> str:
    """Write what to do if SCF names no topic of a function."""
    return f"SCF names no log topic of {name}: look at the function's page in its console"


def logged_lines(
    api: Api, topic: LogTopic, name: str, since: float, until: float, limit: int = LINES
) -> list[LoggedLine]:
    """Return the last lines of a function between two moments (Unix seconds), oldest first."""
    parameters = {
        "TopicId": topic.topic,
        "From": round(since * 1000),
        "To": round(until * 1000) + 1,
        "QueryString": f'SCF_FunctionName:"{name}"',
        "QuerySyntax": 1,
        "Sort": "desc",
        "Limit": limit,
    }
    shown = api.call("cls", "SearchLog", parameters).parts("Results")
    return [_line(name, one) for one in reversed(shown)]


def written(lines: Sequence[LoggedLine]) -> Iterator[str]:
    """Write each invocation's time and id, and below it what it logged.

    If the lines are of several functions, its function's name too.
    """
    has_several = len({line.function for line in lines}) > 1
    request = None
    for line in lines:
        if line.request_id != request:
            request = line.request_id
            at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(line.at))
            yield f"{at} UTC  {request}" + (f"  {line.function}" if has_several else "")
        for text in line.text.splitlines():
            yield f"  {text}"


def _line(function: str, shown: Reply) -> LoggedLine:
    fields = _fields(shown)
    request = str(fields.get("SCF_RequestId") or "")
    text = str(fields.get("SCF_Message") or "")
    return LoggedLine((shown.number("Time") or 0) / 1000, function, request, text)


def _fields(shown: Reply) -> Mapping[str, object]:
    """Return the fields of a line. A line that CLS couldn't index has only its text."""
    try:
        fields = json.loads(shown.text("LogJson"))
    except (ValueError, RecursionError):
        fields = None
    return fields if isinstance(fields, dict) else {"SCF_Message": shown.text("RawLog")}
