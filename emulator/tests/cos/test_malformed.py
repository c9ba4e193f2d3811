from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from coslocal import Emulator, Settings
from coslocal.client import official_client
from coslocal.server import LocalServer
from tests.cos.malformed import KINDS, KINDS_OF_S3, NO_HTTP, malformed
from tests.cos.sdk import BUCKET, REGION

SEED: Final = 20261130
COUNT: Final = 500


class World:
    def __init__(self, server: LocalServer, emulator: Emulator) -> None:
        self.port = int(server.url.rpartition(":")[2])
        self.emulator = emulator

    def answer(self, sent: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to these bytes, after which nothing more comes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 100"):
            head, _, body = body.partition(b"\r\n\r\n")
        words = head.split(maxsplit=2)
        return (int(words[1]) if len(words) > 1 else 0), body


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    server = LocalServer()
    emulator = Emulator(Settings(bucket=BUCKET, region=REGION, url=server.url))
    server.serve(emulator.app)
    official_client(server.url, emulator.uploader, REGION).put_object(BUCKET, b"kept", "there")
    yield World(server, emulator)
    server.stop()


def is_refusal(status: int, body: bytes) -> bool:
    try:
        error = ET.fromstring(body)  # noqa: S314 - our own
    except ET.ParseError:
        return False
    names = {one.tag for one in error if one.text}
    return 400 <= status < 500 and error.tag == "Error" and {"Code", "RequestId"} <= names


def test_malformed_requests_are_refused_in_xml_and_change_nothing(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    for one in malformed(world.emulator.uploader, SEED, COUNT):
        status, body = world.answer(one.sent)
        if not is_refusal(status, body):
            wrong.append((one.wrong, one.door, status, body[:300], one.sent[:200]))
    assert wrong == []
    stored = world.emulator.cos.read_object(BUCKET, "there")
    assert stored is not None
    assert stored.body == b"kept"
    assert capfd.readouterr().err == ""


def test_every_kind_comes_to_both_doors(world: World) -> None:
    made = list(malformed(world.emulator.uploader, SEED, COUNT))
    assert {(one.wrong, one.door) for one in made} == {
        *((kind.__name__, door) for kind in KINDS for door in ("cos", "s3")),
        *((kind.__name__, "s3") for kind in KINDS_OF_S3),
    }


@pytest.mark.parametrize("sent", NO_HTTP, ids=range(len(NO_HTTP)))
def test_what_is_no_http_is_refused_in_xml(world: World, sent: bytes) -> None:
    status, body = world.answer(sent)
    assert is_refusal(status, body), (status, body[:300])
