"""The requests that go to COS and CI, whoever in this process sends them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter


class Sent(NamedTuple):
    """A request; `path` is without its query, `/` for a listing."""

    service: Literal["COS", "CI"]
    method: str
    path: str

    @property
    def is_listing(self) -> bool:
        return self.service == "COS" and self.path == "/"


@contextmanager
def recorded() -> Iterator[list[Sent]]:
    """Record them, in their order, until the block is left."""
    sent: list[Sent] = []
    carry = HTTPAdapter.send

    def send(
        adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        parts = urlsplit(str(request.url))
        service: Literal["COS", "CI"] = "COS" if ".cos." in parts.netloc else "CI"
        sent.append(Sent(service, str(request.method), parts.path or "/"))
        return carry(adapter, request, **options)

    with mock.patch.object(HTTPAdapter, "send", send):
        yield sent
