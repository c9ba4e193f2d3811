from __future__ import annotations

import pytest
import xmltodict

from coslocal.ci.errors import CiError
from coslocal.ci.listing import parse_listing
from tests.ci.world import World, details


def ids(world: World, query: str) -> list[str]:
    return [job["JobId"] for job in details(world.get(f"/jobs?{query}"))]


def test_the_newest_jobs_come_first_unless_asked_otherwise(world: World) -> None:
    jobs = [world.submit() for _ in range(3)]
    assert ids(world, "") == jobs[::-1]
    assert ids(world, "orderByTime=Asc") == jobs


@pytest.mark.parametrize("order", ["Asc", "Desc"])
def test_pages_of_any_size_show_every_job_once(world: World, order: str) -> None:
    jobs = [world.submit() for _ in range(5)]
    seen: list[str] = []
    token = ""
    for _page in range(3):
        answer = world.get(f"/jobs?size=2&orderByTime={order}&nextToken={token}")
        seen += [job["JobId"] for job in details(answer)]
        token = xmltodict.parse(answer.data)["Response"]["NextToken"] or ""
    assert token == ""
    assert sorted(seen) == sorted(jobs)


def test_jobs_submitted_meanwhile_do_not_shift_the_pages(world: World) -> None:
    jobs = [world.submit() for _ in range(3)]
    answer = world.get("/jobs?size=2")
    token = xmltodict.parse(answer.data)["Response"]["NextToken"]
    world.submit()
    assert ids(world, f"size=2&nextToken={token}") == [jobs[0]]


def test_ten_jobs_are_a_page_unless_asked_otherwise(world: World) -> None:
    for _ in range(11):
        world.submit()
    assert len(ids(world, "")) == 10
    assert len(ids(world, "size=100")) == 11


def test_jobs_are_filtered_by_state(world: World) -> None:
    done = world.submit()
    world.agenda.run_until_idle()
    waiting = world.submit()
    assert ids(world, "states=Submitted") == [waiting]
    assert ids(world, "states=Success,Failed") == [done]
    assert ids(world, "states=All") == [waiting, done]


def test_jobs_are_filtered_by_the_exact_object(world: World) -> None:
    world.put("uploads/a", b"")
    world.put("uploads/ab", b"")
    job_id = world.submit(key="uploads/a")
    world.submit(key="uploads/ab")
    assert ids(world, "inputObject=uploads/a") == [job_id]


def test_both_ends_of_the_creation_time_are_included(world: World) -> None:
    first = world.submit()
    world.clock.set(world.clock() + 10)
    second = world.submit()
    start, end = "2023-11-15T06:13:20%2B0800", "2023-11-15T06:13:30%2B0800"
    assert ids(world, f"startCreationTime={start}&endCreationTime={end}") == [second, first]
    assert ids(world, f"startCreationTime={end}") == [second]
    assert ids(world, f"endCreationTime={start}") == [first]


@pytest.mark.parametrize(
    "query", ["tag=Transcode", "queueId=p0", "queueType=Speeching", "inputObject=other"]
)
def test_what_no_job_matches_is_an_empty_list(world: World, query: str) -> None:
    world.submit()
    assert ids(world, query) == []


def test_the_filters_of_a_job_match_it(world: World) -> None:
    job_id = world.submit()
    query = f"tag=ImageLicenseRec&queueId={world.queue.queue_id}&queueType=AIProcess"
    assert ids(world, query) == [job_id]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", "0"),
        ("size", "101"),
        ("size", "ten"),
        ("size", "²"),
        ("nextToken", "x"),
        ("orderByTime", "asc"),
        ("states", "Success,Gone"),
        ("startCreationTime", "2023-11-15"),
        ("endCreationTime", "2023-13-15T06:13:20+0800"),
        ("prefix", "uploads/"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(CiError, match=name):
        parse_listing({name: value})
