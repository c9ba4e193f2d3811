"""CLS: the lines that functions logged, in the topic each writes to, and alarms that count them.

614/56447 has SearchLog, 583/60336 the fields of a line, 614/56466 CreateAlarm.
"""

from __future__ import annotations

import re

from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.state import Account, Caller, Document

_OF_A_FUNCTION = re.compile(r'SCF_FunctionName:"(?P<name>[\w-]+)"')


def search_log(account: Account, caller: Caller, body: Document) -> Document:
    """The lines of one function, newest first unless asked otherwise."""
    wanted = _OF_A_FUNCTION.fullmatch(body.get("QueryString", ""))
    if wanted is None or body.get("QuerySyntax", 1) != 1:
        raise ApiError("FailedOperation.SyntaxError", "This stand-in knows only one query.")
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


def create_alarm(account: Account, caller: Caller, body: Document) -> Document:
    """Keep an alarm whose values CLS takes (614/56466)."""
    _check_name(body["Name"], account.alarms, "InvalidParameter.AlarmConflict")
    if ("Condition" in body) == ("MultiConditions" in body):
        raise ApiError("InvalidParameter", "Condition or MultiConditions, and not both.")
    _check_range("TriggerCount", body["TriggerCount"], 1, 2000)
    _check_range("AlarmPeriod", body["AlarmPeriod"], 0, 1440)
    _check_range("AlarmLevel", body.get("AlarmLevel", 0), 0, 2)
    _check_range("MonitorTime.Time", body["MonitorTime"].get("Time"), 1, 1440)
    if body["MonitorTime"].get("Type") not in {"Period", "Fixed", "Cron"}:
        raise ApiError("InvalidParameter", "MonitorTime.Type is wrong.")
    for number, target in enumerate(body["AlarmTargets"], 1):
        _check_target(account, caller, target, number)
    known = {notice["AlarmNoticeId"] for notice in account.notices}
    if not set(body.get("AlarmNoticeIds", ())) <= known:
        raise ApiError("ResourceNotFound.AlarmNoticeNotExist", "The notice does not exist.")
    alarm_id = f"alarm-{account.next_id():08}"
    account.alarms.append({"Status": True, **body, "AlarmId": alarm_id})
    return {"AlarmId": alarm_id}


def create_notice(account: Account, _caller: Caller, body: Document) -> Document:
    """Keep a group of those who are told."""
    _check_name(body["Name"], account.notices, "InvalidParameter.AlarmNoticeConflict")
    if body.get("Type") not in {"Trigger", "Recovery", "All"}:
        raise ApiError("InvalidParameter", "The Type is wrong.")
    for receiver in body.get("NoticeReceivers", ()):
        missing = {"ReceiverType", "ReceiverIds", "ReceiverChannels", "StartTime", "EndTime"}
        if missing - receiver.keys() or not receiver["ReceiverIds"]:
            raise ApiError("InvalidParameter", "A receiver is incomplete.")
        if not set(receiver["ReceiverChannels"]) <= {"Email", "Sms", "WeChat", "Phone"}:
            raise ApiError("InvalidParameter", "ReceiverChannels is wrong.")
    notice_id = f"notice-{account.next_id():08}"
    account.notices.append({**body, "AlarmNoticeId": notice_id})
    return {"AlarmNoticeId": notice_id}


def delete_alarm(account: Account, _caller: Caller, body: Document) -> Document:
    """Delete an alarm."""
    left = [alarm for alarm in account.alarms if alarm["AlarmId"] != body["AlarmId"]]
    if len(left) == len(account.alarms):
        raise ApiError("ResourceNotFound.AlarmNotExist", "The alarm does not exist.")
    account.alarms[:] = left
    return {}


def delete_notice(account: Account, _caller: Caller, body: Document) -> Document:
    """Delete a group that no alarm tells."""
    notice_id = body["AlarmNoticeId"]
    if any(notice_id in alarm.get("AlarmNoticeIds", ()) for alarm in account.alarms):
        raise ApiError("OperationDenied.NoticeHasAlarm", "Alarms tell by this notice.")
    left = [notice for notice in account.notices if notice["AlarmNoticeId"] != notice_id]
    if len(left) == len(account.notices):
        raise ApiError("ResourceNotFound.AlarmNoticeNotExist", "The notice does not exist.")
    account.notices[:] = left
    return {}


def describe_alarms(account: Account, _caller: Caller, body: Document) -> Document:
    """Show a page of the alarms."""
    return {"Alarms": _page(account.alarms, body), "TotalCount": len(account.alarms)}


def describe_notices(account: Account, _caller: Caller, body: Document) -> Document:
    """Show a page of those who are told."""
    return {"AlarmNotices": _page(account.notices, body), "TotalCount": len(account.notices)}


def _page(stored: list[Document], body: Document) -> list[Document]:
    _check_range("Limit", body.get("Limit", 20), 1, 100)
    offset = body.get("Offset", 0)
    return stored[offset : offset + body.get("Limit", 20)]


def _check_name(name: str, stored: list[Document], conflict: str) -> None:
    if len(name.encode()) > 255 or "|" in name or not name:
        raise ApiError("InvalidParameter", "The Name is wrong.")
    if any(one["Name"] == name for one in stored):
        raise ApiError(conflict, "The Name is there already.")


def _check_range(what: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or not least <= value <= most:
        raise ApiError("InvalidParameter", f"{what} must be from {least} to {most}.")


def _check_target(account: Account, caller: Caller, target: Document, number: int) -> None:
    topics = {
        one.configuration["ClsTopicId"]
        for (region, _), one in account.functions.items()
        if region == caller.region
    }
    if target.get("TopicId") not in topics:
        raise ApiError("ResourceNotFound.TopicNotExist", "The topic does not exist.")
    if target.get("Number") != number or not target.get("Query"):
        raise ApiError("InvalidParameter", "A target needs a Query, and Numbers from 1.")
    _check_range("StartTimeOffset", target.get("StartTimeOffset"), -1440, 0)
    _check_range("EndTimeOffset", target.get("EndTimeOffset"), target["StartTimeOffset"] + 1, 0)


ACTIONS = {
    "SearchLog": search_log,
    "CreateAlarm": create_alarm,
    "CreateAlarmNotice": create_notice,
    "DeleteAlarm": delete_alarm,
    "DeleteAlarmNotice": delete_notice,
    "DescribeAlarms": describe_alarms,
    "DescribeAlarmNotices": describe_notices,
}
