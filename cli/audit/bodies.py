"""What the bodies of a card's objects add: outcome, state, reason, and whether they are whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from cli.audit.judgement import AuditFinding, Kind
from cli.audit.recomputation import differences
from cli.bucket.cards import CardObject, ListedCard
from cli.bucket.documents import attempt_in, document_in, result_in
from cli.bucket.refusals import RefusedBody
from shared.store import Listed
from shared.store.layout import etag_of, name_of_key, run_of
from shared.times import from_rfc3339, rfc3339


@dataclass(slots=True)
class CardRead:
    """A card whose objects were read.

    Attributes:
        card: With each pending object dated by its first claim.
        outcomes: An outcome a result, a state a pending object, and `needs_review`.
        last_outcomes: As `outcomes`, of the last run of each content alone.
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
    return [row.listed for row in (*card.results, *card.pending)]


def read_card(card: ListedCard, bodies: Sequence[bytes | None], rules: ResultRules) -> CardRead:
    """Read the bodies of `objects_of`; one that is gone meanwhile says nothing.

    Without any, the card is as the listings have it.
    """
    if not bodies:
        return CardRead(card)
    read = CardRead(replace(card, pending=[]))
    for row, body in zip((*card.results, *card.pending), bodies, strict=True):
        if row.attempt:
            read.card.pending.append(_read_pending(read, row, body))
        elif body is not None:
            _read_result(read, row, body, rules)
    return read


def _read_result(read: CardRead, row: CardObject, body: bytes, rules: ResultRules) -> None:
    if isinstance(body, RefusedBody):
        _found(read, "broken", row, f"result: COS refuses it, {body.code}")
        return
    result = document_in(body)
    differs = rules.differences(body)
    if differs:
        _found(read, "contradictory", row, f"result: {', '.join(differs)}")
    problem = rules.problem(result)
    if result is None or (problem is not None and not differs):
        _found(read, "broken", row, f"result: {problem or 'no body of ours'}")
        return
    if not _is_of(read, row, result["source"]["key"], result["source"]["etag"]):
        _found(read, "broken", row, "result: its source is not the one its name says")
        return
    outcome = str(result["outcome"])
    outcomes = [outcome, *(["needs_review"] if result["needs_review"] else [])]
    read.outcomes += outcomes
    if not any(map(partial(_is_rerun_of, row), read.card.results)):
        read.last_outcomes += outcomes
    code = str(result["error"]["code"]) if result["error"] else None
    if code is not None:
        read.codes.append(code)
    if outcome == "failed":
        _found(read, "failed", row, code)


def _read_pending(read: CardRead, row: CardObject, body: bytes | None) -> CardObject:
    if body is None:
        return row
    if isinstance(body, RefusedBody):
        _found(read, "broken", row, f"pending object: COS refuses it, {body.code}")
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


def _found(read: CardRead, kind: Kind, row: CardObject, detail: str | None) -> None:
    key = read.card.photo.key if read.card.photo else read.card.name
    read.findings.append(AuditFinding(kind, key, row.version, None, detail))


def _is_rerun_of(row: CardObject, other: CardObject) -> bool:
    """Return whether the other is a later run of the same content."""
    version, later = row.version, other.version
    return etag_of(version) == etag_of(later) and run_of(version) < run_of(later)


def _is_of(read: CardRead, row: CardObject, key: str, etag: str) -> bool:
    return name_of_key(key) == read.card.name and etag == etag_of(row.version)


_PATH = Path(__file__).parents[2] / "docs" / "result.schema.json"


class ResultRules:
    """What a result must be: by the schema, and by what its items say.

    Checking a result takes about 5 ms. `minimum_score` is MIN_SCORE.
    """

    def __init__(self, minimum_score: int) -> None:
        from jsonschema import Draft202012Validator  # noqa: PLC0415 — only for --deep

        self._minimum_score = minimum_score
        self._validator = Draft202012Validator(json.loads(_PATH.read_bytes()))

    def problem(self, result: object) -> str | None:
        """Say what is wrong with a result, without its values. Return None if it fits."""
        error = next(iter(self._validator.iter_errors(result)), None)
        return None if error is None else f"{error.json_path} {error.validator}"

    def differences(self, body: bytes) -> list[str]:
        """Name what doesn't follow from a result's items. What is no result has no differences."""
        result = result_in(body)
        return [] if result is None else differences(result, self._minimum_score)
