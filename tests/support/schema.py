"""Every result and review written in a test is held against its published schema.

A result is also held against its items.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from cli.audit.recomputation import differences
from tests.support.cards import MINIMUM

_DOCS = Path(__file__).parents[2] / "docs"
_RESULT, _REVIEW = (
    jsonschema.Draft202012Validator(json.loads((_DOCS / f"{kind}.schema.json").read_bytes()))
    for kind in ("result", "review")
)
_PENDING = {
    "schema",
    "source",
    "card_type",
    "version",
    "attempt",
    "owner",
    "state",
    "job_id",
    "first_claimed_at",
    "claimed_at",
    "updated_at",
    "first_sent_at",
    "refusals",
    "error",
    "trigger",
    "attempts",
}


def validate_result(document: dict[str, Any]) -> None:
    validate_form(document)
    differing = differences(document, MINIMUM)
    assert not differing, f"these don't follow from its items: {', '.join(differing)}"


def validate_form(result: dict[str, Any]) -> None:
    _validate(_RESULT, result)


def validate_review(document: dict[str, Any]) -> None:
    _validate(_REVIEW, document)


def _validate(schema: Any, document: dict[str, Any]) -> None:
    problems = [f"{error.json_path}: {error.validator}" for error in schema.iter_errors(document)]
    assert not problems, problems


def validate_pending(document: dict[str, Any]) -> None:
    assert set(document) == _PENDING
    assert document["schema"] == "card-ocr.pending.v1"
    assert document["state"] in {"claimed", "submitted", "waiting", "unknown"}
    assert document["error"] is None or set(document["error"]) == {"code", "message", "class", "at"}
