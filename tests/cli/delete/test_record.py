"""What is noted of a deletion and recorded, and why."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from cli.delete.record import checked_why
from coslocal.agenda import ManualClock
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from shared.store.layout import name_sha256
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, Cloud, cloud

DAY = 86_400
KEY = "uploads/a.jpg"
OTHER = "uploads/b.jpg"


@pytest.fixture
def here(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Two cards that were read ten days ago; nobody waits for five minutes."""
    monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 0)
    monkeypatch.setattr("cli.delete.forget.SECOND_LOOK_SECONDS", 0)
    with cloud(ManualClock(time.time())) as here:
        operator.serves(here)
        here.upload(KEY)
        here.upload(OTHER)
        here.local.advance(10 * DAY)
        yield here


def records(here: Cloud) -> list[dict[str, Any]]:
    return [here.document(name) for name in here.names("deleted")]


def digests(record: dict[str, Any]) -> set[str]:
    return {one["name_sha256"] for one in record["objects"]}


def test_a_reason_goes_into_the_record(operator: Operator, here: Cloud) -> None:
    assert operator.calls("forget", KEY, "--yes", "--why", "request 2026-17").status == 0
    (record,) = records(here)
    assert (record["by"], record["why"]) == ("forget", "request 2026-17")


def test_a_later_call_keeps_the_reason_and_a_new_one_counts(
    operator: Operator, here: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, second, why in (
        (KEY, (), "the first"),
        (OTHER, ("--why", "the second"), "the second"),
    ):
        monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 300)
        operator.calls("forget", key, "--yes", "--no-wait", "--why", "the first")
        monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 0)
        here.local.advance(300)
        assert operator.calls("forget", key, "--yes", *second).status == 0
        assert why in {record["why"] for record in records(here)}


@pytest.mark.parametrize(
    "why",
    [
        *("", " ", "two\nlines", "x" * 201),
        *(f"for {KEY}", f"for {KEY.rpartition('/')[2].upper()} of today"),
        *("for 990101199002300013", "for 990101 19900230 001X", "for 9901-0119-9002-3000-13"),
        *("for 990101900230001", "for 990101-900230-001", "for 990101.19900230.0013"),
        "for ９９０１０１１９９００２３００１３",
    ],
)
def test_a_reason_that_is_none_or_names_the_card_is_refused(
    operator: Operator, here: Cloud, why: str
) -> None:
    answer = operator.calls("forget", KEY, "--yes", f"--why={why}")
    assert (answer.status, answer.err.count("--why")) == (2, 1)
    assert len(here.names("results")) == 2


@pytest.mark.parametrize(
    "why", ["of 2026-01-01 2026-02-01", "request 2026-17 of 2026-01-02", "request 20260117123456"]
)
def test_a_reason_with_dates_or_the_number_of_a_request_is_taken(why: str) -> None:
    assert checked_why(why, KEY) == why


def test_a_purge_records_what_it_deleted_with_the_jobs(operator: Operator, here: Cloud) -> None:
    results = here.names("results")
    jobs = {here.document(name)["job"]["id"] for name in results}
    operator.calls("purge", "--older-than=9", "--photos", "--yes", "--why", "after 9 days")
    (record,) = records(here)
    assert (record["by"], record["why"]) == ("purge", "after 9 days")
    assert record["counts"] == {"photo": 2, "result": 2}
    assert digests(record) == set(map(name_sha256, (*results, KEY, OTHER)))
    assert {one["job_id"] for one in record["attempts"]} == jobs
    assert KEY not in json.dumps(record)
    assert not [name for name in here.names("state") if "purge" in name]


def test_a_purge_records_the_reviews_that_went_with_a_result(
    operator: Operator, here: Cloud
) -> None:
    assert operator.calls("review", "reject", KEY).status == 0
    (review,) = here.names("reviews")
    assert operator.calls("purge", "--older-than=9", "--yes").status == 0
    (record,) = records(here)
    assert name_sha256(review) in digests(record)
    assert record["counts"] == {"result": 2, "review": 1}
    assert here.names("reviews") == []


