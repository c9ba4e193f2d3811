"""The local cloud for tests: the real handlers, the real SDK, real requests — and no sockets."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qcloud_cos import CosConfig, CosS3Client

from local.agenda import Clock
from local.ci.jobs import Job
from local.cloud import LocalCloud, Setup
from local.functions import Returned
from local.recognition.scripted import ScriptedRecogniser, scripted_card
from tests.support.cards import LABELS
from tests.support.privacy import leaks
from tests.support.schema import validate_pending, validate_result

BUCKET = "cards-1250000000"
CARD = scripted_card(LABELS)


class Cloud:
    """A local cloud and the official SDK's client of whoever uploads."""

    def __init__(self, local: LocalCloud) -> None:
        self.local = local
        credential = local.uploader
        self.user = CosS3Client(
            CosConfig(
                Region=local.setup.region,
                SecretId=credential.secret_id,
                SecretKey=credential.secret_key,
            ),
            session=local.client_session(),
        )

    def upload(self, key: str, content: bytes = CARD, **headers: object) -> str:
        """Upload as a user would, let everything happen that follows, and return the ETag."""
        etag = self.put(key, content, **headers)
        self.local.run_until_idle()
        return etag

    def put(self, key: str, content: bytes = CARD, **headers: object) -> str:
        """Upload alone: what follows waits for `run_until_idle`."""
        reply = self.user.put_object(Bucket=BUCKET, Key=key, Body=content, **headers)
        return str(reply["ETag"]).strip('"')

    def result(self, key: str, etag: str) -> dict[str, Any]:
        document = self.document(f"ocr/results/{key}.{etag}.json")
        validate_result(document)
        return document

    def names(self, folder: str) -> list[str]:
        reply = self.user.list_objects(Bucket=BUCKET, Prefix=f"ocr/{folder}/")
        return [item["Key"] for item in reply.get("Contents", [])]

    def pending(self) -> list[dict[str, Any]]:
        documents = [self.document(name) for name in self.names("pending")]
        for document in documents:
            validate_pending(document)
        return documents

    def document(self, name: str) -> dict[str, Any]:
        body = self.user.get_object(Bucket=BUCKET, Key=name)["Body"].get_raw_stream().read()
        document: dict[str, Any] = json.loads(body)
        return document

    def invoke(self, function: str, event: Any) -> Any:
        """Invoke a function directly; returns what it returned, or its Failure."""
        outcome = self.local.functions[function].invoke(event)
        return outcome.value if isinstance(outcome, Returned) else outcome

    @property
    def jobs(self) -> list[Job]:
        return self.local.jobs

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line.text) for line in self.local.logs]


@contextmanager
def cloud(clock: Clock = time.time, **settings: str) -> Iterator[Cloud]:
    """A local cloud in this process; at its end no log line of a function may leak anything."""
    setup = Setup(settings={"CARD_TYPE_RULES": "uploads/driver/=DriverLicense", **settings})
    local = LocalCloud(ScriptedRecogniser(), setup, clock=clock)
    with local.in_process():
        yield Cloud(local)
    environment = local.environment("submit")
    secrets = [value for name, value in environment.items() if "SECRET" in name or "TOKEN" in name]
    found = set().union(*(leaks(line.text, secrets) for line in local.logs))
    assert not found, f"the functions' log holds: {', '.join(sorted(found))}"
