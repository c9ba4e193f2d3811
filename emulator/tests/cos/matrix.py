"""What the official SDK can do with a local cloud on a socket: every operation, and how it ends."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import requests
from qcloud_cos import CosConfig, CosS3Client

from coslocal import Emulator, Settings
from coslocal.client import EmulatorAdapter
from coslocal.server import LocalServer
from tests.cos.operations import (
    buckets,
    checksums,
    copies,
    deletions,
    forms,
    listing,
    multipart,
    presigned,
    reading,
    refusals,
    settings,
    unlike,
    uploads,
)
from tests.cos.sdk import BUCKET, REGION, Operation

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GROUPS: Final[Mapping[str, list[Operation]]] = {
    "Uploading": uploads.OPERATIONS,
    "Reading": reading.OPERATIONS,
    "Checksums": checksums.OPERATIONS,
    "Listing": listing.OPERATIONS,
    "Copying": copies.OPERATIONS,
    "Deleting": deletions.OPERATIONS,
    "Uploading in parts": multipart.OPERATIONS,
    "Uploading by form": forms.OPERATIONS,
    "Presigned URLs": presigned.OPERATIONS,
    "Buckets and versions": buckets.OPERATIONS,
    "Settings of a bucket": settings.OPERATIONS,
    "Refusals": refusals.OPERATIONS,
    "Unlike COS": [*unlike.DIFFERS, *unlike.NOT_THERE],
}


class Ending(NamedTuple):
    """How an operation ended: the SDK's methods it called, what was raised, what was answered."""

    methods: tuple[str, ...]
    error: Exception | None
    answers: tuple[str, ...] = ()


class _Recorder:
    """The SDK's client, with a list of the methods called on it."""

    def __init__(self, client: CosS3Client) -> None:
        self._client = client
        self.methods: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            self.methods.append(name)
        return getattr(self._client, name)


def run_all() -> dict[str, Ending]:
    """Carry every operation out on one cloud, which forgets everything in between; by name."""
    answers: list[str] = []
    with _served(answers) as (cloud, client), _quiet():
        return {
            operation.__name__: _run(operation, cloud, client, answers)
            for operations in GROUPS.values()
            for operation in operations
        }


def _run(operation: Operation, cloud: Emulator, client: CosS3Client, answers: list[str]) -> Ending:
    answers.clear()
    cloud.cos.reset()
    cloud.cos.create_bucket(BUCKET)
    recorder, error = _Recorder(client), None
    with tempfile.TemporaryDirectory() as folder:
        try:
            operation(recorder, Path(folder))
        except Exception as raised:  # noqa: BLE001 - whoever asked for the endings looks at it
            error = raised
    return Ending(tuple(dict.fromkeys(recorder.methods)), error, tuple(answers))


def _recorded(app: WSGIApplication, answers: list[str]) -> WSGIApplication:
    """The app; each of its answers, head and body, is added to a list."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        head: list[str] = []

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            head.append("\n".join([status, *(f"{name}: {value}" for name, value in headers)]))
            return start_response(status, headers, exc_info)

        body = b"".join(app(environ, start))
        answers.append(f"{head[-1]}\n\n{body.decode('latin-1')}")
        return [body]

    return answer


@contextmanager
def _served(answers: list[str]) -> Iterator[tuple[Emulator, CosS3Client]]:
    server = LocalServer()
    cloud = Emulator(Settings(bucket=BUCKET, region=REGION, url=server.url))
    server.serve(_recorded(cloud.app, answers))
    try:
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", EmulatorAdapter(server.url))
            configuration = CosConfig(
                Region=REGION,
                SecretId=cloud.uploader.secret_id,
                SecretKey=cloud.uploader.secret_key,
            )
            yield cloud, CosS3Client(configuration, retry=0, session=session)
    finally:
        server.stop()


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("qcloud_cos")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
