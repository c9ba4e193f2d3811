from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import MalformedCallback
from shared.events import (
    CreatedObject,
    MalformedRecord,
    Record,
    created_objects,
    http_body,
    query_value,
    queued_requests,
    timer_message,
)
from shared.jobs.reply import job_in_callback
from tests.support import event_files

BUCKET = "cards-1250000000"
MALFORMED, OTHER = object(), object()

COS = {
    "cos-put.json": ["uploads/a.jpg"],
    "cos-post.json": ["uploads/form.jpg"],
    "cos-copy.json": ["uploads/copied.jpg"],
    "cos-complete-multipart.json": ["uploads/large.jpg"],
    "cos-origin-pull.json": ["uploads/pulled.jpg"],
    "cos-replication.json": ["uploads/replicated.jpg"],
    "cos-metadata.json": ["uploads/licence.jpg"],
    "cos-unicode-key.json": ["uploads/样本 甲+乙%2F/1250000000/cards/😀.jpg"],
    "cos-merged-records.json": ["uploads/first.jpg", MALFORMED, "uploads/third.jpg"],
    "cos-folder-marker.json": ["uploads/2026/"],
    "cos-other-bucket.json": ["uploads/a.jpg"],
    "cos-own-output.json": ["ocr/results/uploads/a.jpg.9e107d9d372bb6826bd81d3542a419d6.json"],
    "cos-malformed.json": [MALFORMED] * 9,
    "cos-no-records.json": [MALFORMED],
    "cos-version.json": ["uploads/version.jpg"],
    "cos-removed.json": [OTHER],
    "cos-cloud-event.json": ["uploads/a.jpg"],
    "cos-ckafka.json": ["uploads/a.jpg", "uploads/form.jpg"],
    "cos-encoded-key.json": ["uploads/IMG%20(1).jpg"],
    "dead-letter.json": ["uploads/given-up.jpg"],
    "dead-letter-cmq.json": ["uploads/given-up.jpg"],
}
TIMERS = {"timer-sweep.json": "", "timer-reconcile.json": "reconcile"}
CALLBACKS = {
    "callback-json-arrays.json": ("json", "Success", 2),
    "callback-json-array.json": ("json", "Success", 2),
    "callback-json-object.json": ("json", "Success", 2),
    "callback-json-response-wrapper.json": ("json", "Success", 2),
    "callback-json-failed.json": ("json", "Failed", None),
    "callback-xml.json": ("xml", "Success", 2),
    "callback-xml-one-field.json": ("xml", "Success", 1),
    "callback-base64.json": ("json", "Success", 2),
    "callback-classic-gateway.json": ("json", "Success", 2),
    "callback-query-list.json": ("json", "Success", 2),
}

MESSAGES: dict[str, list[str | None]] = {
    "message-cmq-json.json": ["Success"],
    "message-cmq-xml.json": ["Success"],
    "message-cmq-several-records.json": ["Success", None, None, "Failed"],
    "message-event-bridge.json": ["Success"],
}
TOKEN = "v1.cGF5bG9hZA.c2lnbmF0dXJl"


def test_every_file_is_used_by_a_test() -> None:
    assert event_files.names() == sorted([*COS, *CALLBACKS, *MESSAGES, *TIMERS])


def _as_listed(record: Record) -> object:
    if isinstance(record, CreatedObject):
        return record.key
    return MALFORMED if isinstance(record, MalformedRecord) else OTHER


@pytest.mark.parametrize("name", COS)
def test_a_cos_event_gives_its_keys(name: str) -> None:
    found = list(created_objects(event_files.load(name)))
    assert list(map(_as_listed, found)) == COS[name]


@pytest.mark.parametrize(
    ("kind", "wraps"),
    [
        ("cos:created:object", False),
        ("COS:Created:PostObject", False),
        ("cos:ObjectCreated:Put", False),
        ("connector:ckafka", True),
        ("connector:tdmq", True),
        ("x", False),
        (1, False),
    ],
)
def test_an_event_bridge_may_name_its_own_kind(kind: object, *, wraps: bool) -> None:
    event = event_files.load("cos-cloud-event.json")
    if wraps:
        event["data"] = {"topic": "t", "msgBody": json.dumps({"Records": [event["data"]]})}
    (record,) = created_objects({**event, "type": kind})
    assert record == CreatedObject(BUCKET, "uploads/a.jpg")


