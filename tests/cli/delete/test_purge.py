from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from coslocal.agenda import ManualClock
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, CARD, Cloud, cloud
from tests.support.memory import etag_of_body

DAY = 86_400
KEY = "uploads/a.jpg"
LONG = f"uploads/{'long' * 180}.jpg"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(time.time())


@pytest.fixture
def here(operator: Operator, clock: ManualClock) -> Iterator[Cloud]:
    """Cards that were read ten days ago."""
    with cloud(clock) as here:
        operator.serves(here)
        for key in (KEY, f"{KEY}.b.jpg", LONG):
            here.upload(key)
        here.local.advance(10 * DAY)
        yield here


def purge(operator: Operator, days: int, *arguments: str) -> Any:
    answer = operator.calls("purge", f"--older-than={days}", "--yes", "--json", *arguments)
    assert answer.status == 0, answer.err
    return answer.document()


def photos(here: Cloud) -> list[str]:
    listing = here.user.list_objects(Bucket=BUCKET, Prefix="uploads/")
    return [item["Key"] for item in listing.get("Contents", [])]


def test_a_dry_run_counts_and_deletes_nothing(operator: Operator, here: Cloud) -> None:
    found = purge(operator, 9, "--photos", "--dry-run")
    assert (found["results"], found["photos"]) == (3, 3)
    assert found["deleted"] == {"results": 0, "photos": 0}
    assert len(here.names("results")) == len(photos(here)) == 3


def test_old_results_go_and_photos_stay(operator: Operator, here: Cloud) -> None:
    assert purge(operator, 9)["deleted"] == {"results": 3, "photos": 0}
    assert not here.names("results")
    assert len(photos(here)) == 3


def test_photos_go_if_that_is_asked_for(operator: Operator, here: Cloud) -> None:
    assert purge(operator, 9, "--photos")["deleted"] == {"results": 3, "photos": 3}
    assert not photos(here)


@pytest.mark.usefixtures("here")
def test_what_is_younger_stays(operator: Operator) -> None:
    assert purge(operator, 11, "--photos")["results"] == 0


@pytest.mark.parametrize("days", ["3", "1", "0", "-4"])
def test_days_within_reconciles_are_refused(operator: Operator, here: Cloud, days: str) -> None:
    answer = operator.calls("purge", f"--older-than={days}", "--yes")
    assert answer.status == 2
    assert "RECONCILE_DAYS" in answer.err
    assert len(here.names("results")) == 3


def test_a_pending_card_stays_whole(operator: Operator, here: Cloud) -> None:
    operator.calls("rerun", KEY, "--yes")
    found = purge(operator, 9, "--photos")
    assert (found["results"], found["kept"]["pending"]) == (2, 1)
    assert photos(here) == [KEY]
    assert len(here.names("results")) == len(here.names("pending")) == 1


def test_the_result_of_what_was_uploaded_again_stays(operator: Operator, here: Cloud) -> None:
    here.put(KEY, CARD)
    found = purge(operator, 9, "--photos")
    assert (found["results"], found["kept"]["uploaded_again"]) == (2, 1)
    assert photos(here) == [KEY]


def test_a_photo_that_was_replaced_stays(operator: Operator, here: Cloud) -> None:
    here.put(KEY, CARD + b"another content")
    assert purge(operator, 9, "--photos")["deleted"] == {"results": 3, "photos": 2}
    assert photos(here) == [KEY]


def test_a_photo_with_a_younger_result_stays(operator: Operator, here: Cloud) -> None:
    again = f"ocr/results/{KEY}.{etag_of_body(CARD)}~2.json"
    here.user.put_object(Bucket=BUCKET, Key=again, Body=b"{}")
    assert purge(operator, 9, "--photos")["deleted"] == {"results": 2, "photos": 2}
    assert here.names("results") == [f"ocr/results/{KEY}.{etag_of_body(CARD)}.json", again]


