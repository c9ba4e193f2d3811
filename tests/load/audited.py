"""An audit of a bucket of many uploads, in a process of its own, over loopback."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from coslocal.credentials import Credential, CredentialStore
from coslocal.server import LocalServer
from shared.times import rfc3339
from tests.load.listed_bucket import BodyOf, ListedBucket
from tests.load.uploads import DEPLOYED, Uploads

ROOT = Path(__file__).parents[2]
REGION = "ap-guangzhou"
SINCE = "ocr/state/since.json"


class Run(NamedTuple):
    """What a process gave: exit status, what it printed, and what it took."""

    status: int
    out: str
    err: str
    peak_mb: float
    cpu_seconds: float

    def document(self) -> Any:
        return json.loads(self.out)

    def findings(self) -> list[tuple[str, str, str | None]]:
        found = self.document()["findings"]
        return [(one["kind"], one["key"], one["version"]) for one in found]


class Served(NamedTuple):
    """A bucket that is served, and the environment of whoever audits it."""

    bucket: ListedBucket
    environment: Mapping[str, str]

    def runs(self, module: str, *arguments: str) -> Run:
        """Run a module of this repository on it."""
        self.bucket.requests.clear()
        with tempfile.TemporaryDirectory() as folder:
            figures = Path(folder) / "figures.json"
            command = [sys.executable, "-m", "tests.load.measured", str(figures), module]
            environment = {**self.environment, "XDG_CACHE_HOME": folder}
            ended = subprocess.run(
                [*command, *arguments],
                env=environment,
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            return Run(
                ended.returncode,
                ended.stdout,
                ended.stderr,
                **json.loads(figures.read_text(encoding="utf-8")),
            )

    @property
    def requests(self) -> Counter[str]:
        return self.bucket.requests


@contextmanager
def served(uploads: Uploads, body_of: BodyOf = lambda _name: None) -> Iterator[Served]:
    """Serve the bucket until the block is left."""
    credential = Credential("AKID" + secrets.token_hex(16), secrets.token_hex(16))
    server = LocalServer()
    bucket = ListedBucket(
        uploads.sources | uploads.objects,
        REGION,
        CredentialStore(credential),
        lambda name: _since() if name == SINCE else body_of(name),
    )
    server.serve(bucket)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONHASHSEED": "0",
        "INPUT_BUCKET": "cards-1250000000",
        "CALLBACK_URL": "https://callback.example/card",
        "CALLBACK_SECRET": secrets.token_hex(32),
        "TENCENTCLOUD_REGION": REGION,
        "TENCENTCLOUD_SECRET_ID": credential.secret_id,
        "TENCENTCLOUD_SECRET_KEY": credential.secret_key,
        "LOCAL_CLOUD": server.url,
    }
    try:
        yield Served(bucket, environment)
    finally:
        server.stop()


def _since() -> bytes:
    return json.dumps({"since": rfc3339(time.time() - DEPLOYED)}).encode()
