"""The way to the cloud: where bytes go, what is never sent twice, what is never logged."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NoReturn
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from qcloud_cos import CosClientError, CosS3Auth, CosServiceError, cos_auth

from shared import cloud
from shared.jobs import NewJob, Unknown, Waiting
from shared.jobs.service import CiJobService, job_request
from shared.settings.load import Credentials, load
from shared.store.cos import CosStore
from tests.load.light_cloud import LightCloud, served
from tests.support.environment import BUCKET, ENVIRONMENT, REGION

CREDENTIALS = Credentials("AKIDinventedsecretid", "inventedsecretkey", "inventedsessiontoken")
SETTINGS = load(ENVIRONMENT, submits=True)


class RawServer:
    """Takes connections on loopback and answers each request with prepared bytes, then hangs up."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                data = b""
                while not _is_complete(data):
                    data += connection.recv(65536)
                self.requests.append(data)
                connection.sendall(self.answer)

    def close(self) -> None:
        """Stop listening; once the thread is gone, nobody takes a connection any more."""
        if self.thread.is_alive():
            self.listener.shutdown(socket.SHUT_RDWR)
            self.thread.join()
        self.listener.close()


def _is_complete(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: ([0-9]+)", head)
    return bool(end) and len(body) >= int(length[1] if length else 0)


@pytest.fixture
def server() -> Iterator[RawServer]:
    raw = RawServer(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    yield raw
    raw.close()


def service(url: str) -> CiJobService:
    opened = cloud.Cloud(REGION, CREDENTIALS, cloud.open_session(url))
    return CiJobService(opened, SETTINGS, now=lambda: 0.0)


JOB = NewJob("uploads/a.jpg", "IDCard", "v1.p.m")


def test_a_job_is_posted_once_whatever_happens(server: RawServer) -> None:
    assert service(server.url).submit(JOB, not_after=1.0, signed_until=11.0) == Unknown("HTTP500")
    assert len(server.requests) == 1


def test_a_reply_cut_off_leaves_it_open_whether_there_is_a_job(server: RawServer) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<Response>"
    assert service(server.url).submit(JOB, not_after=1.0, signed_until=11.0) == Unknown("NoReply")
    assert len(server.requests) == 1


def test_a_connection_dropped_without_a_reply_leaves_it_open(server: RawServer) -> None:
    server.answer = b""
    assert service(server.url).submit(JOB, not_after=1.0, signed_until=11.0) == Unknown("NoReply")
    assert len(server.requests) == 1


def test_a_redirect_is_not_followed(server: RawServer) -> None:
    location = server.url.encode() + b"/elsewhere"
    server.answer = (
        b"HTTP/1.1 307 Moved\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    )
    answer = service(server.url).submit(JOB, not_after=1.0, signed_until=11.0)
    assert answer == Waiting("HTTP307", None, "configuration")
    assert len(server.requests) == 1


def test_if_nobody_listens_nothing_was_sent(server: RawServer) -> None:
    server.close()
    answer = service(server.url).submit(JOB, not_after=1.0, signed_until=11.0)
    assert answer == Waiting("NoConnection", "CI could not be reached", "capacity")


def test_nothing_is_sent_once_the_claim_is_old(server: RawServer) -> None:
    answer = service(server.url).submit(JOB, not_after=0.0, signed_until=10.0)
    assert answer == Waiting("ClaimTooOld", "nothing was sent", "held")
    assert server.requests == []


def test_url_host_and_signature_are_those_of_production(server: RawServer) -> None:
    service(server.url).submit(JOB, not_after=1.0, signed_until=11.0)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert lines[0] == "POST /jobs HTTP/1.1"
    assert headers["Host"] == f"{BUCKET}.ci.{REGION}.myqcloud.com"
    assert headers["Content-Type"] == "application/xml"
    assert headers["x-ci-security-token"] == CREDENTIALS.token
    assert (
        "q-header-list=content-length;content-type;host;x-ci-security-token"
        in (headers["Authorization"])
    )
    assert body == job_request(SETTINGS, JOB)


def test_the_signature_of_a_job_ends_when_it_is_told_to(server: RawServer) -> None:
    service(server.url).submit(JOB, not_after=60.0, signed_until=70.0)
    time = server.requests[0].partition(b"q-sign-time=")[2].partition(b"&")[0].decode()
    start, end = map(int, time.split(";"))
    assert end - (start + 60) <= 70  # the SDK's signatures begin 60 s ago


def test_a_signature_ends_in_time_although_the_process_stood_still_while_it_signed(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    stops = iter([40])

    def slow_filter(headers: dict[str, str]) -> dict[str, str]:
        clock[0] += next(stops, 0)
        return headers

    monkeypatch.setattr(cos_auth, "filter_headers", slow_filter)
    monkeypatch.setattr(cos_auth, "time", SimpleNamespace(time=lambda: clock[0]))
    opened = cloud.Cloud(REGION, CREDENTIALS, cloud.open_session(server.url))
    jobs = CiJobService(opened, SETTINGS, now=lambda: clock[0])
    jobs.submit(JOB, not_after=1060.0, signed_until=1070.0)
    time = server.requests[0].partition(b"q-sign-time=")[2].partition(b"&")[0].decode()
    assert int(time.partition(";")[2]) == 1070


def test_a_proxy_variable_does_not_lead_away_from_this_machine(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    service(server.url).submit(JOB, not_after=1.0, signed_until=11.0)
    assert len(server.requests) == 1


def test_a_cookie_that_a_reply_sets_is_not_sent_back(server: RawServer) -> None:
    server.answer = server.answer.replace(b"Connection", b"Set-Cookie: a=b; Path=/\r\nConnection")
    jobs = service(server.url)
    for _ in range(2):
        jobs.submit(JOB, not_after=1.0, signed_until=11.0)
    assert not [sent for sent in server.requests if b"cookie" in sent.lower()]


def test_requests_one_after_the_other_share_a_connection() -> None:
    with served(LightCloud(), 0) as address:
        session = cloud.open_session(address)
        store = CosStore(cloud.Cloud(REGION, CREDENTIALS, session), SETTINGS)
        for number in range(3):
            store.replace(f"ocr/state/{number}", b"{}")
        pool = pool_of(session, address)
        assert (pool.num_connections, pool.num_requests) == (1, 3)


def test_new_credentials_make_new_clients() -> None:
    first = cloud.connect(load(ENVIRONMENT, submits=True))
    same = cloud.connect(load(ENVIRONMENT, submits=True))
    other = cloud.connect(load(ENVIRONMENT | {"TENCENTCLOUD_SECRETID": "AKIDnext"}, submits=True))
    assert first is same
    assert other is not first


def test_a_connection_that_was_idle_for_too_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr("shared.cloud.time.monotonic", lambda: now[0])
    with served(LightCloud(), 0) as address:
        session = cloud.open_session(address)
        store = CosStore(cloud.Cloud(REGION, CREDENTIALS, session), SETTINGS)
        ports = []
        for seconds in (0, 10, 10, 16):
            now[0] += seconds
            store.replace("ocr/state/a", b"{}")
            ports.append(pooled(session, address).sock.getsockname()[1])
    assert ports[0] == ports[1] == ports[2] != ports[3]


def pooled(session: requests.Session, address: str) -> Any:
    """The one connection that waits in the pool."""
    pool = pool_of(session, address)
    connection = pool.pool.get_nowait()
    pool.pool.put_nowait(connection)
    return connection


def pool_of(session: requests.Session, address: str) -> Any:
    adapter = session.get_adapter("https://")
    assert isinstance(adapter, cloud.LocalCloudAdapter)
    return adapter.poolmanager.connection_from_url(address)


def test_the_sdks_loggers_say_nothing(server: RawServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service(server.url).submit(JOB, not_after=1.0, signed_until=11.0)
    client = cloud.Cloud(REGION, CREDENTIALS, cloud.open_session(server.url)).once
    with pytest.raises(CosServiceError):
        client.send_request(
            method="GET",
            url=f"https://{BUCKET}.ci.{REGION}.myqcloud.com/jobs/a1",
            bucket=BUCKET,
            auth=CosS3Auth(client.get_conf(), "/jobs/a1"),
            headers={},
        )
    assert caplog.records == []


def test_a_request_waits_five_seconds_to_connect_and_twenty_to_read() -> None:
    seen: list[object] = []

    class Adapter(cloud.LocalCloudAdapter):
        def send(self, request: object, **options: object) -> NoReturn:  # type: ignore[override]
            del request
            seen.append(options["timeout"])
            raise requests.ConnectionError

    session = requests.Session()
    session.mount("https://", Adapter("http://127.0.0.1:9"))
    opened = cloud.Cloud(REGION, CREDENTIALS, session)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
        CiJobService(opened, SETTINGS, now=lambda: 0.0).submit(
            JOB, not_after=1.0, signed_until=11.0
        )
        with pytest.raises(CosClientError):
            opened.idempotent.head_object(Bucket=BUCKET, Key="uploads/a")
    assert seen == [(5, 20)] * 3


def test_jobs_are_listed_the_oldest_first_from_a_time_on(server: RawServer) -> None:
    body = (
        b"<Response><JobsDetail><JobId>a1</JobId></JobsDetail><NextToken>2</NextToken></Response>"
    )
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    page = service(server.url).list_created(1_767_323_045.0, "1")
    target = server.requests[0].split(b" ")[1].decode()
    assert dict(parse_qsl(urlsplit(target).query)) == {
        "tag": "ImageLicenseRec",
        "orderByTime": "Asc",
        "size": "100",
        "states": "All",
        "startCreationTime": "2026-01-02T11:04:05+0800",
        "nextToken": "1",
    }
    assert [job.job_id for job in page.jobs] == ["a1"]
    assert page.next_token == "2"