def test_backfill_takes_nothing_that_has_a_younger_run(operator: Operator, here: Cloud) -> None:
    operator.calls("rerun", KEY, "--yes")
    here.local.advance(180)
    assert operator.calls("sweep", "--drain").status == 0
    here.local.run_until_idle()
    here.local.advance(180)
    operator.calls("sweep")  # what is pending beside its result goes
    assert purge(operator, 9)["kept"]["younger_run"] == 1
    found = operator.calls("backfill", f"--prefix={KEY}", "--dry-run", "--json").document()
    assert found["photos"]["done"] == 1


def test_nothing_that_was_purged_is_sent_again(operator: Operator, here: Cloud) -> None:
    purge(operator, 9)
    here.local.cos.on_object_created = lambda _created: None
    operator.calls("sweep", "--reconcile")
    assert len(here.jobs) == 3


def test_somebody_who_is_asked_can_say_no(operator: Operator, here: Cloud) -> None:
    assert operator.answers("n\n", "purge", "--older-than=9").status == 1
    assert len(here.names("results")) == 3


def test_photos_without_a_result_stay(operator: Operator, here: Cloud) -> None:
    here.local.cos.on_object_created = lambda _created: None
    here.put("uploads/never-read.jpg", CARD)
    here.local.advance(20 * DAY)
    purge(operator, 9, "--photos")
    assert photos(here) == ["uploads/never-read.jpg"]


def refusing(here: Cloud, name: str, error: CosError) -> None:
    """Have COS refuse the DELETE of what begins so."""

    def before(request: CosRequest) -> CosError | None:
        is_it = request.method == "DELETE" and (request.key or "").startswith(name)
        return error if is_it else None

    here.local.cos.before_effect = before


@pytest.mark.parametrize(
    ("refused", "deleted"),
    [(KEY, "1 result, 1 photo"), (f"ocr/results/{KEY}", "1 result, 3 photos")],
)
def test_what_cos_refuses_to_delete_costs_only_that_card(
    operator: Operator, here: Cloud, refused: str, deleted: str
) -> None:
    refusing(here, refused, CosError("AccessDenied", "no"))
    answer = operator.calls("purge", "--older-than=9", "--photos", "--yes")
    assert answer.status == 1
    assert f"Deleted {deleted}." in answer.out
    assert "COS refuses 2 objects (AccessDenied), left out: " in answer.err


def test_a_fault_of_cos_ends_it_and_it_says_what_was_deleted(
    operator: Operator, here: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)  # before the SDK asks once more
    refusing(here, KEY, CosError("ServiceUnavailable", "no", 503))
    answer = operator.calls("purge", "--older-than=9", "--photos", "--yes")
    assert answer.status == 3
    assert "Deleted " in answer.err
    assert len(here.names("results")) >= 2


def test_a_photo_that_stays_keeps_its_result(operator: Operator, here: Cloud) -> None:
    refusing(here, KEY, CosError("AccessDenied", "no"))
    operator.calls("purge", "--older-than=9", "--photos", "--yes")
    assert len(photos(here)) == len(here.names("results")) == 2


def review_all(operator: Operator) -> None:
    for key in (KEY, f"{KEY}.b.jpg", LONG):
        assert operator.calls("review", "accept", key).status == 0


def test_the_reviews_of_an_old_result_go_with_it(operator: Operator, here: Cloud) -> None:
    review_all(operator)
    purge(operator, 9)
    assert here.names("reviews") == here.names("results") == []


def test_a_review_that_cant_be_deleted_keeps_its_result(operator: Operator, here: Cloud) -> None:
    review_all(operator)

    def refuse(request: CosRequest) -> CosError | None:
        is_review = (request.key or "").startswith(f"ocr/reviews/{KEY}.b.jpg")
        is_refused = request.method == "DELETE" and is_review
        return CosError("AccessDenied", "scripted") if is_refused else None

    here.local.cos.before_effect = refuse
    answer = operator.calls("purge", "--older-than=9", "--yes", "--json")
    assert answer.status == 1
    assert len(here.names("reviews")) == len(here.names("results")) == 1