def test_the_bucket_is_named_with_the_account() -> None:
    assert list(created_objects(event_files.load("cos-other-bucket.json"))) == [
        CreatedObject("elsewhere-1250000000", "uploads/a.jpg")
    ]


@pytest.mark.parametrize("name", TIMERS)
def test_a_timer_says_what_it_was_set_up_to_say(name: str) -> None:
    assert timer_message(event_files.load(name)) == TIMERS[name]


def test_a_dead_letter_of_a_dead_letter_holds_the_event_still() -> None:
    inner = event_files.load("dead-letter.json")
    outer = {"Body": {"ClientContext": json.dumps(inner)}}
    assert list(created_objects(outer)) == [CreatedObject(BUCKET, "uploads/given-up.jpg")]


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_event_gives_token_and_job(name: str) -> None:
    event = event_files.load(name, token="the-token")
    form, state, items = CALLBACKS[name]
    assert query_value(event, "t") == "the-token"
    job, found_form = job_in_callback(http_body(event, 1_000_000))
    assert (job.key, job.job_id) == ("uploads/a.jpg", "a3c193f288b2c11eeb60f39de2f86f409")
    assert (found_form, job.state) == (form, state)
    assert (len(job.container.id_infos) if job.container else None) == items


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_the_request_that_it_stands_for(name: str) -> None:
    requests = queued_requests(event_files.load(name, token=TOKEN))
    assert requests is not None
    for request, state in zip(requests, MESSAGES[name], strict=True):
        if state is None:
            assert query_value(request, "t") is None
        else:
            job, _ = job_in_callback(http_body(request, 1_000_000))
            assert (query_value(request, "t"), job.user_data, job.state) == (TOKEN, TOKEN, state)


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_request_is_no_message(name: str) -> None:
    assert queued_requests(event_files.load(name)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("UserData>", "<"),
        ('"UserData":"', '"'),
        ('"UserData" : [ "', '"'),
        (r"\"UserData\":\"", "\\"),
    ],
)
def test_a_token_is_found_however_it_is_written(before: str, after: str) -> None:
    event = {"Records": [{"CMQ": {"msgBody": f"x{after}{before}{TOKEN}{after}x"}}]}
    assert queued_requests(event) == [
        {"queryString": {"t": TOKEN}, "body": f"x{after}{before}{TOKEN}{after}x"}
    ]


@pytest.mark.parametrize(
    "message", [None, "", [], {}, True, TOKEN, f"Data>{TOKEN}", "UserData>v1."]
)
def test_a_message_without_a_token_is_a_request_without_one(message: object) -> None:
    (request,) = queued_requests({"Records": [{"CMQ": {"msgBody": message}}]}) or []
    assert query_value(request, "t") is None


@given(key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_key_comes_out_as_it_went_in(key: str) -> None:
    event = event_files.load("cos-put.json")
    event["Records"][0]["cos"]["cosObject"]["key"] = f"/1250000000/cards/uploads/{key}"
    (record,) = created_objects(event)
    if key.rpartition("/")[2] in {".", ".."}:
        assert isinstance(record, MalformedRecord)
    else:
        assert record == CreatedObject(BUCKET, f"uploads/{key}")


def test_the_limit_counts_bytes_not_characters() -> None:
    assert http_body({"body": "样本"}, 6) == "样本".encode()
    with pytest.raises(MalformedCallback):
        http_body({"body": "样本"}, 5)


def test_the_limit_counts_after_base64() -> None:
    body = base64.b64encode(b"0123456789").decode()
    assert http_body({"body": body, "isBase64Encoded": True}, 10) == b"0123456789"
    with pytest.raises(MalformedCallback):
        http_body({"body": body, "isBase64Encoded": True}, 9)
    with pytest.raises(MalformedCallback):
        http_body({"body": "A" * 100, "isBase64Encoded": True}, 10)
