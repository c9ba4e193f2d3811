from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from coslocal.agenda import Agenda, ManualClock
from coslocal.cos import ObjectEvent
from coslocal.functions import InProcessFunction
from coslocal.triggers.asynchronous import AsynchronousInvocations
from coslocal.triggers.cos_event import cos_event
from coslocal.triggers.timer import TimerTrigger
from coslocal.triggers.uploads import UploadTrigger


def upload(key: str, bucket: str = "examples-1250000000", **details: Any) -> ObjectEvent:
    values: Mapping[str, Any] = {
        "bucket": bucket,
        "appid": "1250000000",
        "region": "ap-guangzhou",
        "key": key,
        "size": 1029,
        "etag": '"0"',
        "event_name": "cos:ObjectCreated:Put",
        "event_time": 1_545_205_770,
        "metadata": {"x-cos-meta-kind": "photo"},
        "content_type": "image/jpeg",
        "source_ip": "127.0.0.1",
        "request_id": "NWMxOWY4MGE=",
        "request_headers": {"Authorization": "q-sign-algorithm=sha1"},
    }
    return ObjectEvent(**{**values, **details})


class Trigger:
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.agenda = Agenda(ManualClock(1_550_749_740.0))
        self.asynchronous = AsynchronousInvocations(self.agenda)
        self.function = InProcessFunction("uploaded", self._handle, {})
        self.trigger = UploadTrigger(
            self.agenda,
            self.asynchronous,
            self.function,
            bucket="examples-1250000000",
            prefix="uploads/",
        )

    def _handle(self, event: dict[str, Any], _context: object) -> None:
        self.events.append(event)

    def keys(self) -> list[list[str]]:
        self.agenda.run_until_idle()
        return [
            [record["cos"]["cosObject"]["key"].rpartition("/")[2] for record in event["Records"]]
            for event in self.events
        ]


def test_the_event_is_that_of_the_trigger_page() -> None:
    [record] = cos_event([upload("uploads/a b.jpg")], "uploaded")["Records"]
    reqid = record["event"].pop("reqid")
    assert isinstance(reqid, int)
    assert record == {
        "cos": {
            "cosSchemaVersion": "1.0",
            "cosObject": {
                "url": "http://examples-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/a%20b.jpg",
                "meta": {
                    "x-cos-request-id": "NWMxOWY4MGE=",
                    "Content-Type": "image/jpeg",
                    "x-cos-meta-kind": "photo",
                },
                "vid": "",
                "key": "/1250000000/examples/uploads/a b.jpg",
                "size": 1029,
            },
            "cosBucket": {"region": "gz", "name": "examples", "appid": "1250000000"},
            "cosNotificationId": "unkown",
        },
        "event": {
            "eventName": "cos:ObjectCreated:Put",
            "eventVersion": "1.0",
            "eventTime": 1_545_205_770,
            "eventSource": "qcs::cos",
            "requestParameters": {
                "requestSourceIP": "127.0.0.1",
                "requestHeaders": {"Authorization": "q-sign-algorithm=sha1"},
            },
            "eventQueue": "qcs:0:scf:gz:appid/1250000000:default.uploaded.$LATEST",
            "reservedInfo": "",
        },
    }


@pytest.mark.parametrize(
    "key", ["uploads//a", "uploads/中 +%2F😀", "uploads/1250000000/examples/a"]
)
def test_the_key_stands_raw_behind_appid_and_bucket(key: str) -> None:
    [record] = cos_event([upload(key)], "uploaded")["Records"]
    assert record["cos"]["cosObject"]["key"] == f"/1250000000/examples/{key}"


def test_a_bucket_name_that_holds_the_appid_loses_only_its_end() -> None:
    [record] = cos_event([upload("a", bucket="x-1250000000-y-1250000000")], "uploaded")["Records"]
    assert record["cos"]["cosBucket"]["name"] == "x-1250000000-y"


def test_only_uploads_under_the_prefix_of_the_bucket_are_sent() -> None:
    trigger = Trigger()
    trigger.trigger(upload("uploads/a"))
    trigger.trigger(upload("other/uploads/b"))
    trigger.trigger(upload("uploads/c", bucket="other-1250000000"))
    assert trigger.keys() == [["a"]]


def test_nothing_is_delivered_within_the_upload_itself() -> None:
    trigger = Trigger()
    trigger.trigger(upload("uploads/a"))
    assert trigger.events == []


def test_every_upload_is_an_event_of_its_own() -> None:
    trigger = Trigger()
    for name in "abc":
        trigger.trigger(upload(f"uploads/{name}"))
    assert trigger.keys() == [["a"], ["b"], ["c"]]


def test_uploads_can_be_merged_into_one_event() -> None:
    trigger = Trigger()
    trigger.trigger.merged = 2
    for name in "abc":
        trigger.trigger(upload(f"uploads/{name}"))
    assert trigger.keys() == [["a", "b"], ["c"]]


def test_the_timer_fires_every_period_with_its_message() -> None:
    trigger = Trigger()
    TimerTrigger(
        trigger.agenda,
        trigger.asynchronous,
        trigger.function,
        name="hourly",
        every_seconds=300,
        message="all",
    ).start()
    trigger.agenda.advance(600)
    assert trigger.events == [
        {"Type": "Timer", "TriggerName": "hourly", "Time": time, "Message": "all"}
        for time in ("2019-02-21T11:54:00Z", "2019-02-21T11:59:00Z")
    ]
