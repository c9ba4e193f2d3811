"""What the objects of a card say about it: a pure decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from cli.bucket.cards import HASHED, ListedCard
from cli.bucket.listing import CardObject
from shared.pipeline.reconcile import YOUNGEST_SECONDS
from shared.store import Listed
from shared.store.layout import etag_of, is_folder

Standing = Literal["with_result", "pending", "missing", "recent", "before_deployment"]
Kind = Literal[
    "missing",
    "stuck",
    "broken",
    "contradictory",
    "chain",
    "changed",
    "removed",
    "inserted",
    "returned",
    "failed",
    "orphan",
    "versions",
    "touched",
]

OF_SEALS: frozenset[Kind] = frozenset({"chain", "changed", "removed", "inserted", "returned"})
ATTENTION: frozenset[Kind] = OF_SEALS | {"missing", "stuck", "broken", "contradictory"}
"""The kinds that need attention. The others are for information."""


class AuditFinding(NamedTuple):
    """A problem of a version of a card, or something about it that is worth knowing.

    `key` is the photo's, or `~/` and its digest if nothing read tells the key; None for what is no
    card's. `age` is in seconds. `detail` holds nothing from a card.
    """

    kind: Kind
    key: str | None
    version: str | None
    age: float | None
    detail: str | None


class Rules(NamedTuple):
    """What ages are measured by; times are Unix seconds.

    `deployed_at` is the time in since.json, None if there is no such object. The audit leaves out
    what was last written before `newer_than`.
    """

    now: float
    deployed_at: float | None
    give_up_seconds: float
    input_prefix: str
    newer_than: float = 0.0


class AuditVerdict(NamedTuple):
    """What there is of a card. A card without a photo that counts has no standing.

    `waiting` are the ages of its versions that are pending, in seconds. `leftover` are pending
    objects beside their result. `is_counted` tells whether its objects are part of the audit.
    """

    standing: Standing | None
    leftover: int = 0
    waiting: tuple[float, ...] = ()
    findings: tuple[AuditFinding, ...] = ()
    is_counted: bool = True


Versions = Mapping[str, tuple[Sequence[CardObject], Sequence[CardObject]]]


def judge(card: ListedCard, rules: Rules, reasons: Mapping[str, str]) -> AuditVerdict:
    """Judge a card. `reasons` says by a pending object's name why it waits, if it was read."""
    if not is_counted(card, rules.input_prefix, rules.newer_than):
        return AuditVerdict(None, is_counted=False)
    if card.photo is None:
        return _without_photo(card, rules)
    has_objects = bool(card.results or card.pending or card.reviews)
    if is_folder(card.photo.key, card.photo.size) and not has_objects:
        return AuditVerdict(None)
    versions = _versions(card)
    waiting = {
        version: rules.now - min(row.listed.last_modified for row in pending)
        for version, (results, pending) in versions.items()
        if not results
    }
    standing = _standing(card.photo, versions, rules)
    return AuditVerdict(
        standing,
        sum(len(pending) for results, pending in versions.values() if results),
        tuple(waiting.values()),
        (
            *_findings(card.photo, standing, versions, waiting, rules, reasons),
            *_without_result(card, card.photo.key),
        ),
    )


def is_elsewhere(card: ListedCard, input_prefix: str) -> bool:
    """Return whether its key is outside of INPUT_PREFIX. Only photos under that were listed."""
    return card.photo is None and not card.name.startswith((input_prefix, HASHED))


def is_counted(card: ListedCard, input_prefix: str, newer_than: float) -> bool:
    """Return whether the card is part of an audit of objects written since `newer_than`."""
    if card.photo is not None:
        return card.photo.last_modified >= newer_than
    listed = [row.listed for row in (*card.results, *card.pending)]
    listed += [row.listed for row in card.reviews]
    newest = max(one.last_modified for one in listed)
    return newest >= newer_than and not is_elsewhere(card, input_prefix)


def _versions(card: ListedCard) -> Versions:
    versions: dict[str, tuple[list[CardObject], list[CardObject]]] = {}
    for row in card.results:
        versions.setdefault(row.version, ([], []))[0].append(row)
    for row in card.pending:
        versions.setdefault(row.version, ([], []))[1].append(row)
    return versions


def _standing(photo: Listed, versions: Versions, rules: Rules) -> Standing:
    """Return how far the present photo has got, in any of its runs."""
    current = [found for version, found in versions.items() if etag_of(version) == photo.etag]
    if any(results for results, _ in current):
        return "with_result"
    if current:
        return "pending"
    if photo.last_modified > rules.now - YOUNGEST_SECONDS:  # its event may still come
        return "recent"
    if rules.deployed_at is not None and photo.last_modified < rules.deployed_at:
        return "before_deployment"
    return "missing"


def _findings(
    photo: Listed,
    standing: Standing,
    versions: Versions,
    waiting: Mapping[str, float],
    rules: Rules,
    reasons: Mapping[str, str],
) -> Iterator[AuditFinding]:
    if standing == "missing":
        age = rules.now - photo.last_modified
        yield AuditFinding("missing", photo.key, photo.etag, age, None)
    for version, age in waiting.items():
        if age > rules.give_up_seconds:
            newest = max(versions[version][1], key=lambda row: row.attempt)
            reason = reasons.get(newest.listed.key)
            yield AuditFinding("stuck", photo.key, version, age, reason)
    if len(versions) > 1:
        yield AuditFinding("versions", photo.key, photo.etag, None, f"{len(versions)} versions")


def _without_photo(card: ListedCard, rules: Rules) -> AuditVerdict:
    """Judge objects without a photo. One written during the audit may have a photo as new."""
    old = [
        row
        for row in (*card.results, *card.pending)
        if rules.newer_than <= row.listed.last_modified < rules.now
    ]
    kinds = {row.version: "pending object" if row.attempt else "result" for row in reversed(old)}
    findings = (
        AuditFinding("orphan", card.name, version, None, kind) for version, kind in kinds.items()
    )
    return AuditVerdict(None, findings=(*findings, *_without_result(card, card.name)))


def _without_result(card: ListedCard, key: str) -> Iterator[AuditFinding]:
    """Yield a finding for each review whose result is not there."""
    versions = {row.version for row in card.results}
    for row in card.reviews:
        if row.version not in versions:
            detail = f"review {row.number:04d}: its result is not there"
            yield AuditFinding("broken", key, row.version, None, detail)
