"""The body of `POST /jobs`, checked node by node against the tables of the API page.

A node the tables don't name, one that stands twice, one that is missing and one with a value the
tables don't allow are each refused with a message that names it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

import xmltodict

from coslocal.ci.errors import CiError
from coslocal.ci.jobs import Callback, CallbackFormat, JobRequest, MessageQueue, QueueState

if TYPE_CHECKING:
    from coslocal.ci.job_types import JobType

MAX_USER_DATA: Final = 1024
MAX_QUEUE_NAME: Final = 128
MAX_KEY_BYTES: Final = 850
MQ_REGIONS: Final = ("sh", "bj", "gz", "cd", "hk")

_PRINTABLE_ASCII: Final = re.compile(r"[\x20-\x7e]*")


def parse_job_request(body: bytes, job_types: Mapping[str, JobType]) -> JobRequest:
    """Read the request for a job of one of these types, which are by their tags.

    Raises:
        CiError: MissingContent for an empty body, InvalidContent for one that is no XML,
            InvalidArgument for a node that is unknown, repeated, missing or wrong.
    """
    root = Node("", _parse(body)).container("Request", known=("Request",))
    request = root.only(
        "Tag",
        "Input",
        "Operation",
        "QueueId",
        "QueueType",
        "CallBackFormat",
        "CallBackType",
        "CallBack",
        "CallBackMqConfig",
    )
    tag: str = request.choice("Tag", job_types)
    request.choice("QueueType", ("AIProcess",), default="AIProcess")
    operation = request.child("Operation").only(tag, "UserData", "JobLevel")
    return JobRequest(
        object_key=_object_key(request.child("Input").only("Object")),
        tag=tag,
        parameters=job_types[tag].parse(operation.child(tag)),
        user_data=_user_data(operation),
        job_level=int(operation.choice("JobLevel", ("0", "1", "2"), default="0")),
        queue_id=request.text("QueueId", default=None),
        callback=_callback(request),
    )


class QueueRequest(NamedTuple):
    """What `PUT /ai_queue/<id>` asks for; None leaves as it is what the queue has."""

    name: str | None
    state: QueueState | None
    callback: Callback | None


def parse_queue_request(body: bytes) -> QueueRequest:
    """Read the body of `PUT /ai_queue/<id>`: the name, the State, and the callback to notify.

    Raises:
        CiError: As for a job request.
    """
    request = Node("", _parse(body)).container("Request", known=("Request",))
    request.only("Name", "QueueID", "State", "NotifyConfig")
    name: str | None = request.text("Name", default=None)
    if name is not None and len(name) > MAX_QUEUE_NAME:
        raise CiError("InvalidArgument", f"Request.Name exceeds {MAX_QUEUE_NAME} characters")
    state: QueueState | None = request.choice("State", ("Active", "Paused"), default=None)
    callback = _notified(request) if "NotifyConfig" in request.value else None
    return QueueRequest(name, state, callback)


def _notified(request: Node) -> Callback:
    notify = request.child("NotifyConfig").only(
        "State", "Event", "ResultFormat", "Type", "Url", "MqMode", "MqRegion", "MqName"
    )
    if notify.choice("State", ("On", "Off"), default="Off") == "Off":
        return Callback()
    result_format: CallbackFormat = notify.choice("ResultFormat", ("JSON", "XML"), default="XML")
    if notify.choice("Type", ("Url", "TDMQ"), default="Url") == "TDMQ":
        return Callback(message_queue=_message_queue(notify), format=result_format)
    return Callback(url=_url(notify, "Url"), format=result_format)


class Node:
    """A container of the request, with the path that names it in a refusal."""

    def __init__(self, path: str, value: Mapping[str, Any]) -> None:
        self.path = path
        self.value = value

    def container(self, name: str, known: Collection[str]) -> Node:
        """Return the child container `name` after checking this node's own children."""
        return self.only(*known).child(name)

    def only(self, *known: str) -> Node:
        """Refuse children that aren't `known`, and any that stand more than once."""
        for name, value in self.value.items():
            if name not in known:
                raise CiError("InvalidArgument", f"{self._named(name)} is not a known node")
            if isinstance(value, list):
                raise CiError("InvalidArgument", f"{self._named(name)} stands more than once")
        return self

    def child(self, name: str) -> Node:
        """Return a required container."""
        if name not in self.value:
            raise CiError("InvalidArgument", f"{self._named(name)} is missing")
        value = self.value[name]
        if isinstance(value, list):
            raise CiError("InvalidArgument", f"{self._named(name)} stands more than once")
        if isinstance(value, str):
            if value.strip():
                raise CiError("InvalidArgument", f"{self._named(name)} must be a container")
            value = None
        return Node(self._named(name), _without_layout(value or {}))

    def text(self, name: str, default: Any = ...) -> Any:  # noqa: ANN401 - a string or the default
        """Return a child's text; without one, the default, and no default means it is required."""
        if name not in self.value:
            if default is ...:
                raise CiError("InvalidArgument", f"{self._named(name)} is missing")
            return default
        value = self.value[name]
        if isinstance(value, Mapping):
            raise CiError("InvalidArgument", f"{self._named(name)} must be a string")
        if not value:
            raise CiError("InvalidArgument", f"{self._named(name)} is empty")
        return value

    def choice(self, name: str, allowed: Collection[str], default: Any = ...) -> Any:  # noqa: ANN401
        """Return a child's text, which must be one of `allowed`."""
        value = self.text(name, default)
        if value is not default and value not in allowed:
            raise CiError(
                "InvalidArgument", f"{self._named(name)} must be one of {', '.join(allowed)}"
            )
        return value

    def _named(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _parse(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise CiError("MissingContent", "the request has no body")
    try:
        return dict(xmltodict.parse(body, strip_whitespace=False))
    except (ExpatError, ValueError) as error:
        raise CiError("InvalidContent", "the body is not well-formed XML") from error


def _without_layout(value: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the white space between a container's children."""
    return {
        name: child for name, child in value.items() if name != "#text" or str(child or "").strip()
    }


def _object_key(input_node: Node) -> str:
    key = str(input_node.text("Object"))
    if len(key.encode()) > MAX_KEY_BYTES:
        raise CiError("InvalidArgument", f"Request.Input.Object exceeds {MAX_KEY_BYTES} bytes")
    return key


def _user_data(operation: Node) -> str | None:
    user_data: str | None = operation.text("UserData", default=None)
    if user_data is None:
        return None
    if len(user_data) > MAX_USER_DATA or not _PRINTABLE_ASCII.fullmatch(user_data):
        raise CiError(
            "InvalidArgument",
            f"Request.Operation.UserData must be printable ASCII of at most {MAX_USER_DATA}",
        )
    return user_data


def _callback(request: Node) -> Callback | None:
    callback_format: CallbackFormat = request.choice(
        "CallBackFormat", ("JSON", "XML"), default="XML"
    )
    kind = request.choice("CallBackType", ("URL", "Url", "TDMQ"), default="URL")
    if request.text("CallBack", default=None) == "no":
        return Callback()
    if kind == "TDMQ":
        config = request.child("CallBackMqConfig").only("MqRegion", "MqMode", "MqName")
        return Callback(message_queue=_message_queue(config), format=callback_format)
    if "CallBack" not in request.value:
        return None
    return Callback(url=_url(request, "CallBack"), format=callback_format)


def _message_queue(config: Node) -> MessageQueue:
    return MessageQueue(
        region=config.choice("MqRegion", MQ_REGIONS),
        mode=config.choice("MqMode", ("Queue", "Topic"), default="Queue"),
        name=config.text("MqName"),
    )


def _url(node: Node, name: str) -> str:
    url = str(node.text(name))
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or not _PRINTABLE_ASCII.fullmatch(url) or " " in url:
        raise CiError("InvalidArgument", f"{name} must be an http or https URL, or no")
    return url
