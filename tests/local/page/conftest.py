from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder, TestResponse
from werkzeug.wrappers import Response

from local.cloud import SAMPLES
from local.page.app import Page
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

    def post_stream(
        self, path: str, size: int, headers: dict[str, str], *, says_its_length: bool
    ) -> Response:
        """Post so many bytes, as a server hands them on: in chunks, if no length is said."""
        sent = Headers(list({**SITE, **headers}.items()))
        environ = EnvironBuilder(path=path, method="POST", headers=sent).get_environ()
        environ["wsgi.input"] = io.BytesIO(b"x" * size)
        environ["wsgi.input_terminated"] = True
        if says_its_length:
            environ["CONTENT_LENGTH"] = str(size)
        else:
            environ.pop("CONTENT_LENGTH", None)
            environ["HTTP_TRANSFER_ENCODING"] = "chunked"
        return Response.from_app(self.cloud.local.app, environ)

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
