from __future__ import annotations

import hashlib

import pytest

from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, Cloud

KEY = "uploads/a.jpg"
SEAL = "ocr/seals/1.json"
HOUR, DAY = 3600, 86_400


@pytest.fixture
def here(here: Cloud) -> Cloud:
    """A card that was read an hour ago."""
    here.upload(KEY)
    here.local.advance(HOUR)
    return here


def test_it_prints_the_sha256_of_the_newest_seal(operator: Operator, here: Cloud) -> None:
    answer = operator.calls("seal", "--deep")
    found = here.local.cos.read_object(BUCKET, SEAL)
    assert found is not None
    assert answer.status == 0
    assert answer.out.splitlines()[-2] == hashlib.sha256(found.body).hexdigest()
    assert "Seal 1 (deep): 1 object, to 20" in answer.out
    (part,) = (name for name in here.names("seals") if name.endswith(".gz"))
    packed = here.local.cos.read_object(BUCKET, part)
    assert packed is not None
    assert packed.content_type == "application/gzip"  # for whoever downloads it


def test_for_programs_it_says_what_it_sealed(operator: Operator, here: Cloud) -> None:
    document = operator.calls("seal", "--json", "--deep").document()
    assert (document["number"], document["objects"], document["deep"]) == (1, 1, True)
    assert (document["from"], document["is_new"]) == (None, True)
    here.local.advance(DAY)
    again = operator.calls("seal", "--json").document()
    assert (again["number"], again["from"], again["objects"]) == (2, document["to"], 0)


@pytest.mark.usefixtures("here")
def test_a_second_seal_at_once_is_the_first_and_is_as_deep(operator: Operator) -> None:
    first = operator.calls("seal", "--json").document()
    for options, warns in (((), False), (("--deep",), True)):
        answer = operator.calls("seal", *options)
        assert answer.status == 0
        assert first["sha256"] in answer.out
        assert "Seal 1: 1 object" in answer.out
        assert "which was there already" in answer.out
        assert ("It was made without --deep" in answer.err) == warns


def test_an_audit_finds_nothing_in_a_bucket_that_was_sealed(
    operator: Operator, here: Cloud
) -> None:
    sha256 = operator.calls("seal", "--json").document()["sha256"]
    here.local.advance(DAY)
    answer = operator.calls("audit", "--deep", "--expect", sha256.upper(), "--json")
    document = answer.document()
    assert (answer.status, document["findings"]) == (0, [])
    assert document["newest_seal"]["sha256"] == sha256
    assert document["sealed"]["as_sealed"] == 1
    shown = f"1, to {document['newest_seal']['to']}, SHA-256 {sha256}"
    assert shown in operator.calls("audit", "--seals").out


def test_an_audit_says_what_was_changed_and_removed(operator: Operator, here: Cloud) -> None:
    here.upload("uploads/b.jpg")
    here.local.advance(HOUR)
    operator.calls("seal")
    here.local.advance(HOUR)
    first, second = here.names("results")
    here.write(first, b"{}")
    here.remove(second)
    answer = operator.calls("audit", "--seals", "--json", "--reveal")
    found = {(one["kind"], one["key"]) for one in answer.document()["findings"]}
    assert answer.status == 1
    assert {("changed", KEY), ("removed", None)} <= found
    shown = operator.calls("audit", "--seals")
    assert hashlib.sha256(second.encode()).hexdigest() in shown.out
    assert not [key for key in (KEY, "b.jpg") if key in shown.out]


def test_what_purge_deletes_is_recorded(operator: Operator, here: Cloud) -> None:
    here.local.advance(DAY)
    sha256 = operator.calls("seal", "--json").document()["sha256"]
    here.local.advance(9 * DAY)
    assert operator.calls("purge", "--older-than=8", "--photos", "--yes").status == 0
    assert here.names("results") == []
    assert operator.calls("audit", "--expect", sha256).status == 0


@pytest.mark.parametrize(
    ("code", "advice"),
    [("InvalidObjectState", "; restore it, then call this again"), ("AccessDenied", "")],
)
def test_a_newest_seal_that_cos_refuses_is_not_said_to_be_broken(
    operator: Operator, here: Cloud, code: str, advice: str
) -> None:
    operator.calls("seal")
    here.local.advance(DAY)
    here.refuse("GET", SEAL, code)
    answer = operator.calls("seal")
    said = f"COS refuses to show the newest seal ({code}), so none is added{advice}"
    assert (answer.status, answer.err) == (2, f"card-ocr: {SEAL}: {said}\n")


def test_a_body_that_cos_refuses_is_sealed_without_its_sha256(
    operator: Operator, here: Cloud
) -> None:
    here.refuse("GET", "ocr/results/")
    answer = operator.calls("seal", "--deep")
    assert answer.status == 1
    assert "COS refuses 1 object (AccessDenied)" in answer.err
    here.answer_all()
    here.local.advance(HOUR)
    assert operator.calls("audit", "--seals", "--deep").status == 0
