"""SCF's event shapes as typed values: COS trigger, HTTP request, message queue, timer.

Shapes and their sources: SCF documentation 583/9707 (COS trigger), 583/96099 (Function URL),
583/12513 (classic gateway), 583/11517 (CMQ topic trigger), EventBridge's TDMQ connector (1359/56077
and the pages below it), 583/9708 (timer), and SCF's page on dead letters. An event holds the
uploader's Authorization header and metadata: no value of these goes into a log line or an error
text.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.errors import MalformedCallback

_TOKEN_IN_MESSAGE = re.compile(r"\bUserData\W{1,16}(v1\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+)")
_NO_RECORDS = "the event has no list named Records"
_NO_RECORD = "cosBucket.name, cosBucket.appid or cosObject.key is missing"
MAX_BODY_BYTES = 131_072
_DEEPEST = 6  # a record in an event in a message in an event, and some more
_BUCKET = re.compile("[a-z0-9][a-z0-9-]{0,62}-[0-9]{1,20}")


class CreatedObject(NamedTuple):
    """One record of a COS event: an object that was written. `bucket` is `<name>-<appid>`."""

    bucket: str
    key: str


class MalformedRecord(NamedTuple):
    """A record that can't be one of a COS event. `reason` holds no value of the record."""

    reason: str


class OtherEvent(NamedTuple):
    """A record of an event other than a new object, such as a deletion or a restore."""


Record = CreatedObject | MalformedRecord | OtherEvent


def created_objects(event: object, depth: int = 0) -> Iterator[Record]:
    """Yield every record of a COS trigger event, in order; MalformedRecord for an unreadable one.

    COS's own event has a list `Records`. A message of a queue (CMQ 583/11517, CKafka 583/17530), a
    dead letter and an event of EventBridge (CloudEvents, 1359/56075) hold such an event or record,
    as a JSON value or as a string that holds JSON.
    """
    event = _json(event) if isinstance(event, str) else event
    if not isinstance(event, Mapping) or depth > _DEEPEST:
        yield MalformedRecord(_NO_RECORD if depth else _NO_RECORDS)
        return
    records = event.get("Records")
    if isinstance(records, list):
        for record in records:
            yield from created_objects(record, depth + 1)
    elif _is_other(event):
        yield OtherEvent()
    elif "cos" in event:
        yield _created_object(event)
    elif (held := next((found for found in _held(event) if found is not None), None)) is not None:
        yield from created_objects(held, depth + 1)
    elif depth > 0:
        yield _created_object(event)
    else:
        yield MalformedRecord(_NO_RECORDS)


def _held(event: Mapping[str, object]) -> Iterator[object]:
    """Yield each value in which this event or record can hold another; None if it is absent."""
    yield _text(event, "CMQ", "msgBody")
    yield _text(event, "Ckafka", "msgBody")
    yield _text(event, "Body", "ClientContext")
    yield _text(event, "data", "msgBody")
    yield event.get("data")


def _is_other(event: Mapping[str, object]) -> bool:
    """Return whether COS, or EventBridge, names an event that isn't the creation of an object."""
    inner, kind = event.get("event"), _text(event, "type")
    name = inner.get("eventName") if isinstance(inner, Mapping) else None
    is_creation = isinstance(name, str) and name.startswith("cos:ObjectCreated:")
    is_of_cos = kind is not None and kind.lower().startswith("cos:")
    creations = ("cos:created:", "cos:objectcreated:")
    is_other_kind = is_of_cos and not str(kind).lower().startswith(creations)
    return is_other_kind or (name is not None and not is_creation)


def _created_object(record: Mapping[str, object]) -> CreatedObject | MalformedRecord:
    name = _text(record, "cos", "cosBucket", "name")
    appid = _text(record, "cos", "cosBucket", "appid")
    path = _text(record, "cos", "cosObject", "key")
    if not name or not appid or not path:
        return MalformedRecord(_NO_RECORD)
    if not _BUCKET.fullmatch(f"{name}-{appid}"):
        return MalformedRecord("cosBucket.name or cosBucket.appid hasn't the form of a bucket's")
    # Remove the start only once: the key can begin with it too. The path isn't URL-encoded.
    start = f"/{appid}/{name}/"
    if not path.startswith(start) or path == start:
        return MalformedRecord("cosObject.key doesn't begin with /appid/bucket/")
    key = path[len(start) :]
    if not _is_utf8(key):
        return MalformedRecord("cosObject.key can't be written as UTF-8")
    if key.rpartition("/")[2] in {".", ".."}:
        return MalformedRecord("no HTTP client can address a key that ends in /. or /..")
    return CreatedObject(f"{name}-{appid}", key)


def _json(text: str) -> object:
    """Parse JSON. Return None if the text isn't JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(value: object, *path: str) -> str | None:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def timer_message(event: object) -> str | None:
    """Return a timer's message, the `CustomArgument` of its trigger. Return None if it has none."""
    message = event.get("Message") if isinstance(event, Mapping) else None
    return message if isinstance(message, str) else None


def query_value(event: object, name: str) -> str | None:
    """Return a parameter of an HTTP event's query string. Return None if it is absent.

    The Function URL names the map `queryString`. The classic gateway also has
    `queryStringParameters`. The value of a repeated parameter can be a list: its first item counts.
    """
    for container in ("queryString", "queryStringParameters"):
        query = event.get(container) if isinstance(event, Mapping) else None
        value = query.get(name) if isinstance(query, Mapping) else None
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str):
            return value
    return None


def queued_requests(event: object) -> list[dict[str, object]] | None:
    """Return what a message queue delivers, as the requests that CI would have sent to a URL.

    Return None if it isn't a queue's event: an HTTP request's event always has `httpMethod`. In a
    message, the token is UserData instead of `?t=`. A pattern finds it in the text, because nothing
    is parsed before the token is verified. A record that can't be read becomes a request without a
    token.
    """
    if not isinstance(event, Mapping) or "httpMethod" in event:
        return None
    records = event.get("Records")
    if isinstance(records, list) and any(
        isinstance(record, Mapping) and "CMQ" in record for record in records
    ):
        return [_queued_request(_text(record, "CMQ", "msgBody")) for record in records]
    if isinstance(event.get("data"), Mapping):
        return [_queued_request(_text(event, "data", "msgBody"))]
    return None


def _queued_request(message: str | None) -> dict[str, object]:
    token = _TOKEN_IN_MESSAGE.search(message or "")
    return {"queryString": {"t": token[1]} if token else {}, "body": message}


def http_body(event: object, limit: int = MAX_BODY_BYTES) -> bytes:
    """Return the body of an HTTP event, decoded if the gateway encoded it.

    Raises:
        MalformedCallback: no body, not text, not base64, or more than `limit` bytes.
    """
    body = event.get("body") if isinstance(event, Mapping) else None
    if not isinstance(body, str) or not body:
        raise MalformedCallback("the request has no body")
    if isinstance(event, Mapping) and event.get("isBase64Encoded") is True:
        data = _from_base64(body, limit)
    else:
        data = body[: limit + 1].encode("utf-8", "replace")
    if len(data) > limit:
        raise MalformedCallback(f"the body is larger than {limit} bytes")
    return data


def _from_base64(body: str, limit: int) -> bytes:
    if len(body) > 2 * limit:  # base64 adds a third, so the decoded body is too large as well
        raise MalformedCallback(f"the body is larger than {limit} bytes")
    try:
        return b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedCallback("the body isn't base64, though the event says so") from None
