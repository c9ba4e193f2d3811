"""CI's list as proof: which jobs are an attempt's, and when their absence counts."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import JobServiceFault
from shared.jobs import Job, JobPage
from shared.pipeline.decide import FoundJobs, Silence
from shared.pipeline.job_lookup import JobIdentity, JobLookup, job_identity
from shared.pipeline.steps import PendingCard
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.claims import LoggedWorld
from tests.support.pipelines import START
from tests.support.sweeps import KEY

SECOND_KEY = "uploads/second.jpg"


class Listed(LoggedWorld):
    """CI whose list has the pages that a test gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str | None, JobPage | JobServiceFault] = {}
        self.asked: list[tuple[float, str | None]] = []
        self.jobs.list_created = self._page  # type: ignore[method-assign]

    def _page(self, since: float, next_token: str | None) -> JobPage:
        self.asked.append((since, next_token))
        page = self.pages[next_token]
        if isinstance(page, JobServiceFault):
            raise page
        return page

    def card(self, claimed_after: float = 0, **changes: Any) -> PendingCard:
        at = rfc3339(START + claimed_after)
        attempt = self.attempt(state="unknown", claimed_at=at, first_claimed_at=at)
        return PendingCard(attempt._replace(**changes), (), START, START + 3600)

    def made(self, name: str, seconds: float | None = 1, attempt: int = 1, **changes: Any) -> Job:
        """Return a job of the card's attempt, created so many seconds after START."""
        return finished_job(
            **{
                "job_id": name,
                "key": KEY,
                "user_data": self.token(KEY, self.version, attempt).text,
                "created_at": None if seconds is None else rfc3339(START + seconds),
                **changes,
            }
        )

    def other(self, seconds: float | None, **changes: Any) -> Job:
        """Return a job of ours that is another card's."""
        token = self.token("uploads/other.jpg", "e9").text
        given = {"key": "uploads/other.jpg", "user_data": token, **changes}
        return self.made("other", seconds, **given)

    def answers(self, *cards: PendingCard, over_after: int = 99) -> list[FoundJobs | Silence]:
        lookup = JobLookup(self.context("sweep"), cards)
        lookup.run(lambda: len(self.asked) >= over_after)
        return [lookup.answer(card) for card in cards]


@pytest.fixture
def world() -> Listed:
    return Listed()


def page(*jobs: Job, then: str | None = None) -> JobPage:
    return JobPage(jobs, then)


def test_the_job_of_an_attempt_is_found(world: Listed) -> None:
    job = world.made("j1")
    world.pages = {None: page(job)}
    assert world.answers(world.card()) == [FoundJobs((job,))]


def test_the_list_is_asked_for_from_five_minutes_before_the_first_claim(world: Listed) -> None:
    world.pages = {None: page()}
    world.answers(world.card(50), world.card(20, attempt=2))
    assert world.asked == [(START + 20 - 300, None)]


def test_all_jobs_of_an_attempt_are_found_the_oldest_first(world: Listed) -> None:
    new, old, timeless = world.made("new", 9), world.made("old", 1), world.made("none", None)
    world.pages = {None: page(new, old, timeless, then="2"), "2": page()}
    assert world.answers(world.card()) == [FoundJobs((timeless, old, new))]


