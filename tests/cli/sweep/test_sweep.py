from __future__ import annotations

import pytest

from shared.errors import StorageFault
from shared.store import Page
from shared.store.cos import CosStore
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, Cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
HOUR = 3600


@pytest.fixture
def refused(here: Cloud) -> Cloud:
    """A card whose job CI refused an hour ago; CI takes jobs again."""
    queue = here.local.ci.queue_of(BUCKET)
    here.local.ci.set_queue_state(queue, "Paused")
    here.put(KEY)
    here.invoke("submit", event_for(KEY))
    here.local.ci.set_queue_state(queue, "Active")
    here.local.advance(HOUR)
    return here


def test_a_sweep_says_what_is_pending(operator: Operator, served: Cloud) -> None:
    served.put(KEY)
    served.invoke("submit", event_for(KEY))
    answer = operator.calls("sweep")
    assert answer.status == 0
    assert "1 young" in answer.out


def test_only_data_is_on_standard_output(operator: Operator, served: Cloud) -> None:
    answer = operator.calls("sweep", "--json", "--verbose")
    assert answer.document() == {
        "at": served.document("ocr/state/status.json")["at"],
        "oldest": None,
        "pending": {"claimed": 0, "submitted": 0, "waiting": 0, "unknown": 0},
        "sending": "yes",
        "whole": True,
        "jobs_today": None,
    }


def test_a_sweep_with_reconcile_sends_a_card_whose_event_was_lost(
    operator: Operator, here: Cloud
) -> None:
    operator.calls("sweep")  # the deployment begins
    here.local.cos.on_object_created = lambda _created: None
    here.put(KEY)
    here.local.advance(2 * HOUR)
    assert operator.calls("sweep").status == 0
    assert not here.jobs
    operator.calls("sweep", "--reconcile")
    assert [job.request.object_key for job in here.jobs] == [KEY]


def test_the_oldest_card_is_shown_without_its_key(operator: Operator, refused: Cloud) -> None:
    refused.local.ci.set_queue_state(refused.local.ci.queue_of(BUCKET), "Paused")
    for_people = operator.calls("sweep", "--verbose")  # a key in what it prints fails any test
    assert for_people.status == 1  # nothing more is sent
    assert "waiting, QueuePaused" in for_people.out
    refused.local.advance(200)
    error = operator.calls("sweep", "--json").document()["oldest"]["error"]
    assert (error["code"], "message" in error) == ("QueuePaused", False)  # it could quote a key


def test_a_rehearsed_sweep_says_what_it_would_do_and_does_nothing(
    operator: Operator, refused: Cloud
) -> None:
    before = refused.pending(), refused.names("state")
    step, *lines = operator.calls("sweep", "--dry-run").out.splitlines()[1:]
    assert step.endswith("  attempt 0001  next attempt 0002")
    assert lines[:4] == [
        "1 step, 0 cards left as they are.",
        "Nothing was sent or written.",
        "pending  1 waiting",
        "sending  yes",
    ]
    rehearsed = operator.calls("sweep", "--dry-run", "--json").document()
    assert rehearsed["steps"] == {"NextAttempt": 1}
    assert (rehearsed["dry_run"], rehearsed["pending"]["waiting"]) == (True, 1)
    assert not refused.jobs
    assert (refused.pending(), refused.names("state")) == before
    operator.calls("sweep")
    assert len(refused.jobs) == 1


def test_a_rehearsal_says_that_a_bucket_that_had_versioning_gets_nothing(
    operator: Operator, served: Cloud
) -> None:
    operator.calls("sweep")
    for status in ("Enabled", "Suspended"):
        served.user.put_bucket_versioning(Bucket=BUCKET, Status=status)
    answer = operator.calls("sweep", "--dry-run", "--json")
    assert answer.status == 1
    assert "versioning" in answer.document()["sending"]


def test_one_whose_time_is_over_first_is_to_be_called_again(
    operator: Operator, here: Cloud
) -> None:
    here.local.cos.on_object_created = lambda _created: None
    here.put(KEY)
    operator.calls("backfill", "--yes")
    for arguments in (["--seconds", "0"], ["--drain", "--seconds", "1"]):
        answer = operator.calls("sweep", *arguments)
        assert answer.status == 75
        assert "The time is over before the work is" in answer.out
    here.local.advance(HOUR)
    assert operator.calls("sweep", "--drain").status == 0


@pytest.mark.usefixtures("served")
def test_a_sweep_that_cos_gave_no_listing_needs_attention(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Page:
        raise StorageFault("GET of a listing", "InternalError")

    monkeypatch.setattr(CosStore, "list_objects", refuse)
    answer = operator.calls("sweep")
    assert answer.status == 1
    assert "Not everything was looked at" in answer.out
