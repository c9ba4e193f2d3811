"""docs/result.schema.json describes every result, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.card import CARD_TYPES, FIELD_NAMES, NO_FIELDS, CardType
from shared.documents import PastAttempt
from tests.support.cards import AT, ORDINARY, id_infos, read
from tests.support.results import card_result, document_of

Result = dict[str, Any]

ERROR = {"code": "SourceReplaced", "message": "the photo was replaced", "stage": "source"}
NAME = {"label": "姓名", "field": "name", "text": "样本甲", "score": 99, "polygon": [[1, 2.5]] * 4}
FAILED_CHECK = {"name": "source.unchanged", "passed": False, "detail": "written again since"}


PAST = PastAttempt(1, AT, "a1b2c3", "Success", None)
WRITTEN = document_of(card_result(outcome="failed", attempts=(PAST,)))
JOB, EVIDENCE = WRITTEN["job"], WRITTEN["evidence"]


def result(outcome: str, **changes: object) -> Result:
    return deepcopy({**WRITTEN, "outcome": outcome, **changes})


RECOGNISED = result(
    "recognised",
    fields={**NO_FIELDS["IDCard"], "name": "样本甲", "birth_date": "1974-12-01"},
    items=[NAME, {"label": "?", "field": None, "text": "", "score": None, "polygon": []}],
    checks=[{"name": "source.unchanged", "passed": True, "detail": None}],
)
LICENCE = result(
    "recognised",
    card_type="DriverLicense",
    fields={**NO_FIELDS["DriverLicense"], "valid_from": "2015-01-01", "valid_until": "长期"},
    items=[{**NAME, "field": "valid_from"}],
    checks=[{"name": "valid_until.format", "passed": False, "detail": "no date"}],
    needs_review=True,
)
NOTHING_FOUND = result(
    "nothing_found",
    items=[{**NAME, "text": ""}],
    checks=[{"name": "status.agrees", "passed": True, "detail": None}],
)
FAILED = result("failed", error=ERROR)
FAILED_AT_SUBMISSION = result(
    "failed",
    job=None,
    error={**ERROR, "stage": "submit"},
    evidence={**EVIDENCE, "delivered_by": "submit", "format": "api"},
)
REJECTED = result(
    "rejected",
    job=None,
    error={"code": "TooLarge", "message": None, "stage": "submit"},
    evidence={**EVIDENCE, "delivered_by": "sweep", "format": "api"},
)
REJECTED_FOR_ITS_TYPE = {**REJECTED, "card_type": None, "fields": {}}
VALID = {
    "recognised": RECOGNISED,
    "licence": LICENCE,
    "nothing_found": NOTHING_FOUND,
    "failed": FAILED,
    "failed_at_submission": FAILED_AT_SUBMISSION,
    "rejected": REJECTED,
    "rejected_for_its_type": REJECTED_FOR_ITS_TYPE,
}


SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "result.schema.json").read_bytes())
VALIDATOR = Draft202012Validator(SCHEMA)

Steps = tuple[str | int, ...]


def changed(original: Result, steps: Steps, value: object) -> Result:
    copy = deepcopy(original)
    at(copy, steps[:-1])[steps[-1]] = value
    return copy


def places_in(value: object, steps: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """Walk a result: each value in it, itself first, and the steps that lead there."""
    yield steps, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places_in(inner, (*steps, name))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places_in(inner, (*steps, index))


def at(original: Result, steps: Steps) -> dict[str | int, Any]:
    place: Any = original
    for step in steps:
        place = place[step]
    found: dict[str | int, Any] = place
    return found


def test_the_schema_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", VALID)
def test_a_result_of_each_outcome_is_valid(name: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(VALID[name])] == []


@pytest.mark.parametrize("name", VALID)
def test_no_name_may_be_absent_and_none_added(name: str) -> None:
    for steps, value in places_in(VALID[name]):
        if isinstance(value, dict):
            assert not VALIDATOR.is_valid(changed(VALID[name], (*steps, "another"), None)), steps
            for missing in value:
                without = deepcopy(VALID[name])
                del at(without, steps)[missing]
                assert not VALIDATOR.is_valid(without), (steps, missing)


@pytest.mark.parametrize("name", VALID)
def test_no_value_may_have_another_type(name: str) -> None:
    assert not VALIDATOR.is_valid([VALID[name]])
    for steps, value in places_in(VALID[name]):
        if steps:
            other: object = {} if isinstance(value, list) else []
            assert not VALIDATOR.is_valid(changed(VALID[name], steps, other)), steps


@pytest.mark.parametrize(
    ("original", "steps", "value"),
    [
        (RECOGNISED, ("schema",), "card-ocr.result.v2"),
        (RECOGNISED, ("outcome",), "done"),
        (RECOGNISED, ("card_type",), "Passport"),
        (RECOGNISED, ("source", "bucket"), "cards"),
        (RECOGNISED, ("source", "region"), ""),
        (RECOGNISED, ("source", "key"), ""),
        (RECOGNISED, ("source", "etag"), '"9a03"'),
        (RECOGNISED, ("source", "size"), -1),
        (RECOGNISED, ("source", "size"), "12345"),
        (RECOGNISED, ("fields", "birth_date"), "1974年12月1日"),
        (RECOGNISED, ("fields", "birth_date"), "长期"),
        (RECOGNISED, ("fields", "birth_date"), "1974-13-01"),
        (RECOGNISED, ("fields", "name"), ""),
        (RECOGNISED, ("fields", "name"), " 样本甲"),
        (RECOGNISED, ("items", 0, "field"), "license_number"),
        (RECOGNISED, ("items", 0, "score"), -1),
        (RECOGNISED, ("items", 0, "score"), 101),
        (RECOGNISED, ("items", 0, "score"), "99"),
        (RECOGNISED, ("items", 0, "polygon"), [[1]]),
        (RECOGNISED, ("items", 0, "polygon"), [[1, 2, 3]]),
        (RECOGNISED, ("items", 0, "polygon"), [["1", "2"]]),
        (RECOGNISED, ("items", 0, "polygon"), ["1,2"]),
        (RECOGNISED, ("items", 0, "text"), None),
        (RECOGNISED, ("checks", 0, "name"), "license_number.gender"),
        (RECOGNISED, ("job", "id"), "../etc"),
        (RECOGNISED, ("job", "state"), "Done"),
        (RECOGNISED, ("job", "created_at"), "-"),
        (RECOGNISED, ("job", "attempt"), 0),
        (RECOGNISED, ("job", "attempt"), 10000),
        (RECOGNISED, ("job", "attempt"), "0001"),
        (RECOGNISED, ("evidence", "delivered_by"), "operator"),
        (RECOGNISED, ("evidence", "format"), "yaml"),
        (RECOGNISED, ("evidence", "received_at"), None),
        (LICENCE, ("fields", "valid_from"), "长期"),
        (LICENCE, ("fields", "valid_until"), "10年"),
        (LICENCE, ("items", 0, "field"), "id_number"),
        (LICENCE, ("checks", 0, "name"), "id_number.gender"),
        (FAILED, ("error", "stage"), ""),
        (FAILED, ("error", "code"), None),
        (FAILED, ("error", "code"), ""),
        *(
            (RECOGNISED, ("written_at",), time)
            for time in (
                None,
                "2026-01-02T03:04:05+08:00",
                "2026-01-02 03:04:05Z",
                "2026-01-02T24:04:05Z",
                "2026-13-02T03:04:05Z",
                "2022-06-27T14:44:10+0800",
            )
        ),
    ],
)
def test_a_value_of_another_form_is_refused(original: Result, steps: Steps, value: object) -> None:
    assert not VALIDATOR.is_valid(changed(original, steps, value))


@pytest.mark.parametrize(
    ("original", "steps", "value"),
    [
        # an error, and nothing that was read, exactly where there is no outcome from CI
        (FAILED, ("error",), None),
        (REJECTED, ("error",), None),
        (RECOGNISED, ("error",), ERROR),
        (NOTHING_FOUND, ("error",), ERROR),
        (FAILED, ("fields", "name"), "样本甲"),
        (FAILED, ("items",), [NAME]),
        (REJECTED, ("items",), [NAME]),
        (REJECTED, ("job",), JOB),
        (RECOGNISED, ("job",), None),
        (NOTHING_FOUND, ("job",), None),
        # the outcome says whether text was found
        (RECOGNISED, ("items",), []),
        (RECOGNISED, ("items",), [{**NAME, "text": "  "}]),
        (NOTHING_FOUND, ("items",), [NAME]),
        (NOTHING_FOUND, ("fields", "name"), "样本甲"),
        # and which checks there can be
        (NOTHING_FOUND, ("checks", 0, "name"), "fields.complete"),
        (LICENCE, ("checks", 0, "name"), "name.known"),
        (
            {**FAILED, "needs_review": True},
            ("checks",),
            [{**FAILED_CHECK, "name": "status.agrees"}],
        ),
        (FAILED, ("checks",), [{**FAILED_CHECK, "passed": True, "detail": None}]),
        # the card type rules the fields, and is unknown only in a rejection
        (RECOGNISED, ("card_type",), "DriverLicense"),
        (RECOGNISED, ("fields",), {}),
        (RECOGNISED, ("card_type",), None),
        (REJECTED, ("card_type",), None),
        ({**FAILED, "fields": {}}, ("card_type",), None),
        (REJECTED_FOR_ITS_TYPE, ("card_type",), "IDCard"),
        # review, exactly where a check failed or the evidence is not verified
        (RECOGNISED, ("needs_review",), True),
        (LICENCE, ("needs_review",), False),
        (RECOGNISED, ("evidence", "verified"), False),
        # what we observed ourselves
        (REJECTED, ("evidence", "format"), "json"),
        (FAILED_AT_SUBMISSION, ("evidence", "format"), "xml"),
        ({**FAILED_AT_SUBMISSION, "needs_review": True}, ("evidence", "verified"), False),
        ({**FAILED_AT_SUBMISSION, "needs_review": True}, ("checks",), [FAILED_CHECK]),
        ({**REJECTED, "needs_review": True}, ("evidence", "verified"), False),
        ({**REJECTED, "needs_review": True}, ("checks",), [FAILED_CHECK]),
        (RECOGNISED, ("evidence",), FAILED_AT_SUBMISSION["evidence"]),
    ],
)
def test_names_that_contradict_each_other_are_refused(
    original: Result, steps: Steps, value: object
) -> None:
    assert not VALIDATOR.is_valid(changed(original, steps, value))


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (("source", "size"), None),
        (("source", "last_modified"), None),
        (("source", "etag"), "9a0364b9e99bb480dd25e1f0284c8555-3"),
        (("job", "queue_id"), None),
        (("items", 0, "score"), None),
        (("items", 0, "polygon"), []),
    ],
)
def test_what_is_absent_is_null(steps: Steps, value: object) -> None:
    assert VALIDATOR.is_valid(changed(RECOGNISED, steps, value))


def test_unverified_evidence_asks_for_review() -> None:
    unverified = {**EVIDENCE, "verified": False}

    assert VALIDATOR.is_valid({**RECOGNISED, "evidence": unverified, "needs_review": True})


@pytest.mark.parametrize("card_type", CARD_TYPES)
def test_the_schema_has_the_fields_of_each_card_type_in_their_order(card_type: CardType) -> None:
    fields = SCHEMA["$defs"][f"fields_of_{card_type}"]

    assert tuple(fields["properties"]) == tuple(fields["required"]) == FIELD_NAMES[card_type]


def checks_of(name: str) -> dict[str, str]:
    """The names of a definition of checks, and what each means."""
    found: dict[str, str] = {}
    for entry in SCHEMA["$defs"][name]["anyOf"]:
        reference = entry.get("$ref", "").rpartition("/")[2]
        found |= checks_of(reference) if reference else {entry["const"]: entry["description"]}
    return found


@pytest.mark.parametrize("card_type", CARD_TYPES)
def test_the_schema_has_every_check_of_a_card_with_its_meaning(card_type: CardType) -> None:
    known = checks_of(f"check_of_{card_type}")
    made = {check.name for check in read(card_type, id_infos(**ORDINARY[card_type])).checks}
    formats = {f"{field}.format" for field in FIELD_NAMES[card_type]}

    assert {*known} == made | formats | {"source.unchanged", "status.agrees"}
    assert all(meaning.startswith("Fails if ") for meaning in known.values())
