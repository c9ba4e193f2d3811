from __future__ import annotations

import time

import pytest

from coslocal.agenda import ManualClock
from shared.errors import StorageFault
from shared.store import Page
from shared.store.cos import CosStore
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, CARD, Cloud, cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
HOUR = 3600


def test_a_sweep_says_what_is_pending(operator: Operator, served: Cloud) -> None:
    served.put(KEY, CARD)
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


def test_a_sweep_with_reconcile_sends_a_card_whose_event_was_lost(operator: Operator) -> None:
    clock = ManualClock(time.time() - 2 * HOUR)
    with cloud(clock) as here:
        operator.serves(here)
        operator.calls("sweep")  # the deployment begins
        here.local.cos.on_object_created = lambda _created: None
        here.put(KEY, CARD)
        here.local.advance(2 * HOUR)
        assert operator.calls("sweep").status == 0
        assert not here.jobs
        operator.calls("sweep", "--reconcile")
        assert [job.request.object_key for job in here.jobs] == [KEY]


def test_the_oldest_card_is_shown_without_its_key(operator: Operator) -> None:
    clock = ManualClock(time.time() - HOUR)
    with cloud(clock) as here:
        operator.serves(here)
        here.put(KEY, CARD)
        here.local.ci.set_queue_state(here.local.ci.queue_of(BUCKET), "Paused")
        here.invoke("submit", event_for(KEY))
        here.local.advance(HOUR)
        for_people = operator.calls("sweep", "--verbose")
        assert for_people.status == 1  # nothing more is sent
        here.local.advance(200)
        for_programs = operator.calls("sweep", "--json")
        assert "waiting, QueuePaused" in for_people.out
        error = for_programs.document()["oldest"]["error"]
        assert (error["code"], "message" in error) == ("QueuePaused", False)  # it could quote a key
        assert not any(KEY in answer.out + answer.err for answer in (for_people, for_programs))


def test_a_wrong_setting_is_one_sentence_that_names_it(operator: Operator, served: Cloud) -> None:
    operator.serves(served, OUTPUT_PREFIX="uploads/out/")
    answer = operator.calls("sweep")
    assert answer.status == 2
    assert answer.err.startswith("card-ocr: OUTPUT_PREFIX: ")
    assert answer.err.count("\n") == 1


def test_a_cloud_that_refuses_is_one_sentence(operator: Operator, served: Cloud) -> None:
    operator.serves(served, TENCENTCLOUD_SECRET_KEY="another-invented-key")
    answer = operator.calls("sweep")
    assert answer.status == 3
    assert answer.err.count("\n") == 1


def test_a_rehearsed_sweep_says_what_it_would_do_and_does_nothing(operator: Operator) -> None:
    clock = ManualClock(time.time() - HOUR)
    with cloud(clock) as here:
        operator.serves(here)
        queue = here.local.ci.queue_of(BUCKET)
        here.put(KEY, CARD)
        here.local.ci.set_queue_state(queue, "Paused")
        here.invoke("submit", event_for(KEY))
        here.local.ci.set_queue_state(queue, "Active")
        here.local.advance(HOUR)
        before = here.pending(), here.names("")
        rehearsed = operator.calls("sweep", "--dry-run", "--json").document()
        assert rehearsed["steps"] == {"NextAttempt": 1}
        assert (rehearsed["dry_run"], rehearsed["pending"]["waiting"]) == (True, 1)
        assert not here.jobs
        assert (here.pending(), here.names("")) == before
        operator.calls("sweep")
        assert len(here.jobs) == 1


@pytest.mark.parametrize("option", ["--drain", "--reconcile"])
def test_a_rehearsal_is_one_sweep_that_claims_nothing(
    operator: Operator, served: Cloud, option: str
) -> None:
    operator.serves(served)
    answer = operator.calls("sweep", "--dry-run", option)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("card-ocr: --dry-run: ")


def test_a_rehearsal_lists_steps_for_people(operator: Operator) -> None:
    clock = ManualClock(time.time() - 2 * HOUR)
    with cloud(clock) as here:
        operator.serves(here)
        here.local.advance(2 * HOUR)
        answer = operator.calls("sweep", "--dry-run")
        assert answer.out.splitlines()[1:] == [
            "0 steps, 0 cards left as they are.",
            "Nothing was sent or written.",
            "pending  nothing",
            "sending  yes",
        ]


def test_a_rehearsal_says_that_a_bucket_that_had_versioning_gets_nothing(
    operator: Operator, served: Cloud
) -> None:
    operator.calls("sweep")
    for status in ("Enabled", "Suspended"):
        served.user.put_bucket_versioning(Bucket=BUCKET, Status=status)
    answer = operator.calls("sweep", "--dry-run", "--json")
    assert answer.status == 1
    assert "versioning" in answer.document()["sending"]


def test_one_whose_time_is_over_first_is_to_be_called_again(operator: Operator) -> None:
    with cloud(ManualClock(time.time() - HOUR)) as here:
        operator.serves(here)
        here.local.cos.on_object_created = lambda _created: None
        here.put(KEY, CARD)
        operator.calls("backfill", "--yes")
        for arguments in (["--seconds", "0"], ["--drain", "--seconds", "1"]):
            answer = operator.calls("sweep", *arguments)
            assert answer.status == 75
            assert "The time is over before the work is" in answer.out
        here.local.advance(HOUR)
        assert operator.calls("sweep", "--drain").status == 0


def test_a_sweep_that_cos_gave_no_listing_needs_attention(
    operator: Operator, served: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Page:
        raise StorageFault("GET of a listing", "InternalError")

    operator.serves(served)
    monkeypatch.setattr(CosStore, "list_objects", refuse)
    answer = operator.calls("sweep")
    assert answer.status == 1
    assert "Not everything was looked at" in answer.out
