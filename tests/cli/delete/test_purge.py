from __future__ import annotations

import json
import time
from typing import Any

import pytest

from shared.store.layout import name_sha256
from tests.cli.operators import Operator
from tests.support.clouds import CARD, Cloud
from tests.support.memory import etag_of_body

DAY = 86_400
KEY = "uploads/a.jpg"
SECOND = f"{KEY}.b.jpg"
LONG = f"uploads/{'long' * 180}.jpg"
YES = ("purge", "--older-than=9", "--yes")


@pytest.fixture
def here(here: Cloud) -> Cloud:
    """Cards that were read ten days ago."""
    for key in (KEY, SECOND, LONG):
        here.upload(key)
    here.local.advance(10 * DAY)
    return here


def purge(operator: Operator, *arguments: str, days: int = 9) -> Any:
    answer = operator.calls("purge", f"--older-than={days}", "--yes", "--json", *arguments)
    assert answer.status == 0, answer.err
    return answer.document()


def photos(here: Cloud) -> list[str]:
    return [key for key in here.stored() if key.startswith("uploads/")]


def records(here: Cloud) -> list[dict[str, Any]]:
    return [here.document(name) for name in here.names("deleted")]


def digests(record: dict[str, Any]) -> set[str]:
    return {one["name_sha256"] for one in record["objects"]}


def test_a_dry_run_counts_and_deletes_nothing(operator: Operator, here: Cloud) -> None:
    before = here.stored()
    found = purge(operator, "--photos", "--dry-run")
    assert (found["results"], found["photos"]) == (3, 3)
    assert found["deleted"] == {"results": 0, "photos": 0}
    assert here.stored() == before


@pytest.mark.parametrize(
    ("days", "arguments", "deleted"),
    [(9, (), (3, 0)), (9, ("--photos",), (3, 3)), (11, ("--photos",), (0, 0))],
)
def test_old_results_go_and_photos_if_that_is_asked_for(
    operator: Operator, here: Cloud, days: int, arguments: tuple[str, ...], deleted: tuple[int, int]
) -> None:
    assert tuple(purge(operator, *arguments, days=days)["deleted"].values()) == deleted
    assert (len(here.names("results")), len(photos(here))) == (3 - deleted[0], 3 - deleted[1])


@pytest.mark.parametrize("days", ["3", "0", "-4"])
def test_days_within_reconciles_are_refused(operator: Operator, here: Cloud, days: str) -> None:
    answer = operator.calls("purge", f"--older-than={days}", "--yes")
    assert answer.status == 2
    assert "RECONCILE_DAYS" in answer.err
    assert len(here.names("results")) == 3


def test_a_pending_card_stays_whole(operator: Operator, here: Cloud) -> None:
    operator.calls("rerun", KEY, "--yes")
    found = purge(operator, "--photos")
    assert (found["results"], found["kept"]["pending"]) == (2, 1)
    assert photos(here) == [KEY]
    assert len(here.names("results")) == len(here.names("pending")) == 1


def test_the_result_of_what_was_uploaded_again_stays(operator: Operator, here: Cloud) -> None:
    here.put(KEY, CARD)
    found = purge(operator, "--photos")
    assert (found["results"], found["kept"]["uploaded_again"]) == (2, 1)
    assert photos(here) == [KEY]


def test_a_photo_that_was_replaced_stays(operator: Operator, here: Cloud) -> None:
    here.put(KEY, CARD + b"another content")
    assert purge(operator, "--photos")["deleted"] == {"results": 3, "photos": 2}
    assert photos(here) == [KEY]


def test_a_photo_with_a_younger_result_stays(operator: Operator, here: Cloud) -> None:
    again = f"ocr/results/{KEY}.{etag_of_body(CARD)}~2.json"
    here.write(again, b"{}")
    assert purge(operator, "--photos")["deleted"] == {"results": 2, "photos": 2}
    assert here.names("results") == [f"ocr/results/{KEY}.{etag_of_body(CARD)}.json", again]


def test_backfill_takes_nothing_that_has_a_younger_run(operator: Operator, here: Cloud) -> None:
    operator.calls("rerun", KEY, "--yes")
    here.local.advance(180)
    assert operator.calls("sweep", "--drain").status == 0
    here.local.run_until_idle()
    here.local.advance(180)
    operator.calls("sweep")  # what is pending beside its result goes
    assert purge(operator)["kept"]["younger_run"] == 1
    found = operator.calls("backfill", f"--prefix={KEY}", "--dry-run", "--json").document()
    assert found["photos"]["done"] == 1


def test_nothing_that_was_purged_is_sent_again(operator: Operator, here: Cloud) -> None:
    purge(operator)
    here.lose_events()
    operator.calls("sweep", "--reconcile")
    assert len(here.jobs) == 3


def test_somebody_who_is_asked_can_say_no(operator: Operator, here: Cloud) -> None:
    assert operator.answers("n\n", "purge", "--older-than=9").status == 1
    assert len(here.names("results")) == 3


