"""The local cloud for tests: the real handlers, the real SDK, real requests — and no sockets."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from qcloud_cos import CosConfig, CosS3Client

from coslocal.agenda import Clock, MovableClock
from coslocal.cam.access import Asked
from coslocal.ci.jobs import Job
from coslocal.ci.service import ACCOUNT
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from coslocal.functions import Returned
from deploy.roles.grants import GRANTS, Scope
from deploy.roles.wanted import Document, policy_document
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser, scripted_card
from shared.log import key_digest
from shared.pipeline.gate import Holds
from tests.support.cards import LABELS
from tests.support.privacy import leaks, secrets_in
from tests.support.schema import validate_pending, validate_result

BUCKET = "cards-1250000000"
CARD = scripted_card(LABELS)
DELIVERIES: Mapping[str, Mapping[str, str]] = {
    "URL": {},
    "TDMQ": {
        "CALLBACK_TYPE": "TDMQ",
        "CALLBACK_MQ_REGION": "gz",
        "CALLBACK_MQ_MODE": "Topic",
        "CALLBACK_MQ_NAME": "cards",
    },
    "NONE": {"CALLBACK_TYPE": "NONE"},
}
"""The settings of each way in which a result comes."""
LOCK = {
    "ObjectLockEnabled": "Enabled",
    "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": "30"}},
}
"""What makes COS keep objects for 30 days: `put_bucket_object_lock`."""
_UNTIL_SWEPT_SECONDS = 130  # sweep leaves what is younger than two minutes


class Cloud:
    """A local cloud and the official SDK's client of whoever uploads."""

    def __init__(self, local: LocalCloud) -> None:
        self.local = local
        self.calls: list[Asked] = []  # of the roles, in their order
        self.clock: MovableClock | None = None  # where sweep has to deliver
        self.output_bucket = local.setup.settings.get("OUTPUT_BUCKET", BUCKET)
        self.output_prefix = local.setup.settings.get("OUTPUT_PREFIX", "ocr/")
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
        self.settle()
        return etag

    def settle(self) -> None:
        """Let everything happen that is due; without callbacks, a sweep besides."""
        self.local.run_until_idle()
        if self.clock is not None:
            self.clock.move(_UNTIL_SWEPT_SECONDS)
            self.local.sweep_timer.fire()
            self.local.run_until_idle()

    def put(self, key: str, content: bytes = CARD, **headers: object) -> str:
        """Only upload: what follows waits for `settle`."""
        reply = self.user.put_object(Bucket=BUCKET, Key=key, Body=content, **headers)
        return str(reply["ETag"]).strip('"')

    def result(self, key: str, etag: str) -> dict[str, Any]:
        document = self.document(f"{self.output_prefix}results/{key}.{etag}.json")
        validate_result(document)
        return document

    def names(self, folder: str) -> list[str]:
        """What lies in a folder of ours, or without one in the whole bucket."""
        prefix = folder and f"{self.output_prefix}{folder}/"
        reply = self.user.list_objects(Bucket=self.output_bucket, Prefix=prefix)
        return [item["Key"] for item in reply.get("Contents", [])]

    def pending(self) -> list[dict[str, Any]]:
        documents = [self.document(name) for name in self.names("pending")]
        for document in documents:
            validate_pending(document)
        return documents

    def document(self, name: str) -> dict[str, Any]:
        reply = self.user.get_object(Bucket=self.output_bucket, Key=name)
        document: dict[str, Any] = json.loads(reply["Body"].get_raw_stream().read())
        return document

    def write(self, name: str, body: bytes | Mapping[str, Any]) -> None:
        """Write an object as somebody would who may do everything; a document as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.user.put_object(Bucket=self.output_bucket, Key=name, Body=content)

    def remove(self, name: str) -> None:
        self.user.delete_object(Bucket=self.output_bucket, Key=name)

    def stored(self) -> list[str]:
        """What lies in the bucket, but for state and deletion records."""
        names = (name for name in self.names("") if "/state/" not in name)
        return [name for name in names if "/deleted/" not in name]

    def digest(self, key: str) -> str:
        """What the log has in place of a key."""
        return key_digest(self.local.environment("sweep")["CALLBACK_SECRET"], key)

    def refuse(self, method: str, beginning: str, code: str = "AccessDenied") -> None:
        """Have COS refuse these requests from now on, for objects whose names begin so."""
        status = {"ServiceUnavailable": 503, "NoSuchKey": 404}.get(code, 403)

        def before(request: CosRequest) -> CosError | None:
            is_it = request.method == method and (request.key or "").startswith(beginning)
            return CosError(code, "no", status) if is_it else None

        self.local.cos.before_effect = before

    def answer_all(self) -> None:
        """Have COS refuse nothing from now on."""
        self.local.cos.before_effect = lambda _request: None

    def lose_events(self) -> None:
        """Have nothing happen after an upload from now on."""
        self.local.cos.on_object_created = lambda _created: None

    def invoke(self, function: str, event: Any) -> Any:
        """Invoke a function directly; returns what it returned, or its Failure."""
        outcome = self.local.functions[function].invoke(event)
        return outcome.value if isinstance(outcome, Returned) else outcome

    @property
    def jobs(self) -> list[Job]:
        return self.local.jobs

    def log_lines(self) -> list[dict[str, Any]]:
        lines = (line.text for line in self.local.logs)
        return [json.loads(line) for line in lines if line.startswith("{")]  # else a traceback


@contextmanager
def cloud(
    clock: Clock = time.time, functions: Sequence[str] = ("submit", "callback"), **settings: str
) -> Iterator[Cloud]:
    """A local cloud in this process, whose functions run in the roles they are deployed with.

    At its end no log line of a function may leak anything, and no call of one was refused.
    """
    setup = Setup(
        functions=functions,
        settings={"CARD_TYPE_RULES": "uploads/driver/=DriverLicense", **settings},
        policies=policies(settings),
    )
    local = LocalCloud(ScriptedRecogniser(), setup, clock=clock)
    with pytest.MonkeyPatch.context() as patch, local.in_process():
        # COS and everybody else have one clock here, so nothing is waited for.
        patch.setattr("shared.pipeline.attempt.clock_wait", lambda _photo: 0)
        patch.setattr("functions.submit.index._HOLDS", Holds())  # as in an instance that is new
        if "OUTPUT_BUCKET" in settings:
            local.cos.create_bucket(settings["OUTPUT_BUCKET"])
        found = Cloud(local)
        local.access.on_call = found.calls.append
        yield found
    secrets = secrets_of(local)
    leaked = set().union(*(leaks(line.text, secrets) for line in local.logs))
    assert not leaked, f"the functions' log holds: {', '.join(sorted(leaked))}"
    refused = {(one.role, one.call.action) for one in found.calls if not one.allowed}
    assert not refused, f"calls that no role allows: {sorted(refused)}"


@contextmanager
def delivering(delivery: str, **settings: str) -> Iterator[Cloud]:
    """A local cloud whose results come in one of the `DELIVERIES`."""
    settings = {**DELIVERIES[delivery], **settings}
    sweeps = delivery == "NONE"
    functions = ("submit", "callback", *(["sweep"] if sweeps else []))
    clock = MovableClock()
    with cloud(clock, functions, **settings) as opened:
        opened.clock = clock if sweeps else None
        yield opened


def policies(settings: Mapping[str, str]) -> dict[str, Document]:
    """What the roles of the functions allow, with these settings."""
    scope = Scope(
        region="ap-guangzhou",
        account=ACCOUNT,
        input_bucket=BUCKET,
        input_prefix=settings.get("INPUT_PREFIX", "uploads/"),
        output_bucket=settings.get("OUTPUT_BUCKET", BUCKET),
        output_prefix=settings.get("OUTPUT_PREFIX", "ocr/"),
    )
    return {function: policy_document(function, scope) for function in GRANTS}


def secrets_of(local: LocalCloud) -> set[str]:
    """What no log line of this cloud's functions may hold."""
    return set().union(*(secrets_in(local.environment(name)) for name in local.functions))
