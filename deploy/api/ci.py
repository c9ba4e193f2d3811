"""Sets up CI for the bucket: its binding, AI recognition, and the queue.

This module reads the replies itself, since the SDK turns a reply into text and evaluates that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple
from xml.parsers.expat import ExpatError

import xmltodict
from qcloud_cos import CosClientError, CosS3Auth, CosS3Client
from requests import Response

from deploy.api.advice import role_missing
from deploy.api.connection import ADVICE, kind_of
from deploy.errors import NoAnswer, RequestFailed
from shared.errors import JobServiceFault
from shared.jobs.reply import error_in

Binding = Literal["on", "off", "unbinding"]

_BINDINGS: tuple[Binding, ...] = ("on", "off", "unbinding")
_OK = 200
_SIGNATURE_SECONDS = 120


class Queue(NamedTuple):
    """A queue of AI recognition. `notify` is its NotifyConfig, kept as CI gave it."""

    id: str
    name: str
    state: str
    notify: Mapping[str, str]


class Ci:
    """CI for one bucket, called with the operator's keys.

    Every method raises JobServiceFault if CI refused, and RequestFailed if it couldn't be reached
    or lacks its role.
    """

    def __init__(self, client: CosS3Client, region: str, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._service = f"https://ci.{region}.myqcloud.com"
        self._url = f"https://{bucket}.ci.{region}.myqcloud.com"

    def binding(self) -> Binding:
        """Return whether the bucket is bound to CI. 460/97481 shows JSON, 1003/30109 shows XML."""
        reply = self._ask("GET", f"{self._url}/")
        status = _ci_status(reply.content)
        for known in _BINDINGS:
            if known == status:
                return known
        raise JobServiceFault("GET of the binding to CI", "UnreadableReply")

    def bind(self) -> None:
        """Bind the bucket to CI (1045/33701)."""
        self._ask("PUT", f"{self._url}/")

    def recognises(self) -> bool:
        """Return whether AI recognition is enabled for the bucket (460/79594)."""
        reply = self._document(
            self._ask("GET", f"{self._service}/ai_bucket", bucketNames=self._bucket)
        )
        found = [bucket.get("BucketId") for bucket in _nodes(reply, "AiBucketList")]
        return self._bucket in found

    def enable_recognition(self) -> None:
        """Enable AI recognition for the bucket, which also makes its queue (1045/72920)."""
        self._ask("POST", f"{self._url}/ai_bucket")

    def queues(self) -> list[Queue]:
        """Return the bucket's queues, in every state (460/79394)."""
        reply = self._document(self._ask("GET", f"{self._url}/ai_queue", state="All"))
        return [
            Queue(
                id=_text(node, "QueueId"),
                name=_text(node, "Name"),
                state=_text(node, "State"),
                notify=_texts(node.get("NotifyConfig")),
            )
            for node in _nodes(reply, "QueueList")
        ]

    def activate(self, queue: Queue) -> None:
        """Activate a paused queue. The address it notifies stays as it is (1045/72924)."""
        request = {
            "Request": {
                "Name": queue.name,
                "State": "Active",
                "NotifyConfig": dict(queue.notify),
            }
        }
        body = xmltodict.unparse(request, full_document=False).encode()
        self._ask("PUT", f"{self._url}/ai_queue/{queue.id}", body)

    def _ask(self, method: str, url: str, body: bytes = b"", **parameters: str) -> Response:
        path = "/" + url.partition("myqcloud.com/")[2]
        request = f"{method} {path.split('/')[1] or 'of the binding to CI'}"
        try:
            response: Response = self._client.send_request(
                method=method,
                url=url,
                bucket=None,
                auth=CosS3Auth(self._client.get_conf(), path, parameters, _SIGNATURE_SECONDS),
                params=parameters,
                headers={"Content-Type": "application/xml"},
                cos_request=False,
                ci_request=True,
                data=body,
            )
        except CosClientError as error:
            raise NoAnswer(request, "no answer", "", ADVICE[kind_of(error)]) from None
        if response.status_code != _OK:
            code = error_in(response.content)[0] or f"HTTP{response.status_code}"
            role = role_missing(code)
            if role is not None:
                raise RequestFailed(request, code, "", role.advice)
            raise JobServiceFault(request, code)
        return response

    @staticmethod
    def _document(response: Response) -> Mapping[str, Any]:
        try:
            reply = xmltodict.parse(
                response.content, force_list=("AiBucketList", "QueueList"), disable_entities=True
            )["Response"]
        except (ExpatError, ValueError, KeyError):
            reply = None
        if not isinstance(reply, Mapping):
            raise JobServiceFault("GET of CI's settings", "UnreadableReply")
        return reply


def _ci_status(content: bytes) -> object:
    """Return CIStatus from a reply in JSON or XML. Return None if the reply has none."""
    text = content.decode("utf-8", "replace").strip("\ufeff \t\r\n")
    try:
        found = json.loads(text) if text.startswith("{") else xmltodict.parse(text)
    except (ExpatError, ValueError, RecursionError):
        return None
    if "CIStatus" not in found:  # XML may have it below the root
        found = next((one for one in found.values() if isinstance(one, dict)), {})
    return found.get("CIStatus")


def _texts(node: object) -> dict[str, str]:
    """Return the entries of a node that are texts."""
    pairs = node.items() if isinstance(node, Mapping) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}


def _nodes(reply: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = reply.get(name)
    return (
        [node for node in listed if isinstance(node, Mapping)] if isinstance(listed, list) else []
    )


def _text(node: Mapping[str, Any], name: str) -> str:
    return str(node.get(name) or "")