def test_photos_without_a_result_stay(operator: Operator, here: Cloud) -> None:
    here.lose_events()
    here.put("uploads/never-read.jpg", CARD)
    here.local.advance(20 * DAY)
    purge(operator, "--photos")
    assert photos(here) == ["uploads/never-read.jpg"]


@pytest.mark.parametrize(
    ("refused", "said", "left", "counts"),
    [
        (KEY, "1 result, 1 photo", (2, 2, 1), {"photo": 1, "result": 1}),
        (f"ocr/results/{KEY}", "1 result, 3 photos", (2, 0, 0), {"photo": 3, "result": 1}),
        ("ocr/reviews/", "2 results, 3 photos", (1, 0, 1), {"photo": 3, "result": 2}),
    ],
    ids=["two photos", "two results", "a review"],
)
def test_what_cos_refuses_to_delete_costs_only_that_card_and_is_not_recorded(
    operator: Operator,
    here: Cloud,
    refused: str,
    said: str,
    left: tuple[int, int, int],
    counts: dict[str, int],
) -> None:
    operator.calls("review", "accept", SECOND)
    here.refuse("DELETE", refused)
    answer = operator.calls(*YES, "--photos")
    assert answer.status == 1
    assert f"Deleted {said}." in answer.out
    number = "1 object" if "reviews" in refused else "2 objects"
    assert f"COS refuses {number} (AccessDenied), left out: " in answer.err
    found = (here.names("results"), photos(here), here.names("reviews"))
    assert tuple(map(len, found)) == left
    (record,) = records(here)
    gone = {"review": 1} if left[2] == 0 else {}
    assert (record["counts"], record["why"]) == ({**counts, **gone}, "Older than 9 days")
    assert len(record["attempts"]) == counts["result"]


def test_a_fault_of_cos_ends_it_and_it_says_what_was_deleted(
    operator: Operator, here: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)  # before the SDK asks once more
    here.refuse("DELETE", KEY, "ServiceUnavailable")
    answer = operator.calls(*YES, "--photos")
    assert answer.status == 3
    assert "Deleted " in answer.err
    assert len(here.names("results")) >= 2


def test_what_was_deleted_is_recorded_with_the_jobs(operator: Operator, here: Cloud) -> None:
    assert operator.calls("review", "reject", KEY).status == 0
    results, reviews = here.names("results"), here.names("reviews")
    jobs = {here.document(name)["job"]["id"] for name in results}
    purge(operator, "--photos", "--why", "after 9 days")
    (record,) = records(here)
    assert (record["by"], record["why"]) == ("purge", "after 9 days")
    assert record["counts"] == {"photo": 3, "result": 3, "review": 1}
    assert digests(record) == set(map(name_sha256, (*results, *reviews, KEY, SECOND, LONG)))
    assert {one["job_id"] for one in record["attempts"]} == jobs
    assert KEY not in json.dumps(record)
    assert here.stored() == [name for name in here.names("state") if "purge" in name] == []


def test_a_result_that_cos_refuses_to_show_is_deleted_and_recorded(
    operator: Operator, here: Cloud
) -> None:
    here.refuse("GET", "ocr/results/uploads/", "InvalidObjectState")  # a hashed key is in the body
    assert purge(operator)["deleted"]["results"] == 3
    (record,) = records(here)
    assert (record["counts"], len(record["attempts"])) == ({"result": 3}, 1)


def test_an_interrupted_purge_is_recorded_by_the_next(operator: Operator, here: Cloud) -> None:
    results = here.names("results")
    jobs = {here.document(name)["job"]["id"] for name in results}
    here.refuse("PUT", "ocr/deleted/", "ServiceUnavailable")
    assert operator.calls(*YES, "--why", "after 9 days").status == 3
    assert (here.names("results"), records(here)) == ([], [])
    here.answer_all()
    here.local.advance(300)
    purge(operator, "--dry-run")
    assert records(here) == []
    purge(operator)
    (record,) = records(here)
    assert (record["by"], record["why"]) == ("purge", "after 9 days")
    assert digests(record) == set(map(name_sha256, results))
    assert {one["job_id"] for one in record["attempts"]} == jobs
    assert not [name for name in here.names("state") if "purge" in name]


def test_what_another_purge_is_deleting_is_left_to_it(operator: Operator, here: Cloud) -> None:
    cards: list[object] = [["ocr/results/gone.jpg.e1.json", None, [], []]]
    here.write("ocr/state/purge/0.json", {"cards": cards, "why": "of another"})
    purge(operator, days=99)
    assert records(here) == []
    here.local.advance(300)
    purge(operator, days=99)
    assert [record["why"] for record in records(here)] == ["of another"]


def test_a_note_that_nobody_of_us_wrote_is_dropped(operator: Operator, here: Cloud) -> None:
    for number, body in enumerate((b"[]", b'{"cards": [[1, 2, 3], "x", ["a"]]}', b"\xff")):
        here.write(f"ocr/state/purge/{number}.json", body)
    here.local.advance(300)
    purge(operator)
    assert len(records(here)) == 1
