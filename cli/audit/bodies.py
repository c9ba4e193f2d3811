"""What the bodies of a card's objects add: outcome, state, reason, and whether they are whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from cli.audit.judgement import AuditFinding, Kind
from cli.audit.recomputation import differences
from cli.bucket.cards import ListedCard
from cli.bucket.documents import attempt_in, document_in, result_in
from cli.bucket.listing import CardObject
from cli.bucket.refusals import RefusedBody
from cli.bucket.reviews import ReviewObject
from shared.store import Listed
from shared.store.layout import etag_of, name_of_key, run_of
from shared.times import from_rfc3339, rfc3339


@dataclass(slots=True)
class CardRead:
    """A card whose objects were read.

    Attributes:
        card: With each pending object dated by its first claim.
        outcomes: An outcome a result, a state a pending object, and `needs_review`.
        last_outcomes: As `outcomes`, only of the last run of each content, unless it is reviewed.
        codes: Why results failed or were rejected, and why pending objects wait.
        reasons: State and code by a pending object's name.
    """

    card: ListedCard
    outcomes: list[str] = field(default_factory=list)
    last_outcomes: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    findings: list[AuditFinding] = field(default_factory=list)


def objects_of(card: ListedCard) -> list[Listed]:
    """Return the objects of a card that are to be read."""
    return [row.listed for row in _rows(card)]


def read_card(card: ListedCard, bodies: Sequence[bytes | None], rules: BodyRules) -> CardRead:
    """Read the bodies of `objects_of`; one that is gone meanwhile says nothing.

    Without any, the card is as the listings have it.
    """
    if not bodies:
        return CardRead(card)
    read = CardRead(replace(card, pending=[]))
    for row, found in zip(_rows(card), bodies, strict=True):
        body = found
        if isinstance(body, RefusedBody):
            _found(read, "broken", row, f"{_kind(row)}: COS refuses it, {body.code}")
            body = None
        if isinstance(row, ReviewObject):
            _read_review(read, row, body, rules.review)
        elif row.attempt:
            read.card.pending.append(_read_pending(read, row, body))
        elif body is not None:
            _read_result(read, row, body, rules)
    return read


def _kind(row: CardObject | ReviewObject) -> str:
    """Return what a finding calls the object."""
    if isinstance(row, ReviewObject):
        return "review"
    return "pending object" if row.attempt else "result"


def _rows(card: ListedCard) -> list[CardObject | ReviewObject]:
    return [*card.results, *card.pending, *card.reviews]


def _read_result(read: CardRead, row: CardObject, body: bytes, rules: BodyRules) -> None:
    result = document_in(body)
    differs = rules.differences(body)
    if differs:
        _found(read, "contradictory", row, f"result: {', '.join(differs)}")
    problem = rules.result.problem(result)
    if result is None or (problem is not None and not differs):
        _found(read, "broken", row, f"result: {problem or 'no body of ours'}")
        return
    if not _is_of(read, row, result["source"]["key"], result["source"]["etag"]):
        _found(read, "broken", row, "result: its source is not the one its name says")
        return
    outcome = str(result["outcome"])
    outcomes = [outcome, *(["needs_review"] if result["needs_review"] else [])]
    read.outcomes += outcomes
    is_reviewed = read.card.last_review(row.version) is not None
    if not is_reviewed and not any(map(partial(_is_rerun_of, row), read.card.results)):
        read.last_outcomes += outcomes
    code = str(result["error"]["code"]) if result["error"] else None
    if code is not None:
        read.codes.append(code)
    if outcome == "failed":
        _found(read, "failed", row, code)


def _read_pending(read: CardRead, row: CardObject, body: bytes | None) -> CardObject:
    if body is None:
        return row
    pending = attempt_in(body)
    if pending is None or not _is_of(read, row, pending.source.key, pending.source.etag):
        _found(read, "broken", row, "pending object: no body of ours")
        return row
    read.outcomes.append(pending.state)
    reason: str = pending.state
    if pending.error is not None:
        read.codes.append(pending.error.code)
        reason += f", {pending.error.code}"
    read.reasons[row.listed.key] = reason
    first = pending.dated(rfc3339(row.listed.last_modified)).first_claimed_at or ""
    return row._replace(listed=row.listed._replace(last_modified=from_rfc3339(first)))


def _read_review(
    read: CardRead, row: ReviewObject, body: bytes | None, schema: ObjectSchema
) -> None:
    if body is None:
        return
    review = document_in(body)
    problem = schema.problem(review)
    if review is None or problem is not None:
        _found(read, "broken", row, f"review: {problem or 'no body of ours'}")
        return
    source, named = review["source"], (review["version"], review["number"])
    is_own = _is_of(read, row, source["key"], source["etag"])
    if not is_own or named != (row.version, row.number):
        _found(read, "broken", row, "review: its result is not the one its name says")
        return
    etags = {one.listed.etag for one in read.card.results if one.version == row.version}
    if etags and review["result_etag"] not in etags:
        _found(read, "broken", row, "review: its result is another object now")
        return
    read.outcomes.append(review["decision"])


def _found(read: CardRead, kind: Kind, row: CardObject | ReviewObject, detail: str | None) -> None:
    key = read.card.photo.key if read.card.photo else read.card.name
    read.findings.append(AuditFinding(kind, key, row.version, None, detail))


def _is_rerun_of(row: CardObject, other: CardObject) -> bool:
    """Return whether the other is a later run of the same content."""
    version, later = row.version, other.version
    return etag_of(version) == etag_of(later) and run_of(version) < run_of(later)


def _is_of(read: CardRead, row: CardObject | ReviewObject, key: str, etag: str) -> bool:
    return name_of_key(key) == read.card.name and etag == etag_of(row.version)


_DOCS = Path(__file__).parents[2] / "docs"


class ObjectSchema:
    """The schema of a kind of object: `result` or `review`. Checking a result takes about 5 ms."""

    def __init__(self, kind: str) -> None:
        from jsonschema import Draft202012Validator  # noqa: PLC0415 — only for --deep

        schema = json.loads((_DOCS / f"{kind}.schema.json").read_bytes())
        self._validator = Draft202012Validator(schema)

    def problem(self, document: object) -> str | None:
        """Say what is wrong with a document, without its values. Return None if it fits."""
        error = next(iter(self._validator.iter_errors(document)), None)
        return None if error is None else f"{error.json_path} {error.validator}"


class BodyRules:
    """What bodies must be: by their schemas, and a result by what its items say.

    `minimum_score` is MIN_SCORE.
    """

    def __init__(self, minimum_score: int) -> None:
        self.result, self.review = ObjectSchema("result"), ObjectSchema("review")
        self._minimum_score = minimum_score

    def differences(self, body: bytes) -> list[str]:
        """Name what doesn't follow from a result's items. What is no result has no differences."""
        result = result_in(body)
        return [] if result is None else differences(result, self._minimum_score)
