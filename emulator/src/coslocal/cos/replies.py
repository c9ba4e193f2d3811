"""What is answered: a reply of any kind, and that of a refusal."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from coslocal.cos.errors import CosError, error_xml
from coslocal.cos.on_disk import FileBody

XML_TYPE: Final = "application/xml"


@dataclass(frozen=True)
class CosReply:
    """What is answered, before the headers that every answer has."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | FileBody = b""


def xml_reply(text: str) -> CosReply:
    """Return the answer that is a document."""
    return CosReply(200, {"Content-Type": XML_TYPE}, text.encode())


def refusal(error: CosError, resource: str, request_id: str) -> CosReply:
    """Return the answer of a refusal; `resource` is what it is about, as in `error_xml`."""
    trace_id = new_request_id()
    body = error_xml(error, resource, request_id, trace_id)
    headers = {"Content-Type": XML_TYPE, "x-cos-trace-id": trace_id}
    return CosReply(error.status, headers, body)


def new_request_id() -> str:
    """Return an id of the form COS's have: hexadecimal parts, in base64."""
    return base64.b64encode(f"{secrets.token_hex(4)}_{secrets.token_hex(4)}".encode()).decode()
