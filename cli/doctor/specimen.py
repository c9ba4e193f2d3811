"""A specimen of each card type, from upload to result, by the deployment itself.

What CI answers on a real account is still unknown. Each specimen shows every field that such a card
has, so a field that is missing was not read, or has a label that this project doesn't know yet.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from qcloud_cos import CosClientError, CosServiceError

from cli.bucket.documents import Document, document_in, result_in
from cli.connect.service import ROOT
from cli.doctor.subject import Subject
from cli.doctor.verdict import Finding, Verdict, failed, ok, unchecked
from cli.terminal.output import counted
from shared.card import CardType
from shared.errors import StorageFault
from shared.store.layout import pending_name, result_name

WAIT_SECONDS = 180.0
SPECIMENS: Mapping[CardType, Path] = {
    "IDCard": ROOT / "local" / "samples" / "id" / "straight.jpg",
    "DriverLicense": ROOT / "local" / "samples" / "driver" / "straight.jpg",
}

_POLL_SECONDS = 2.0
_LONGEST_LABEL = 12


class SentSpecimen(NamedTuple):
    """A specimen in the bucket."""

    key: str
    etag: str


def sent_through(subject: Subject, wait: float) -> Iterator[Finding]:
    """Upload the specimens, wait for their results, and say what these show."""
    sent = {card_type: _uploaded(subject, card_type, path) for card_type, path in SPECIMENS.items()}
    began = subject.now()
    results: list[Document] = []
    for card_type, specimen in sent.items():
        found = _result_of(subject, specimen, began, wait)
        if not isinstance(found, Verdict):
            results.append(found)
            found = _recognised(found, subject.now() - began)
        yield Finding(f"specimen {card_type}", *found)
    if results:
        yield Finding("labels", *_labels(results))
        yield Finding("callback", *_callback(subject, results))
        yield Finding("re-read", *_re_read(subject, results))


def _uploaded(subject: Subject, card_type: CardType, path: Path) -> SentSpecimen | Verdict:
    """Upload it, under a key with characters that are easily lost: a blank, a plus, a 样."""
    name = f"specimen {secrets.token_hex(8)}+样.jpg"
    key = f"{subject.settings.input_prefix}card-ocr-doctor/{name}"
    try:
        reply = subject.deployment.cloud.idempotent.put_object(
            Bucket=subject.settings.input_bucket,
            Key=key,
            Body=path.read_bytes(),
            ContentType="image/jpeg",
            Metadata={"x-cos-meta-card-type": card_type},
        )
    except CosServiceError as error:
        return failed(f"PUT of the specimen failed: {error.get_error_code()}")
    except CosClientError:
        return failed("PUT of the specimen failed: NoReply")
    return SentSpecimen(key, str(reply.get("ETag", "")).strip('"'))


def _result_of(
    subject: Subject, specimen: SentSpecimen | Verdict, began: float, wait: float
) -> Document | Verdict:
    """Wait for a specimen's result, or say why there is none."""
    if isinstance(specimen, Verdict):
        return specimen
    name = result_name(subject.settings.output_prefix, *specimen)
    try:
        while (body := subject.store.read(name)) is None and subject.now() < began + wait:
            subject.sleep(_POLL_SECONDS)
        if body is None:
            return _still_pending(subject, specimen, wait)
    except StorageFault as fault:
        return failed(str(fault))
    return result_in(body) or failed(
        "the object in the place of its result is not a result of ours"
    )


def _still_pending(subject: Subject, specimen: SentSpecimen, wait: float) -> Verdict:
    name = pending_name(subject.settings.output_prefix, *specimen, 1)
    body = subject.store.read(name)
    if body is None:
        return failed(
            f"after {wait:.0f} s the specimen has neither result nor claim: submit did not get "
            "the event, so look at its COS trigger and its log"
        )
    pending = document_in(body) or {}
    error = pending.get("error")
    code = error.get("code") if isinstance(error, Mapping) else None
    why = f", {code}" if code else ""
    return failed(
        f"after {wait:.0f} s the specimen is {pending.get('state')}{why}: sweep goes on with it, "
        "so look at the checks above and ask again"
    )


def _recognised(result: Document, seconds: float) -> Verdict:
    if result["outcome"] == "nothing_found":
        boxes = counted(len(result["items"]), "item")
        return failed(f"CI found no text on the specimen, in {boxes}: ask CI's support")
    if result["outcome"] != "recognised":
        error = result["error"] or {}
        return failed(f"the specimen is {result['outcome']}, {error.get('code')}: see its result")
    fields = result["fields"]
    missing = [name for name, value in fields.items() if value is None]
    read = f"recognised in {seconds:.0f} s, {len(fields) - len(missing)} of {len(fields)} fields"
    problems = [f"no {', '.join(missing)}: are they among the labels below?"] if missing else []
    if result["needs_review"]:
        checks = ", ".join(one["name"] for one in result["checks"] if not one["passed"])
        problems.append(f"needs a review: {checks or 'it is not verified, see re-read'}")
    return failed("; ".join([read, *problems])) if problems else ok(read)


def _labels(results: Sequence[Document]) -> Verdict:
    """Name CI's labels that fill no field. One that may hold a card's value is only counted."""
    items = [item for result in results for item in result["items"] if item["field"] is None]
    labels = dict.fromkeys(label for item in items if (label := item["label"].strip()))
    shown = [label for label in labels if _is_a_word(label)]
    hidden = len(labels) - len(shown)
    if not labels:
        return ok("every label of CI's fills a field")
    parts = [*shown, *([f"{hidden} that are too long or hold digits"] if hidden else [])]
    return ok(f"CI's labels that fill no field: {', '.join(parts)}")


def _is_a_word(label: str) -> bool:
    has_digits = any(character.isdigit() for character in label)
    return len(label) <= _LONGEST_LABEL and label.isprintable() and not has_digits


def _callback(subject: Subject, results: Sequence[Document]) -> Verdict:
    """Say how the results came, and in which format."""
    others = [one["evidence"] for one in results if one["evidence"]["delivered_by"] != "callback"]
    evidence = next(iter(others), results[0]["evidence"])
    if not others:
        return ok(f"CI called back, in {evidence['format'].upper()}")
    kind = subject.settings.callback.type
    if kind == "NONE":
        return unchecked("CALLBACK_TYPE is NONE: sweep delivers")
    came = "call" if kind == "URL" else "message"
    hint = "" if kind == "URL" else " and whether it has a trigger for CI's topic"
    return failed(
        f"a result was delivered by {evidence['delivered_by']}: CI's {came} did not arrive or "
        f"was refused, so look at the log of callback{hint}"
    )


def _re_read(subject: Subject, results: Sequence[Document]) -> Verdict:
    """Check that CI shows the result of a job that is asked for with our own signature."""
    verify = subject.settings.callback_verify
    if all(one["evidence"]["verified"] for one in results):
        return ok("CI's re-read holds the result container: CALLBACK_VERIFY=require would do")
    if verify == "off":
        return unchecked("CALLBACK_VERIFY is off, so CI was not asked again")
    return failed(
        "CI's re-read holds no result container, so every result needs a review: keep "
        "CALLBACK_VERIFY=prefer, or weigh `off`"
    )
