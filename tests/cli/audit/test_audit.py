from __future__ import annotations

import time

import pytest

from coslocal.ci.faults import JobFault
from coslocal.cos.requests import CosRequest
from shared.times import rfc3339
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, CARD, Cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
HOUR, DAY = 3600, 86_400


def requests_to(here: Cloud) -> list[CosRequest]:
    seen: list[CosRequest] = []
    here.local.cos.before_effect = seen.append  # returns None: no request fails
    return seen


def audited(operator: Operator, *options: str) -> tuple[int, list[tuple[str, str]]]:
    """The exit status, and the kind and detail of each finding."""
    answer = operator.calls("audit", "--json", *options)
    return answer.status, [(one["kind"], one["detail"]) for one in answer.document()["findings"]]


def test_a_card_with_its_result_needs_nothing(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    answer = operator.calls("audit", "--json")
    document = answer.document()
    assert answer.status == 0
    assert document["findings"] == []
    assert document["photos"]["with_result"] == document["photos"]["total"] == 1


def test_a_lost_upload_is_missing_and_its_key_is_shown_as_its_digest(
    operator: Operator, here: Cloud
) -> None:
    operator.calls("sweep")  # the deployment begins
    here.lose_events()
    etag = here.put(KEY)
    assert operator.calls("audit").status == 0
    here.local.advance(2 * HOUR)
    masked = [operator.calls("audit"), operator.calls("audit", "--json")]
    assert all(answer.status == 1 and KEY not in answer.out for answer in masked)
    assert KEY in operator.calls("audit", "--reveal").out
    (finding,) = operator.calls("audit", "--json", "--reveal").document()["findings"]
    assert (finding["kind"], finding["key"], finding["version"]) == ("missing", KEY, etag)
    assert finding["age_seconds"] == pytest.approx(2 * HOUR, abs=5)


def test_what_was_there_before_the_deployment_is_counted_apart(
    operator: Operator, here: Cloud
) -> None:
    here.lose_events()
    here.put(KEY)
    here.local.advance(2 * HOUR)
    operator.calls("sweep")
    answer = operator.calls("audit", "--json")
    assert (answer.status, answer.document()["photos"]["before_deployment"]) == (0, 1)


def test_a_card_stuck_in_a_paused_queue_is_told_with_its_reason(
    operator: Operator, here: Cloud
) -> None:
    here.put(KEY, CARD)
    here.local.ci.set_queue_state(here.local.ci.queue_of(BUCKET), "Paused")
    here.invoke("submit", event_for(KEY))
    here.local.advance(DAY + HOUR)
    assert "pending for 25.0 h" in operator.calls("audit").out
    assert audited(operator, "--deep") == (1, [("stuck", "waiting, QueuePaused")])


def test_an_outcome_that_is_asked_about_decides_the_exit_status(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    served.upload("uploads/empty.jpg", b"")
    assert operator.calls("audit", "--deep").status == 0
    assert operator.calls("audit", "--fail-on", "failed,nothing_found").status == 0
    answer = operator.calls("audit", "--fail-on", "failed,rejected", "--json")
    assert answer.status == 1
    assert answer.document()["fail_on"] == {"failed": 0, "rejected": 1}
    assert "fail on      1 rejected" in operator.calls("audit", "--fail-on", "rejected").out
    reviewed = operator.calls("audit", "--fail-on", "needs_review")
    assert reviewed.status == 1  # the 30th of February in its number


def test_what_was_read_by_a_rerun_since_counts_no_more(operator: Operator, served: Cloud) -> None:
    served.local.runner.faults.jobs.append(JobFault("UnreadablePicture"))
    etag = served.upload(KEY)
    assert operator.calls("audit", "--fail-on", "failed").status == 1
    other = served.upload("uploads/b.jpg")
    read = served.result("uploads/b.jpg", other)
    read["source"]["key"] = KEY
    served.write(f"ocr/results/{KEY}.{etag}~2.json", read)
    assert operator.calls("audit", "--fail-on", "failed").status == 0


def test_a_failed_card_and_broken_bodies_are_found_by_reading(
    operator: Operator, served: Cloud
) -> None:
    etag = served.upload(KEY)
    other = served.upload("uploads/b.jpg")
    served.upload("uploads/empty.jpg", b"")
    served.write(f"ocr/results/{KEY}.{etag}.json", {"outcome": "recognised"})
    served.write(f"ocr/results/{KEY}.{etag}~2.json", served.result("uploads/b.jpg", other))
    served.write(f"ocr/pending/uploads/b.jpg.{other}~2.0001.json", b"[]")
    assert operator.calls("audit").status == 0
    answer = operator.calls("audit", "--json", "--deep", "--reveal")
    document = answer.document()
    broken = sorted(
        (f["key"], f["version"], f["detail"]) for f in document["findings"] if f["kind"] == "broken"
    )
    assert answer.status == 1
    assert broken == [
        (KEY, etag, "result: $ required"),
        (KEY, f"{etag}~2", "result: its source is not the one its name says"),
        ("uploads/b.jpg", f"{other}~2", "pending object: no body of ours"),
    ]
    assert document["read"] == {"recognised": 1, "rejected": 1, "needs_review": 1}
    assert document["reasons"] == {"EmptyObject": 1}


def test_a_deep_audit_of_a_part_reads_no_more(operator: Operator, here: Cloud) -> None:
    name = f"ocr/results/{KEY}.{here.upload(KEY)}.json"
    here.local.advance(2 * DAY)
    requests = requests_to(here)
    since = rfc3339(time.time() + DAY)  # by the clock of the cloud, a day ago
    document = operator.calls("audit", "--deep", "--json", "--since", since).document()
    assert (document["photos"]["total"], document["read"]) == (0, {})
    assert document["objects"]["results"] == 0
    assert not any(request.key == name for request in requests)


def test_an_audit_writes_nothing_to_the_bucket(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    requests = requests_to(served)
    operator.calls("audit", "--deep")
    assert {request.method for request in requests} == {"GET"}


def test_a_prefix_limits_what_is_audited(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    served.upload("uploads/driver/b.jpg")
    answer = operator.calls("audit", "--json", "--prefix", "uploads/driver/")
    assert answer.document()["photos"]["total"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--fail-on", "failed,broken"),
        ("--prefix", "elsewhere/"),
        ("--since", "yesterday"),
        ("--since", "2026-02-30"),
        ("--expect", "abc"),
        ("--seals", "--prefix", "uploads/a"),
        ("--seals", "--since", "2026-01-31"),
    ],
)
@pytest.mark.usefixtures("served")
def test_a_wrong_option_is_one_sentence_that_names_it(
    arguments: tuple[str, ...], operator: Operator
) -> None:
    answer = operator.calls("audit", *arguments)
    assert answer.status == 2
    assert answer.err.startswith(f"card-ocr: {arguments[0]}")
    assert answer.err.count("\n") == 1
    assert "name some of recognised, nothing_found" in answer.err or arguments[0] != "--fail-on"


def test_a_key_stays_masked_if_the_log_shows_keys(operator: Operator, served: Cloud) -> None:
    served.put(KEY)
    served.write(f"ocr/results/gone.jpg.{'0' * 32}.json", b"{}")
    operator.serves(served, LOG_KEYS="true")
    answer = operator.calls("audit")
    assert "gone.jpg" not in answer.out + answer.err


def test_a_reviewed_card_fails_no_audit_and_its_review_is_counted(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    assert audited(operator, "--fail-on", "needs_review")[0] == 1
    operator.calls("review", "accept", KEY)
    assert audited(operator, "--fail-on", "needs_review")[0] == 0
    answer = operator.calls("audit", "--deep", "--json")
    document = answer.document()
    assert (answer.status, document["findings"], document["read"]["confirmed"]) == (0, [], 1)
    assert (document["objects"]["reviews"], document["objects"]["unreadable_names"]) == (1, 0)


def test_a_review_without_its_result_is_broken(operator: Operator, served: Cloud) -> None:
    etag = served.upload(KEY)
    operator.calls("review", "accept", KEY)
    served.remove(f"ocr/results/{KEY}.{etag}.json")
    served.remove(KEY)
    assert audited(operator) == (1, [("broken", "review 0001: its result is not there")])


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"result_etag": "0" * 32}, "review: its result is another object now"),
        ({"number": 2}, "review: its result is not the one its name says"),
        ({"version": "e9"}, "review: its result is not the one its name says"),
        ({"decision": "approved"}, "review: $.decision enum"),
        ({"changed": ["name"]}, "review: $.changed maxItems"),
        ({"fields": {}, "reviewer": 7}, "review: $.reviewer type"),
    ],
)
def test_a_review_that_contradicts_its_result_its_name_or_its_schema_is_broken(
    operator: Operator, served: Cloud, changes: dict[str, object], detail: str
) -> None:
    served.upload(KEY)
    operator.calls("review", "accept", KEY)
    (name,) = served.names("reviews")
    served.write(name, {**served.document(name), **changes})
    assert audited(operator) == (0, [])  # no body was read
    assert audited(operator, "--deep") == (1, [("broken", detail)])
