"""What every client does: one task after the other against an emulator on a socket."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

import requests

from coslocal import Emulator, Settings
from coslocal.server import LocalServer

BUCKET: Final = "examples-1250000000"
REGION: Final = "ap-guangzhou"
ENDPOINT: Final = f"cos.{REGION}.myqcloud.com"
KEY: Final = "notes/你 好+&.txt"
BEFORE: Final = "was there before"
MEBIBYTE: Final = 1024 * 1024


class Client(Protocol):
    """A client of COS or S3: each method does one task as its user would, or raises."""

    def make_bucket(self) -> None:
        """Create the bucket that exists; that it is refused is none of this client's errors."""

    def copy(self, source: Path, target: Path) -> None:
        """Upload a file as `KEY`, copy it to `copied/` there, and download the copy."""

    def sync(self, folder: Path) -> None:
        """Bring the folder to `synced/`, with what is gone from it deleted there."""

    def listed(self, prefix: str) -> set[str]:
        """Return the keys under a prefix."""

    def presigned(self, key: str) -> str:
        """Return a URL that reads an object for an hour."""

    def upload(self, source: Path, key: str) -> None:
        """Upload a large file in parts."""

    def download(self, key: str, target: Path) -> None:
        """Download a large file."""

    def delete(self, prefix: str) -> None:
        """Delete every object under a prefix."""

    def publish(self, key: str) -> None:
        """Let everybody read an object."""


@dataclass(frozen=True)
class Running:
    """An emulator on a socket; `address` is 127.0.0.1:<port>."""

    emulator: Emulator
    url: str

    @property
    def address(self) -> str:
        return urlsplit(self.url).netloc

    def keys(self, prefix: str = "") -> set[str]:
        """What is stored, seen from inside."""
        found = self.emulator.cos._s3.objects(BUCKET, prefix)  # noqa: SLF001 - not by a client
        return {one.name for one in found}

    def content(self, key: str) -> bytes | None:
        stored = self.emulator.cos.read_object(BUCKET, key)
        return None if stored is None else stored.body

    def get(self, url: str) -> requests.Response:
        """The answer to a URL that the client made, for a host of COS or for the address."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(url, proxies={"http": self.url}, timeout=60)


@contextmanager
def emulator_on_a_socket() -> Iterator[Running]:
    server = LocalServer()
    emulator = Emulator(Settings(bucket=BUCKET, region=REGION, url=server.url))
    server.serve(emulator.app)
    try:
        yield Running(emulator, server.url)
    finally:
        server.stop()


def run(*command: str, environment: Mapping[str, str] | None = None, folder: Path) -> str:
    """What a command prints, in an environment of its own; it must end with 0."""
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**own, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"{Path(command[0]).name}: {done.stdout[-500:]}{done.stderr[-1500:]}")
    return done.stdout


def makes_its_own_bucket_again(client: Client, world: Running, _: Path, __: int) -> None:
    client.make_bucket()
    assert world.content(BEFORE) == b"kept"


def copies(client: Client, world: Running, folder: Path, _: int) -> None:
    (folder / "sent").write_bytes(b"0123456789" * 100)
    client.copy(folder / "sent", folder / "received")
    assert world.content(KEY) == (folder / "sent").read_bytes()
    assert world.keys("copied/") == {"copied/" + KEY.rpartition("/")[2]}
    assert (folder / "received").read_bytes() == (folder / "sent").read_bytes()


def syncs(client: Client, world: Running, folder: Path, _: int) -> None:
    tree = folder / "tree"
    (tree / "深").mkdir(parents=True)
    for name in ("a.txt", "b c.txt", "深/d.txt"):
        (tree / name).write_text(name, encoding="utf-8")
    client.sync(tree)
    assert world.keys("synced/") == {"synced/a.txt", "synced/b c.txt", "synced/深/d.txt"}
    (tree / "a.txt").unlink()
    (tree / "b c.txt").write_text("changed", encoding="utf-8")
    client.sync(tree)
    assert world.keys("synced/") == {"synced/b c.txt", "synced/深/d.txt"}
    assert world.content("synced/b c.txt") == b"changed"


def lists(client: Client, _: Running, __: Path, ___: int) -> None:
    assert client.listed("synced/") == {"synced/b c.txt", "synced/深/d.txt"}


def presigns(client: Client, world: Running, _: Path, __: int) -> None:
    answer = world.get(client.presigned(KEY))
    assert (answer.status_code, answer.content) == (200, world.content(KEY))


def uploads_in_parts(client: Client, world: Running, folder: Path, size: int) -> None:
    sent, received = folder / "large", folder / "large.back"
    sent.write_bytes(random.Random(19).randbytes(size))  # noqa: S311 - a file, no secret
    client.upload(sent, "large")
    client.download("large", received)
    assert _digest(received) == _digest(sent)
    stored = world.emulator.cos.read_object(BUCKET, "large")
    assert stored is not None
    assert "-" in stored.etag, "it was not uploaded in parts"


def publishes(client: Client, world: Running, _: Path, __: int) -> None:
    url = f"http://{BUCKET}.{ENDPOINT}/synced/b%20c.txt"
    assert world.get(url).status_code == 403
    client.publish("synced/b c.txt")
    assert world.get(url).content == b"changed"


def deletes(client: Client, world: Running, _: Path, __: int) -> None:
    client.delete("synced/")
    assert world.keys("synced/") == set()
    assert world.content(BEFORE) == b"kept"


Task = Callable[[Client, Running, Path, int], None]
TASKS: Final[Mapping[str, Task]] = {
    "create its bucket again": makes_its_own_bucket_again,
    "copy": copies,
    "sync": syncs,
    "list": lists,
    "presigned URL": presigns,
    "upload in parts": uploads_in_parts,
    "ACL": publishes,
    "delete": deletes,
}


def run_tasks(
    make: Callable[[Running, Path], Client], folder: Path, size: int
) -> Mapping[str, str | None]:
    """Do every task with a client; returns what went wrong with each, None for nothing."""
    endings: dict[str, str | None] = {}
    with emulator_on_a_socket() as world:
        client = make(world, folder)
        _store(world, BEFORE, b"kept")
        for name, task in TASKS.items():
            endings[name] = _ending(partial(task, client, world, folder, size))
    return endings


def _ending(task: Callable[[], None]) -> str | None:
    try:
        task()
    except Exception as error:  # noqa: BLE001 - the table tells of it
        return f"{type(error).__name__}: {error}"
    return None


def _store(world: Running, key: str, body: bytes) -> None:
    from coslocal.cos.moto_s3 import S3Request  # noqa: PLC0415 - what no client uploaded

    world.emulator.cos._s3.call(S3Request("PUT", BUCKET, key, body=body), 0)  # noqa: SLF001


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(MEBIBYTE):
            digest.update(piece)
    return digest.hexdigest()
