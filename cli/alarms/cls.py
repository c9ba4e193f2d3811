"""CLS's alarms and the notice that tells of them: as they are wanted, as they are, and requests.

Ours are recognised by their names, which begin with the deployment's: `card-ocr-prod/heartbeat`
(CreateAlarm: 614/56466).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cli.alarms.table import Watch
from deploy.api.client import Api
from deploy.api.reply import Reply, entries
from deploy.configuration.service import LogTopic, Service
from deploy.errors import RequestFailed

EVERY_MINUTES = 5  # as the timer of sweep
AGAIN_MINUTES = 60  # until a notice is repeated
_NOTICE = "notice"
_PAGE = 100


class FoundAlarm(NamedTuple):
    """An alarm of ours in CLS. `watches` is what it was made from, in a form to compare."""

    name: str
    alarm_id: str
    is_on: bool
    watches: tuple[object, ...]


class WantedAlarm(NamedTuple):
    """An alarm to be made, and the parameters of CreateAlarm but for the notice."""

    name: str
    parameters: Mapping[str, Any]

    @property
    def watches(self) -> tuple[object, ...]:
        """Return what `FoundAlarm.watches` is if it was made from this."""
        return _watches(Reply("cls:CreateAlarm", self.parameters))


class ClsAlarms(NamedTuple):
    """The alarms of one deployment. Every method raises RequestFailed if CLS refuses."""

    api: Api
    prefix: str

    @classmethod
    def of(cls, api: Api, service: Service) -> ClsAlarms:
        """Return the alarms of a service's stage."""
        return cls(api, f"{service.name}-{service.stage}/")

    @property
    def notice_name(self) -> str:
        """The name of the notice that is ours."""
        return f"{self.prefix}{_NOTICE}"

    def wanted(
        self, watches: Mapping[str, Watch], topic: LogTopic, names: Mapping[str, str]
    ) -> list[WantedAlarm]:
        """Return an alarm for each watch; `names` are the functions' in SCF."""
        return [
            WantedAlarm(
                f"{self.prefix}{name}", _parameters(f"{self.prefix}{name}", watch, topic, names)
            )
            for name, watch in watches.items()
        ]

    def found(self) -> list[FoundAlarm]:
        """Return those of ours that are there, whichever topic they watch."""
        return [
            FoundAlarm(
                shown.text("Name"), shown.text("AlarmId"), shown.flag("Status"), _watches(shown)
            )
            for shown in self._listed("DescribeAlarms", "Alarms")
            if shown.text("Name").startswith(self.prefix)
        ]

    def notice(self) -> str | None:
        """Return the id of our notice. Return None if nobody has made it."""
        for shown in self._listed("DescribeAlarmNotices", "AlarmNotices"):
            if shown.text("Name") == self.notice_name:
                return shown.text("AlarmNoticeId")
        return None

    def make_notice(self, receivers: Sequence[int]) -> str:
        """Make the notice that mails to these users of the account; returns its id."""
        receiver = {
            "ReceiverType": "Uin",
            "ReceiverIds": list(receivers),
            "ReceiverChannels": ["Email"],
            "StartTime": "00:00:00",
            "EndTime": "23:59:59",
        }
        parameters = {"Name": self.notice_name, "Type": "All", "NoticeReceivers": [receiver]}
        return self.api.call("cls", "CreateAlarmNotice", parameters).text("AlarmNoticeId")

    def make(self, alarm: WantedAlarm, notice: str) -> None:
        """Make an alarm."""
        self.api.call("cls", "CreateAlarm", {**alarm.parameters, "AlarmNoticeIds": [notice]})

    def remove(self, alarm: FoundAlarm) -> None:
        """Delete an alarm; it may be gone."""
        self._delete("DeleteAlarm", {"AlarmId": alarm.alarm_id})

    def remove_notice(self, notice: str) -> None:
        """Delete our notice, after the alarms that tell by it; it may be gone."""
        self._delete("DeleteAlarmNotice", {"AlarmNoticeId": notice})

    def _delete(self, action: str, named: Mapping[str, object]) -> None:
        try:
            self.api.call("cls", action, named)
        except RequestFailed as failure:
            if failure.code.partition(".")[0] != "ResourceNotFound":
                raise

    def _listed(self, action: str, field: str) -> Iterator[Reply]:
        def page(seen: int) -> Reply:
            return self.api.call("cls", action, {"Offset": seen, "Limit": _PAGE})

        return entries(page, field, "TotalCount", _PAGE)


def _parameters(
    name: str, watch: Watch, topic: LogTopic, names: Mapping[str, str]
) -> dict[str, object]:
    target = {
        "TopicId": topic.topic,
        "LogsetId": topic.logset,
        "Query": watch.query(names),
        "Number": 1,
        "StartTimeOffset": -watch.minutes,
        "EndTimeOffset": 0,
        "SyntaxRule": 1,  # CQL
    }
    return {
        "Name": name,
        "AlarmTargets": [target],
        "MonitorTime": {"Type": "Period", "Time": EVERY_MINUTES},
        "TriggerCount": 1,
        "AlarmPeriod": AGAIN_MINUTES,
        "Condition": watch.trigger(),
        "AlarmLevel": watch.level,
        "Status": True,
    }


def _watches(alarm: Reply) -> tuple[object, ...]:
    targets = [
        part
        for target in alarm.parts("AlarmTargets")
        for part in (target.text("TopicId"), target.text("Query"), target.number("StartTimeOffset"))
    ]
    return (
        *targets,
        alarm.text("Condition"),
        alarm.number("AlarmLevel"),
        alarm.part("MonitorTime").text("Type"),
        alarm.part("MonitorTime").number("Time"),
        alarm.number("TriggerCount"),
        alarm.number("AlarmPeriod"),
    )
