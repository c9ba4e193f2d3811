from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from local.page.app import Page
from local.running import SAMPLES
from tests.support.clouds import Cloud, cloud

HOST = "127.0.0.1:8000"
SITE = {"Host": HOST, "Origin": f"http://{HOST}"}


class Browser:
    """Asks the page as its own scripts do, without sockets."""

    def __init__(self, here: Cloud) -> None:
        self.cloud = here
        self.page = Page(here.local, SAMPLES)
        self._client = Client(here.local.app)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._client.get(path, headers={"Host": HOST, **headers})

    def post(self, path: str, content: bytes = b"", **headers: str) -> TestResponse:
        return self._client.post(path, data=content, headers={**SITE, **headers})

    def upload(
        self, name: str, content: bytes, kind: str = "image/jpeg", card_type: str = "IDCard"
    ) -> dict[str, Any]:
        answer = self._client.post(
            "/page/uploads",
            data=content,
            content_type=kind,
            headers={**SITE, "X-File-Name": name, "X-Card-Type": card_type},
        )
        assert answer.status_code == 201, answer.text
        self.cloud.local.run_until_idle()
        body: dict[str, Any] = answer.get_json()
        return body


@pytest.fixture
def browser() -> Iterator[Browser]:
    with cloud() as here:
        opened = Browser(here)
        yield opened
        opened.page.close()
