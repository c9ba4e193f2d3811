"""One invented card, from upload to result, by the deployment itself."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from qcloud_cos import CosClientError, CosServiceError

from cli.doctor.subject import Subject
from cli.doctor.verdict import Finding, Verdict, failed, ok, unchecked
from cli.service import ROOT
from shared.errors import CloudFault
from shared.store.layout import pending_name, result_name

WAIT_SECONDS = 180.0
SPECIMEN = ROOT / "local" / "samples" / "id" / "straight.jpg"

_POLL_SECONDS = 2.0
_CARD_TYPE = {"x-cos-meta-card-type": "IDCard"}

Result = Mapping[str, Any]


def sent_through(subject: Subject, wait: float) -> Iterator[Finding]:
    """Upload the specimen, wait for its result, and say what that shows."""
    try:
        key, etag = _uploaded(subject)
        result, seconds = _awaited(subject, key, etag, wait)
    except CloudFault as fault:
        yield Finding("specimen", *failed(str(fault)))
        return
    if result is None:
        yield Finding("specimen", *_still_pending(subject, key, etag, wait))
        return
    yield Finding("specimen", *_recognised(result, seconds))
    yield Finding("callback", *_callback(subject, result))
    yield Finding("re-read", *_re_read(subject, result))


def _uploaded(subject: Subject) -> tuple[str, str]:
    key = f"{subject.settings.input_prefix}card-ocr-doctor/specimen-{secrets.token_hex(8)}.jpg"
    try:
        reply = subject.deployment.cloud.idempotent.put_object(
            Bucket=subject.settings.input_bucket,
            Key=key,
            Body=SPECIMEN.read_bytes(),
            ContentType="image/jpeg",
            Metadata=_CARD_TYPE,
        )
    except CosServiceError as error:
        raise CloudFault("PUT of the specimen", str(error.get_error_code())) from None
    except CosClientError:
        raise CloudFault("PUT of the specimen", "NoReply") from None
    return key, str(reply.get("ETag", "")).strip('"')


def _awaited(subject: Subject, key: str, etag: str, wait: float) -> tuple[Result | None, float]:
    name = result_name(subject.settings.output_prefix, key, etag)
    began = subject.now()
    while True:
        body = subject.store.read(name)
        seconds = subject.now() - began
        if body is not None:
            return json.loads(body), seconds
        if seconds >= wait:
            return None, seconds
        subject.sleep(_POLL_SECONDS)


def _still_pending(subject: Subject, key: str, etag: str, wait: float) -> Verdict:
    name = pending_name(subject.settings.output_prefix, key, etag, 1)
    body = subject.store.read(name)
    if body is None:
        return failed(
            f"after {wait:.0f} s the specimen has neither result nor claim: submit did not get "
            "the event, so look at its COS trigger and its log"
        )
    pending = json.loads(body)
    error = pending.get("error") or {}
    why = f", {error['code']}" if error.get("code") else ""
    return failed(
        f"after {wait:.0f} s the specimen is {pending.get('state')}{why}: sweep goes on with it, "
        "so look at the checks above and ask again"
    )


def _recognised(result: Result, seconds: float) -> Verdict:
    if result["outcome"] != "recognised":
        error = result.get("error") or {}
        return failed(f"the specimen is {result['outcome']}, {error.get('code')}: see its result")
    read = sum(value is not None for value in result["fields"].values())
    return ok(f"recognised in {seconds:.0f} s, {read} of {len(result['fields'])} fields")


def _callback(subject: Subject, result: Result) -> Verdict:
    """How the result came, and in which shape."""
    evidence = result["evidence"]
    if evidence["delivered_by"] == "callback":
        return ok(f"CI called back, in {evidence['format'].upper()}")
    kind = subject.settings.callback.type
    if kind == "NONE":
        return unchecked("CALLBACK_TYPE is NONE: sweep delivers")
    came = "call" if kind == "URL" else "message"
    hint = "" if kind == "URL" else " and whether it has a trigger for CI's topic"
    return failed(
        f"the result was delivered by {evidence['delivered_by']}: CI's {came} did not arrive or "
        f"was refused, so look at the log of callback{hint}"
    )


def _re_read(subject: Subject, result: Result) -> Verdict:
    """Whether CI shows to our own signature what it read."""
    evidence, verify = result["evidence"], subject.settings.callback_verify
    if evidence["verified"]:
        return ok("CI's re-read holds the result container: CALLBACK_VERIFY=require would do")
    if verify == "off":
        return unchecked("CALLBACK_VERIFY is off, so CI was not asked again")
    return failed(
        "CI's re-read holds no result container, so every result needs a review: keep "
        "CALLBACK_VERIFY=prefer, or weigh `off`"
    )
