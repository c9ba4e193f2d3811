"""What is pending beside a result is deleted; what the result lacks is recorded first."""

from __future__ import annotations

import hashlib

import pytest

from shared.documents import PastAttempt, ResultError
from shared.errors import StorageFault
from shared.pipeline.gate import Closed
from shared.pipeline.steps import Delete, Finish, PendingCard
from tests.support.cards import finished_job
from tests.support.claims import AT, Bench
from tests.support.memory import failing_at
from tests.support.sweeps import KEY

EARLIER = PastAttempt(1, AT, "j1", "Failed", "InternalError")
ARCHIVED = StorageFault("GET", "InvalidObjectState")
DENIED = StorageFault("GET", "KMSAccessDenied", 403)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def recorded(bench: Bench) -> list[tuple[int, str | None]]:
    """The attempts and JobIds that were recorded."""
    records = [bench.store.document(name) for name in bench.store.names("deleted")]
    return [(one["attempt"], one["job_id"]) for record in records for one in record["attempts"]]


def test_what_is_pending_beside_a_result_is_deleted(bench: Bench) -> None:
    card = bench.card(3, state="waiting")
    assert bench.perform(card, Delete()) is None
    read = [("read", name) for name in card.names[:-1]]  # for a JobId that came late
    assert bench.store.calls == read + [("delete", name) for name in card.names]


def test_a_record_that_exists_is_no_other_jobs(bench: Bench) -> None:
    bench.put_result(attempts=[])
    for job_id in ("j1", "j2"):
        bench.perform(bench.card(1, job_id=job_id), Delete())
    assert sorted(recorded(bench)) == [(1, "j1"), (1, "j2")]


@pytest.mark.parametrize(
    ("state", "job_id", "recorded"),
    [
        ("submitted", "j2", (EARLIER, PastAttempt(2, AT, "j2", "unknown", None))),
        ("claimed", None, (EARLIER, PastAttempt(2, AT, None, "unknown", None))),
        ("unknown", None, (EARLIER, PastAttempt(2, AT, None, "unknown", None))),
        ("waiting", None, (EARLIER,)),
    ],
)
def test_jobs_that_the_result_does_not_name_are_recorded_first(
    bench: Bench, state: str, job_id: str | None, recorded: tuple[PastAttempt, ...]
) -> None:
    card = bench.card(2, state=state, job_id=job_id, attempts=(EARLIER,))
    bench.put_result(attempts=[])
    bench.perform(card, Delete())
    digests = [hashlib.sha256(name.encode()).hexdigest() for name in card.names]
    (name,) = bench.store.names("deleted")
    assert name.startswith("ocr/deleted/2026-01-02/")
    assert bench.store.document(name) == {
        "schema": "card-ocr.deleted.v1",
        "by": "sweep",
        "why": "ResultExists",
        "at": AT,
        "objects": [{"name_sha256": digest, "kind": "pending"} for digest in digests],
        "counts": {"pending": 2},
        "attempts": [entry._asdict() for entry in recorded],
    }
    assert bench.store.calls == [
        ("read", bench.name(1)),
        ("read", bench.result_name),
        ("create_once", name),
        *(("delete", name) for name in card.names),
    ]


@pytest.mark.parametrize(
    ("attempts", "unnamed"),
    [
        ([{"attempt": 1, "job_id": "j1"}, {"attempt": 2, "job_id": "j2"}], []),
        ([{"attempt": 1, "job_id": "j1"}], ["j2"]),
        ([{"attempt": 1, "job_id": "j2"}, "no entry"], ["j1", "j2"]),
        ("no list", ["j1", "j2"]),
        (None, ["j1", "j2"]),
    ],
)
def test_only_jobs_that_the_result_does_not_name_are_recorded(
    bench: Bench, attempts: object, unnamed: list[str]
) -> None:
    card = bench.card(2, job_id="j2", attempts=(EARLIER,))
    bench.put_result(attempts=attempts)
    bench.perform(card, Delete())
    assert [job_id for _, job_id in recorded(bench)] == unnamed
    assert bench.store.names("pending") == []


