"""CLS: the lines that functions logged, in the topic each writes to (614/56447, 583/60336)."""

from __future__ import annotations

import re

from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.state import Account, Caller, Document

_OF_A_FUNCTION = re.compile(r'SCF_FunctionName:"(?P<name>[\w-]+)"')


def search_log(account: Account, caller: Caller, body: Document) -> Document:
    """The lines of one function, newest first unless asked otherwise."""
    wanted = _OF_A_FUNCTION.fullmatch(body.get("QueryString", ""))
    if wanted is None or body.get("QuerySyntax", 1) != 1:
        raise ApiError("FailedOperation.SyntaxError", "This stand-in knows one query alone.")
    function = account.functions.get((caller.region, wanted["name"]))
    topic = body["TopicId"]
    if function is not None and function.configuration["ClsTopicId"] != topic:
        raise ApiError("ResourceNotFound.TopicNotExist", f"topic {topic} not exist")
    lines = list(function.logs) if function else []
    if body.get("Sort", "desc") == "desc":
        lines.reverse()
    return {
        "Context": "",
        "ListOver": True,
        "Analysis": False,
        "Results": lines[: body.get("Limit", 100)],
    }


ACTIONS = {"SearchLog": search_log}