def test_the_rest_of_a_page_is_read_and_no_further_page(world: Listed) -> None:
    first, second = world.made("a", 1), world.made("b", 2)
    world.pages = {None: page(first, second, then="2")}
    assert world.answers(world.card()) == [FoundJobs((first, second))]
    assert len(world.asked) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"attempt": 2},
        {"key": SECOND_KEY},
        {"key": None},
        {"job_id": None},
        {"user_data": None},
        {"user_data": "another's"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_job_is_not_the_attempts(world: Listed, changes: dict[str, Any]) -> None:
    attempt = changes.pop("attempt", 1)
    world.pages = {None: page(world.made("j1", 1, attempt, **changes))}
    assert world.answers(world.card()) == [Silence.UNPROVEN]


def test_a_job_of_another_version_is_not_the_attempts(world: Listed) -> None:
    world.pages = {None: page(world.made("j1"))}
    assert world.answers(world.card(version="e2")) == [Silence.UNPROVEN]


@pytest.mark.parametrize(
    ("seconds", "silence"), [(129, Silence.UNPROVEN), (130, Silence.ABSENT), (131, Silence.ABSENT)]
)
def test_a_job_of_ours_eighty_seconds_after_the_claim_proves_absence(
    world: Listed, seconds: int, silence: Silence
) -> None:
    world.pages = {None: page(world.other(seconds))}
    assert world.answers(world.card(50)) == [silence]


@pytest.mark.parametrize(
    "changes",
    [{"user_data": None}, {"key": "elsewhere/a.jpg"}, {"key": None}, {"created_at": None}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_job_that_is_not_known_to_be_ours_proves_nothing(
    world: Listed, changes: dict[str, Any]
) -> None:
    world.pages = {None: page(world.other(500, **changes))}
    assert world.answers(world.card()) == [Silence.UNPROVEN]


def test_a_job_is_found_although_input_prefix_has_changed_since_its_claim(world: Listed) -> None:
    world.environment |= {"INPUT_PREFIX": "photos/", "CARD_TYPE_RULES": ""}
    job, later = world.made("j1"), world.other(500, key="photos/other.jpg")
    world.pages = {None: page(job, later)}
    assert world.answers(world.card(), world.card(attempt=2)) == [
        FoundJobs((job,)),
        Silence.ABSENT,
    ]


def test_the_latest_job_of_ours_counts_whatever_comes_after_it(world: Listed) -> None:
    foreign = world.other(600, user_data=None)
    world.pages = {None: page(world.other(10), world.other(500), foreign)}
    assert world.answers(world.card()) == [Silence.ABSENT]


def test_each_card_has_an_answer_of_its_own(world: Listed) -> None:
    job = world.made("j1")
    late = world.card(1000, attempt=2)
    absent = world.card(0, attempt=3)
    world.pages = {None: page(job, world.other(500))}
    expected = [FoundJobs((job,)), Silence.UNPROVEN, Silence.ABSENT]
    assert world.answers(world.card(), late, absent) == expected


def test_the_list_is_read_until_every_card_has_its_answer(world: Listed) -> None:
    first, second = world.made("a", 1), world.made("b", 2, 2)
    world.pages = {None: page(first, then="2"), "2": page(second, then="3")}
    cards = (world.card(), world.card(attempt=2))
    assert world.answers(*cards) == [FoundJobs((first,)), FoundJobs((second,))]
    assert [token for _, token in world.asked] == [None, "2"]


def test_reading_ends_with_the_proof(world: Listed) -> None:
    world.pages = {None: page(world.other(500), then="2")}
    assert world.answers(world.card()) == [Silence.ABSENT]
    assert len(world.asked) == 1


def test_a_list_out_of_order_proves_nothing_before_its_end(world: Listed) -> None:
    turned = (world.other(500), world.other(499))
    world.pages = {None: page(*turned, then="2"), "2": page()}
    assert world.answers(world.card()) == [Silence.ABSENT]
    assert len(world.asked) == 2
    world.asked.clear()
    world.pages = {None: page(*turned, then="2"), "2": page(then="2")}
    assert world.answers(world.card()) == [Silence.UNPROVEN]


def test_a_list_is_out_of_order_from_page_to_page_too(world: Listed) -> None:
    world.pages = {
        None: page(world.other(70), then="2"),
        "2": page(world.other(10), then="3"),
        "3": page(world.other(500), then="4"),
        "4": page(then="4"),
    }
    assert world.answers(world.card()) == [Silence.UNPROVEN]


def test_jobs_of_the_same_second_are_in_order(world: Listed) -> None:
    world.pages = {None: page(world.other(500), world.other(500), then="2")}
    assert world.answers(world.card()) == [Silence.ABSENT]


def test_a_job_without_a_time_leaves_the_order_in_doubt(world: Listed) -> None:
    world.pages = {
        None: page(world.other(500), world.other(None), then="2"),
        "2": page(then="2"),
    }
    assert world.answers(world.card()) == [Silence.UNPROVEN]


def test_the_first_job_may_have_no_time(world: Listed) -> None:
    world.pages = {None: page(world.other(None), world.other(500), then="2")}
    assert world.answers(world.card()) == [Silence.ABSENT]


def test_a_list_that_turns_in_a_circle_is_left(world: Listed) -> None:
    world.pages = {None: page(then="2"), "2": page(then="2")}
    assert world.answers(world.card()) == [Silence.UNPROVEN]
    assert [token for _, token in world.asked] == [None, "2"]


def test_a_list_that_could_not_be_read_in_time_says_so(world: Listed) -> None:
    job = world.made("j1")
    world.pages = {None: page(job, then="2")}
    cards = (world.card(), world.card(attempt=2))
    assert world.answers(*cards, over_after=1) == [FoundJobs((job,)), Silence.UNREAD]
    assert len(world.asked) == 1


def test_no_page_is_asked_for_when_the_time_is_over_already(world: Listed) -> None:
    assert world.answers(world.card(), over_after=0) == [Silence.UNREAD]
    assert world.asked == []


def test_a_list_that_ci_refuses_says_so_and_keeps_what_was_found(world: Listed) -> None:
    fault = JobServiceFault("GET of jobs", "InvalidArgument")
    job = world.made("j1")
    world.pages = {None: page(job, then="2"), "2": fault}
    cards = (world.card(), world.card(attempt=2))
    assert world.answers(*cards) == [FoundJobs((job,)), Silence.REFUSED]
    expected = {"level": "warning", "problem": str(fault)}
    assert world.logged("jobs_not_listed") == [expected]


def test_a_job_is_for_what_its_object_and_its_token_say(world: Listed) -> None:
    found = job_identity(world.made("j1", 1, 7))
    assert found == JobIdentity(KEY, world.version, 7)
    assert isinstance(found, JobIdentity)
    nameless = job_identity(world.made("j1", key=None))
    assert nameless == JobIdentity("", world.version, 1)
    assert job_identity(world.made("j1", user_data=None)) is None
