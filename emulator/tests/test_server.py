"""An emulator on a real socket, worked on by threads."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from qcloud_cos import CosS3Client

from coslocal import Emulator, FunctionSettings, Settings, Uploads
from coslocal.agenda import MovableClock
from coslocal.client import official_client
from coslocal.functions import in_this_process
from coslocal.server import EnvFileUnavailable, LocalServer, PortUnavailable, env_file, served

LONG = 30.0

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def reached() -> threading.Event:
    return threading.Event()


@pytest.fixture
def emulator(clock: MovableClock, reached: threading.Event) -> Iterator[Emulator]:
    make = in_this_process(lambda _event, _context: reached.set())
    functions = [FunctionSettings("uploaded", make, [Uploads("uploads/")])]

    def new(url: str, session: requests.Session) -> Emulator:
        settings = Settings(url=url, functions=functions, bucket_exists=False)
        return Emulator(settings, clock=clock, session=session)

    with served(new) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> CosS3Client:
    made = official_client(emulator.settings.url, emulator.uploader, emulator.settings.region)
    made.create_bucket(Bucket=emulator.settings.bucket)
    return made


def test_an_upload_over_a_socket_reaches_the_function(
    emulator: Emulator, client: CosS3Client, reached: threading.Event
) -> None:
    client.put_object(Bucket=emulator.settings.bucket, Key="uploads/a b+中.jpg", Body=b"x")
    assert reached.wait(LONG)


def test_it_shows_its_own_clock_and_no_other(
    emulator: Emulator, client: CosS3Client, clock: MovableClock
) -> None:
    # Given an emulator an hour ahead of the machine
    clock.move(3600)
    # When it answers over a socket
    headers = client.put_object(Bucket=emulator.settings.bucket, Key="notes", Body=b"x")
    # Then its Date is the one of that clock, which the machine's would contradict
    assert abs(parsedate_to_datetime(headers["Date"]).timestamp() - clock()) < LONG
    assert headers["Server"] == "tencent-cos"


def test_an_env_file_is_for_this_user_and_gone_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "variables.env"
    with env_file(path, {"A": "1", "B": "2"}):
        assert path.read_text() == "A=1\nB=2\n"
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()


def test_an_env_file_that_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "variables.env"
    path.write_text("A=0\nC=3\n")
    with env_file(path, {"A": "1", "B": "2"}):
        assert path.read_text() == "A=1\nB=2\n"
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("there", ["", "B=2\nA=1\n", "AA=1\n"])
def test_an_env_file_of_someone_else_is_refused_and_kept(tmp_path: Path, there: str) -> None:
    path = tmp_path / ".env"
    path.write_text(there)
    with (
        pytest.raises(EnvFileUnavailable, match=r"/\.env exists and is none of mine$"),
        env_file(path, {"A": "1", "B": "2"}),
    ):
        pass
    assert path.read_text() == there


def test_an_env_file_that_was_changed_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "variables.env"
    with env_file(path, {"A": "1"}):
        path.write_text("A=of another process\n")
    assert path.read_text() == "A=of another process\n"


def test_an_env_file_that_is_gone_in_the_end_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "variables.env"
    with env_file(path, {"A": "1"}):
        path.unlink()


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
