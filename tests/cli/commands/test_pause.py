from __future__ import annotations

import time

import pytest

from cli.terminal.formats import local_time
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, Cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
HOLD = "ocr/state/holds/pause.json"
MINUTE = 60


def test_a_pause_says_who_when_and_why(operator: Operator, served: Cloud) -> None:
    assert operator.calls("pause", "--why", "the bill").status == 0
    document = served.document(HOLD)
    assert sorted(document) == ["at", "by", "why"]
    assert document["why"] == "the bill"


def test_what_is_in_line_waits_until_it_is_resumed(operator: Operator, here: Cloud) -> None:
    here.local.cos.on_object_created = lambda _created: None
    here.put(KEY)
    operator.calls("backfill", "--yes")
    operator.calls("pause")
    here.local.advance(3 * MINUTE)
    held = operator.calls("sweep", "--drain", "--json")
    assert (held.status, held.document()["sending"]) == (1, "held")
    assert here.document("ocr/state/status.json")["sending"] == "held"
    assert not here.jobs
    operator.calls("resume")
    assert operator.calls("sweep", "--drain").status == 0
    assert [job.request.object_key for job in here.jobs] == [KEY]


def test_an_upload_waits_visibly_too(operator: Operator, served: Cloud) -> None:
    operator.calls("pause")
    served.put(KEY)
    served.invoke("submit", event_for(KEY))
    assert not served.jobs
    (pending,) = served.names("pending")
    assert served.document(pending)["error"]["code"] == "Held"


def test_a_second_pause_keeps_the_reason_of_the_first(operator: Operator, served: Cloud) -> None:
    operator.calls("pause", "--why", "incident 42")
    before = served.document(HOLD)
    answer = operator.calls("pause", "--why", "lunch")
    assert served.document(HOLD) == before
    assert "incident 42 already." in answer.out


def test_whatever_a_person_holds_sending_with_is_resumed_and_the_budget_stays(
    operator: Operator, served: Cloud
) -> None:
    today = time.strftime("%Y-%m-%d", time.gmtime())
    for name in ("by hand", f"budget.{today}.json"):
        served.user.put_object(Bucket=BUCKET, Key=f"ocr/state/holds/{name}", Body=b"")
    answer = operator.calls("resume")
    assert answer.out.splitlines()[1:] == [
        "Sending was held. The budget still holds it until midnight UTC."
    ]
    assert served.names("state/holds") == [f"ocr/state/holds/budget.{today}.json"]


@pytest.mark.parametrize("call", ["backfill --dry-run", "sweep", "status", "resume"])
def test_whoever_meets_a_pause_is_told_who_and_why(
    call: str, operator: Operator, served: Cloud
) -> None:
    served.put(KEY)
    operator.calls("pause", "--why", "the bill")
    by, at = served.document(HOLD)["by"], served.document(HOLD)["at"]
    assert f"held since {local_time(at)} by {by}: the bill" in operator.calls(*call.split()).out


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_a_dry_run_changes_nothing(command: str, operator: Operator, served: Cloud) -> None:
    operator.calls("pause")
    before = served.document(HOLD)
    answer = operator.calls(command, "--dry-run", "--json")
    assert answer.document() == {"paused": command == "pause", "dry_run": True}
    assert served.document(HOLD) == before


def test_resuming_what_is_not_paused_says_so(operator: Operator, served: Cloud) -> None:
    answer = operator.calls("resume")
    assert (answer.status, answer.out.splitlines()[1:]) == (
        0,
        ["Sending was not paused. Sending goes on."],
    )
    assert not served.names("state")
