"""The app on a real socket: one upload through the official SDK, worked on by threads."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.client import official_client
from local.cloud import LocalCloud, Setup
from local.functions import Function, InProcessFunction
from local.functions.interface import WriteLog
from local.recognition.scripted import ScriptedRecogniser, scripted_card
from local.server import LocalServer, PortUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def test_an_upload_over_a_socket_reaches_the_function() -> None:
    reached = threading.Event()

    def make(name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
        def handle(_event: dict[str, Any], _context: object) -> None:
            reached.set()

        return InProcessFunction(name, handle, environment, write_log)

    server = LocalServer()
    cloud = LocalCloud(
        ScriptedRecogniser(),
        Setup(url=server.url, functions=["submit"], bucket_exists=False),
        make_function=make,
    )
    server.serve(cloud.app)
    cloud.start(workers=2)
    try:
        client = official_client(server.url, cloud.uploader, cloud.setup.region)
        client.create_bucket(Bucket=cloud.setup.bucket)
        client.put_object(
            Bucket=cloud.setup.bucket, Key="uploads/a b+中.jpg", Body=scripted_card({})
        )
        assert reached.wait(10)
    finally:
        server.stop()
        cloud.stop()


@pytest.mark.parametrize("target", ["//a//b", "/a", "//a?b=//c", "http://example.com//a"])
def test_a_target_reaches_the_app_as_it_was_sent(target: str) -> None:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["RAW_URI"].encode()]

    server = LocalServer()
    server.serve(answer)
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", target)
        assert connection.getresponse().read().decode() == target
    finally:
        connection.close()
        server.stop()


def test_a_connection_that_is_to_break_breaks() -> None:
    def broken(*_: object) -> list[bytes]:
        raise ConnectionResetError

    server = LocalServer()
    server.serve(broken)
    try:
        with pytest.raises(requests.ConnectionError):
            requests.get(server.url, timeout=5)
    finally:
        server.stop()


def test_a_taken_port_is_said_to_be_taken(capfd: pytest.CaptureFixture[str]) -> None:
    server = LocalServer()
    port = int(server.url.rpartition(":")[2])
    try:
        with pytest.raises(PortUnavailable, match=rf"port {port} of 127\.0\.0\.1: Address already"):
            LocalServer(port)
    finally:
        server.stop()
    assert capfd.readouterr().err == ""
