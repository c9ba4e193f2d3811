from __future__ import annotations

from typing import Any

import pytest

from cli.terminal.formats import local_time
from shared.times import from_rfc3339, rfc3339
from tests.cli.operators import Operator
from tests.support.clouds import CARD, Cloud

KEY, LICENCE = "uploads/a.jpg", "uploads/driver/b.jpg"


@pytest.fixture
def began(here: Cloud) -> int:
    """When the first card was claimed, Unix seconds: its result can come a second later."""
    (own,) = here.document(here.names("results")[0])["attempts"]
    return from_rfc3339(own["claimed_at"])


@pytest.fixture
def here(here: Cloud) -> Cloud:
    """A card and a licence that were read an hour ago."""
    here.upload(KEY)
    here.upload(LICENCE)
    here.local.advance(3600)
    return here


def bill(operator: Operator, *arguments: str, status: int = 0) -> Any:
    answer = operator.calls("bill", "--json", *arguments)
    assert answer.status == status, answer.err
    return answer.document()


@pytest.mark.usefixtures("here")
def test_jobs_are_counted_by_day_card_type_trigger_and_outcome(
    operator: Operator, began: int
) -> None:
    found = bill(operator)
    assert (found["jobs"], found["attempts_without_job_id"], found["unreadable"]) == (2, 0, 0)
    assert [tuple(line.values()) for line in found["lines"]] == [
        (rfc3339(began)[:10], "DriverLicense", "upload", "recognised", 1),
        (rfc3339(began)[:10], "IDCard", "upload", "recognised", 1),
    ]


@pytest.mark.usefixtures("here")
def test_a_price_makes_it_a_cost(operator: Operator) -> None:
    found = bill(operator, "--price=0.05")
    assert (found["cost"], found["cost_at_most"]) == ("0.10", "0.10")
    shown = operator.calls("bill", "--price=0.05").out
    assert "At 0.05 a job: 0.10." in shown
    assert shown.splitlines()[0].split() == [
        *("day", "(UTC)", "card", "type", "trigger", "outcome", "jobs", "cost"),
    ]


def test_a_rerun_and_what_is_pending_are_counted(operator: Operator, here: Cloud) -> None:
    operator.calls("rerun", KEY, "--yes")
    here.local.advance(180)
    operator.calls("sweep", "--drain")
    assert {line["trigger"] for line in bill(operator)["lines"]} == {"upload", "rerun"}
    assert bill(operator)["jobs"] == len(here.jobs) == 3


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        (f"forget {KEY} --yes", [("deleted", None, 1), ("recognised", "upload", 1)]),
        ("purge --older-than=9 --yes", [("deleted", None, 2)]),
    ],
)
@pytest.mark.usefixtures("forget_at_once")
def test_a_deleted_cards_job_is_still_counted(
    operator: Operator, here: Cloud, command: str, lines: list[tuple[str, str | None, int]]
) -> None:
    here.local.advance(10 * 86_400)
    assert operator.calls(*command.split()).status == 0
    assert len(here.names("results")) == len(lines) - 1
    found = bill(operator, "--compare")["lines"]
    assert [(line["outcome"], line["trigger"], line["jobs"]) for line in found] == lines


def test_a_job_that_no_object_names_is_named(operator: Operator, here: Cloud, began: int) -> None:
    here.remove(here.names("results")[0])
    found = bill(operator, "--compare", status=1)
    assert [one["kind"] for one in found["one_sided"]] == ["only_at_ci"]
    job_id = found["one_sided"][0]["job_id"]
    assert job_id in {job.job_id for job in here.jobs}
    answer = operator.calls("bill", "--compare")
    assert answer.status == 1
    assert f"No object names 1 job:\n  {job_id}  {local_time(began)[:10]} " in answer.out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("since", "until", "jobs"),
    [(-86_400, 86_400, 2), (0, 60, 2), (60, 3000, 0), (-86_400, 0, 0)],
)
def test_a_period_chooses_the_jobs(
    operator: Operator, began: int, since: int, until: int, jobs: int
) -> None:
    ends = f"--since={rfc3339(began + since)}", f"--until={rfc3339(began + until)}"
    found = bill(operator, "--compare", *ends)
    assert (found["jobs"], found["compare"]["listed"], found["one_sided"]) == (jobs, jobs, [])
    assert "Neither side lacks a job." in operator.calls("bill", "--compare", *ends).out


@pytest.mark.usefixtures("here")
def test_a_period_that_ends_before_it_begins_is_refused(operator: Operator) -> None:
    answer = operator.calls("bill", "--since=2026-01-02", "--until=2026-01-02")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("card-ocr: --until: ")


def test_what_is_older_than_a_period_is_not_read(
    operator: Operator, here: Cloud, began: int
) -> None:
    reads: list[str] = []
    here.local.cos.before_effect = lambda request: (
        reads.append(request.key) if request.method == "GET" and request.key else None
    )
    bill(operator, f"--since={rfc3339(began + 7200)}")
    assert not [key for key in reads if "results/" in key]


@pytest.mark.parametrize("name", ["results/uploads/b.jpg.e1.json", "deleted/2026-01-02/x.json"])
def test_an_object_that_can_not_be_read_asks_for_attention(
    operator: Operator, here: Cloud, name: str
) -> None:
    here.write(f"ocr/{name}", b"{}")
    answer = operator.calls("bill", "--json")
    assert (answer.status, answer.document()["unreadable"]) == (1, 1)
    assert "Left out as unreadable: 1 object" in answer.err


def test_an_attempt_whose_answer_never_came_is_counted_apart(
    operator: Operator, here: Cloud, began: int
) -> None:
    here.lose_events()
    here.put("uploads/c.jpg", CARD)
    operator.calls("backfill", "--yes")
    (name,) = here.names("pending")
    changes = {"state": "unknown", "claimed_at": rfc3339(began + 9)}
    here.write(name, {**here.document(name), **changes})
    found = bill(operator, "--price=1")
    assert (found["jobs"], found["attempts_without_job_id"], found["cost_at_most"]) == (2, 1, "3")
    assert found["lines_without_job_id"][0]["outcome"] == "pending"