@pytest.mark.parametrize("closed", [None, Closed("NotCreateOnce", "why")])
def test_a_job_beside_anothers_result_is_recorded_as_ci_showed_it(closed: Closed | None) -> None:
    bench = Bench(closed) if closed else Bench()
    card = bench.card(1, job_id="a1b2c3")
    bench.put_result(attempts=[])
    job = finished_job(key=KEY)._replace(state="Failed", code="X", container=None)
    bench.perform(card, Finish(job, "failed", ResultError("X", None, "job")))
    (name,) = bench.store.names("deleted")
    (entry,) = bench.store.document(name)["attempts"]
    assert (entry["job_id"], entry["state"], entry["code"]) == ("a1b2c3", "Failed", "X")


@pytest.mark.parametrize("fault", [ARCHIVED, DENIED, None])
def test_a_result_that_can_not_be_read_names_nothing(
    bench: Bench, fault: StorageFault | None
) -> None:
    card = bench.card(2, job_id="j2")
    bench.store.objects[bench.result_name] = b"\xff"
    if fault is not None:
        bench.store.before = failing_at("read", bench.result_name, fault)
    bench.perform(card, Delete())
    assert recorded(bench) == [(2, "j2")]


def test_an_attempt_that_was_never_sent_is_not_recorded_and_the_result_not_read(
    bench: Bench,
) -> None:
    bench.put_result(attempts=[])
    bench.perform(bench.card(state="waiting"), Delete())
    assert recorded(bench) == []
    assert ("read", bench.result_name) not in bench.store.calls


@pytest.mark.parametrize(
    ("call", "about"), [("create_once", "deleted/"), ("read", "0001"), ("read", "results/")]
)
def test_nothing_is_deleted_if_what_is_lost_can_not_be_recorded(
    bench: Bench, call: str, about: str
) -> None:
    card = bench.card(2, job_id="j2")
    bench.put_result(attempts=[])
    bench.store.before = failing_at(call, about)
    with pytest.raises(StorageFault):
        bench.perform(card, Delete())
    assert bench.store.names("pending") == list(card.names)


def test_the_same_deletion_is_recorded_once(bench: Bench) -> None:
    card = bench.card(2, job_id="j2")
    bench.put_result(attempts=[])
    bench.store.before = failing_at("delete")
    for _ in range(2):
        with pytest.raises(StorageFault):
            bench.perform(card, Delete())
    assert recorded(bench) == [(2, "j2")]


# -- a JobId that attempt 1's creator wrote down after attempt 2 was claimed -----------------------


def late(bench: Bench, *others: PastAttempt) -> PendingCard:
    unheard = EARLIER._replace(job_id=None)
    card = bench.card(2, job_id="j2", attempts=(unheard,))
    first = bench.attempt(owner="an-owner", state="submitted", job_id="j1", attempts=others)
    bench.store.objects[bench.name(1)] = first.body()
    named = [{"attempt": 1, "job_id": None}, {"attempt": 2, "job_id": "j2"}]
    bench.put_result(attempts=named)
    return card


def test_a_job_id_that_was_written_down_late_is_recorded_with_the_other_job_of_its_post(
    bench: Bench,
) -> None:
    bench.perform(late(bench, EARLIER._replace(job_id="j0")), Delete())
    assert recorded(bench) == [(1, "j0"), (1, "j1")]


@pytest.mark.parametrize("fault", [ARCHIVED, DENIED])
def test_an_earlier_attempt_that_cos_does_not_show_stops_no_deletion(
    bench: Bench, fault: StorageFault
) -> None:
    card = late(bench)
    bench.store.before = failing_at("read", card.names[0], fault)
    assert bench.perform(card, Delete()) is None
    assert (recorded(bench), bench.store.names("pending")) == ([], [])


def test_an_earlier_attempt_that_is_of_another_card_is_not_recorded(bench: Bench) -> None:
    card = late(bench)
    body = bench.store.objects[card.names[0]].replace(KEY.encode(), b"uploads/other.jpg")
    bench.store.objects[card.names[0]] = body
    bench.perform(card, Delete())
    assert recorded(bench) == []
