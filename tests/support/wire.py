"""What passes between the functions and CI, byte for byte, in a cloud of this process."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import urlsplit

import requests

from coslocal.wsgi_adapter import WsgiAdapter


class Exchange(NamedTuple):
    """A request to CI and its reply, as they were sent."""

    method: str
    path: str
    body: bytes
    status: int
    headers: dict[str, str]
    reply: bytes


class Wire:
    """Every exchange with CI. `alter` changes the replies on their way."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.alter: Callable[[bytes], bytes] = lambda reply: reply

    @property
    def jobs(self) -> list[ET.Element]:
        """The body of each POST /jobs."""
        posts = [one.body for one in self.exchanges if one.method == "POST"]
        return [ET.fromstring(body) for body in posts]  # noqa: S314 — our own

    def last(self, method: str) -> Exchange:
        """The last exchange of a method."""
        return [one for one in self.exchanges if one.method == method][-1]


@contextmanager
def tapped() -> Iterator[Wire]:
    """Listen to every cloud of this process."""
    wire = Wire()
    send = WsgiAdapter.send

    def heard(
        adapter: WsgiAdapter, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        response = send(adapter, request, **options)
        url = urlsplit(request.url or "")
        if ".ci." in url.netloc:
            response._content = wire.alter(response.content)  # noqa: SLF001
            body = request.body or b""
            wire.exchanges.append(
                Exchange(
                    method=request.method or "",
                    path=url.path,
                    body=body if isinstance(body, bytes) else body.encode(),
                    status=response.status_code,
                    headers=dict(response.headers),
                    reply=response.content,
                )
            )
        return response

    with mock.patch.object(WsgiAdapter, "send", heard):
        yield wire