def test_reviews_that_cos_refuses_to_delete_keep_their_result(
    operator: Operator, here: Cloud
) -> None:
    assert operator.calls("review", "reject", KEY).status == 0
    refusing(here, "ocr/reviews/", CosError("AccessDenied", "no"))
    operator.calls("purge", "--older-than=9", "--yes")
    (record,) = records(here)
    assert record["counts"] == {"result": 1}
    assert len(here.names("reviews")) == len(here.names("results")) == 1


def test_without_a_reason_a_purge_names_its_days(operator: Operator, here: Cloud) -> None:
    operator.calls("purge", "--older-than=9", "--yes")
    assert [record["why"] for record in records(here)] == ["Older than 9 days"]


def test_what_cos_refuses_to_delete_is_not_recorded(operator: Operator, here: Cloud) -> None:
    kept, gone = here.names("results")
    refusing(here, kept, CosError("AccessDenied", "no"))
    operator.calls("purge", "--older-than=9", "--yes")
    (record,) = records(here)
    assert digests(record) == {name_sha256(gone)}
    assert len(record["attempts"]) == 1


def test_a_result_that_cos_refuses_to_show_is_deleted_and_recorded(
    operator: Operator, here: Cloud
) -> None:
    refusing(here, "ocr/results/", CosError("InvalidObjectState", "no", 403), "GET")
    assert operator.calls("purge", "--older-than=9", "--yes").status == 0
    (record,) = records(here)
    assert (record["counts"], record["attempts"]) == ({"result": 2}, [])


def test_an_interrupted_purge_is_recorded_by_the_next(operator: Operator, here: Cloud) -> None:
    first, second = here.names("results")
    job_id = here.document(first)["job"]["id"]
    refusing(here, "ocr/deleted/", CosError("ServiceUnavailable", "no", 503), "PUT")
    answer = operator.calls("purge", "--older-than=9", "--yes", "--why", "after 9 days")
    assert answer.status == 3
    assert (here.names("results"), records(here)) == ([], [])
    here.local.cos.before_effect = lambda _request: None
    here.local.advance(300)
    operator.calls("purge", "--older-than=9", "--dry-run")
    assert records(here) == []
    operator.calls("purge", "--older-than=9", "--yes")
    (record,) = records(here)
    assert (record["by"], record["why"]) == ("purge", "after 9 days")
    assert digests(record) == {name_sha256(first), name_sha256(second)}
    assert job_id in {one["job_id"] for one in record["attempts"]}
    assert not [name for name in here.names("state") if "purge" in name]


def test_what_another_purge_is_deleting_is_left_to_it(operator: Operator, here: Cloud) -> None:
    name = "ocr/state/purge/0.json"
    note: dict[str, object] = {
        "cards": [["ocr/results/gone.jpg.e1.json", None, [], []]],
        "why": "of another",
    }
    here.user.put_object(Bucket=BUCKET, Key=name, Body=json.dumps(note).encode())
    operator.calls("purge", "--older-than=99", "--yes")
    assert records(here) == []
    here.local.advance(300)
    operator.calls("purge", "--older-than=99", "--yes")
    assert [record["why"] for record in records(here)] == ["of another"]


def test_a_note_that_nobody_of_us_wrote_is_dropped(operator: Operator, here: Cloud) -> None:
    for number, body in enumerate((b"[]", b'{"cards": [[1, 2, 3], "x", ["a"]]}', b"\xff")):
        here.user.put_object(Bucket=BUCKET, Key=f"ocr/state/purge/{number}.json", Body=body)
    here.local.advance(300)
    answer = operator.calls("purge", "--older-than=9", "--yes")
    assert answer.status == 0
    assert len(records(here)) == 1


def refusing(here: Cloud, name: str, error: CosError, method: str = "DELETE") -> None:
    """Have COS refuse this of what begins so."""

    def before(request: CosRequest) -> CosError | None:
        is_it = request.method == method and (request.key or "").startswith(name)
        return error if is_it else None

    here.local.cos.before_effect = before
