from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

import pytest

from coslocal.agenda import ManualClock
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, Cloud, cloud

KEY = "uploads/a.jpg"
SEAL = "ocr/seals/1.json"
HOUR, DAY = 3600, 86_400


@pytest.fixture
def here(operator: Operator) -> Iterator[Cloud]:
    """A card that was read an hour ago."""
    with cloud(ManualClock(time.time())) as here:
        operator.serves(here)
        here.upload(KEY)
        here.local.advance(HOUR)
        yield here


def test_it_prints_the_sha256_of_the_newest_seal(operator: Operator, here: Cloud) -> None:
    answer = operator.calls("seal")
    found = here.local.cos.read_object(BUCKET, "ocr/seals/1.json")
    assert found is not None
    assert answer.status == 0
    assert answer.out.splitlines()[-2] == hashlib.sha256(found.body).hexdigest()
    assert "Seal 1: 1 object, to 20" in answer.out


def test_for_programs_it_says_what_it_sealed(operator: Operator, here: Cloud) -> None:
    document = operator.calls("seal", "--json", "--deep").document()
    assert (document["number"], document["objects"], document["deep"]) == (1, 1, True)
    assert (document["from"], document["is_new"]) == (None, True)
    here.local.advance(DAY)
    again = operator.calls("seal", "--json").document()
    assert (again["number"], again["from"], again["objects"]) == (2, document["to"], 0)


@pytest.mark.usefixtures("here")
def test_a_second_seal_at_once_is_the_first(operator: Operator) -> None:
    first = operator.calls("seal", "--json").document()
    answer = operator.calls("seal")
    assert answer.status == 0
    assert first["sha256"] in answer.out
    assert "which was there already" in answer.out


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
    assert (
        f"1, to {document['newest_seal']['to']}, SHA-256 {sha256}"
        in operator.calls("audit", "--seals").out
    )


def test_an_audit_says_what_was_changed_and_removed(operator: Operator, here: Cloud) -> None:
    other = here.upload("uploads/b.jpg")
    here.local.advance(HOUR)
    operator.calls("seal")
    here.local.advance(HOUR)
    first, second = here.names("results")
    here.user.put_object(Bucket=BUCKET, Key=first, Body=b"{}")
    here.user.delete_object(Bucket=BUCKET, Key=second)
    answer = operator.calls("audit", "--seals", "--json", "--reveal")
    found = {(one["kind"], one["key"]) for one in answer.document()["findings"]}
    assert answer.status == 1
    assert {("changed", KEY), ("removed", None)} <= found
    shown = operator.calls("audit", "--seals")
    name = f"ocr/results/uploads/b.jpg.{other}.json"
    assert hashlib.sha256(name.encode()).hexdigest() in shown.out
    assert KEY not in shown.out
    assert "b.jpg" not in shown.out


def test_a_copy_in_place_needs_no_attention(operator: Operator, here: Cloud) -> None:
    operator.calls("seal")
    here.local.advance(HOUR)
    (name,) = here.names("results")
    source = {"Bucket": BUCKET, "Key": name, "Region": "ap-guangzhou"}
    here.user.copy_object(
        Bucket=BUCKET, Key=name, CopySource=source, CopyStatus="Replaced", Metadata={}
    )
    answer = operator.calls("audit", "--seals")
    assert answer.status == 0
    assert "touched, 1" in answer.out


def test_what_forget_and_purge_delete_is_recorded(operator: Operator, here: Cloud) -> None:
    here.upload("uploads/b.jpg")
    here.local.advance(DAY)
    sha256 = operator.calls("seal", "--json").document()["sha256"]
    here.local.advance(9 * DAY)
    answer = operator.calls("purge", "--older-than=8", "--photos", "--yes")
    assert answer.status == 0
    assert here.names("results") == []
    assert operator.calls("audit", "--expect", sha256).status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--expect", "abc"),
        ("--seals", "--prefix", "uploads/a"),
        ("--seals", "--since", "2026-01-31"),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_wrong_option_is_one_sentence_that_names_it(
    arguments: tuple[str, ...], operator: Operator
) -> None:
    answer = operator.calls("audit", *arguments)
    assert answer.status == 2
    assert answer.err.startswith(f"card-ocr: {arguments[0]}")


def test_a_broken_chain_is_one_sentence(operator: Operator, here: Cloud) -> None:
    here.user.put_object(Bucket=BUCKET, Key="ocr/seals/4.json", Body=b"{}")
    answer = operator.calls("seal")
    assert answer.status == 2
    assert answer.err == (
        "card-ocr: ocr/seals/: the chain of seals is broken, so none is added; "
        "`card-ocr audit --seals` says where\n"
    )


@pytest.mark.parametrize(
    ("code", "advice"),
    [("InvalidObjectState", "; restore it, then call this again"), ("AccessDenied", "")],
)
def test_a_newest_seal_that_cos_refuses_is_not_said_to_be_broken(
    operator: Operator, here: Cloud, code: str, advice: str
) -> None:
    operator.calls("seal")
    here.local.advance(DAY)
    here.local.cos.before_effect = lambda request: (
        CosError(code, "no") if (request.method, request.key) == ("GET", SEAL) else None
    )
    answer = operator.calls("seal")
    said = f"COS refuses to show the newest seal ({code}), so none is added{advice}"
    assert (answer.status, answer.err) == (2, f"card-ocr: {SEAL}: {said}\n")


def test_the_text_says_whether_a_seal_is_deep(operator: Operator, here: Cloud) -> None:
    assert "Seal 1 (deep): 1 object" in operator.calls("seal", "--deep").out
    here.local.advance(DAY)
    assert "Seal 2: 0 objects" in operator.calls("seal").out


@pytest.mark.usefixtures("here")
def test_a_seal_that_was_there_already_and_is_not_deep_is_said_to_be_so(
    operator: Operator,
) -> None:
    operator.calls("seal")
    answer = operator.calls("seal", "--deep")
    assert "Seal 1: 1 object" in answer.out
    assert "It was made without --deep" in answer.err
    assert "--deep" not in operator.calls("seal").err


def test_a_body_that_cos_refuses_is_sealed_without_its_sha256(
    operator: Operator, here: Cloud
) -> None:
    def refused(request: CosRequest) -> CosError | None:
        is_result = request.method == "GET" and (request.key or "").startswith("ocr/results/")
        return CosError("AccessDenied", "no") if is_result else None

    here.local.cos.before_effect = refused
    answer = operator.calls("seal", "--deep")
    assert answer.status == 1
    assert "COS refuses 1 object (AccessDenied)" in answer.err
    here.local.cos.before_effect = lambda _request: None
    here.local.advance(HOUR)
    assert operator.calls("audit", "--seals", "--deep").status == 0


def test_the_parts_are_gzip_for_whoever_downloads_them(operator: Operator, here: Cloud) -> None:
    operator.calls("seal")
    (part,) = (name for name in here.names("seals") if name.endswith(".gz"))
    found = here.local.cos.read_object(BUCKET, part)
    assert found is not None
    assert found.content_type == "application/gzip"
