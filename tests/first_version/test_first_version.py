"""Objects and tokens of the first version are those of this one: an upgrade loses no card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.results.document import result_in
from shared import callback_token
from shared.documents import read_pending
from shared.pipeline.submit import submit_upload
from shared.store.layout import parse_pending_name, parse_result_name
from shared.times import from_rfc3339, rfc3339
from tests.support.environment import BUCKET, SECRET
from tests.support.schema import validate_pending, validate_result
from tests.support.sweeps import HOUR, KEY, SweptWorld

OBJECTS = Path(__file__).parent / "objects"
TOKEN = (
    "v1.MToxNzk2MjY2OTgwOmNhMDViN2FmODBkMDFkYzM3Y2RiZTNjMDdkMzFlMTExOmJmYTRiOGQwODlkMzBjZWI5NTQ5N"
    "zk1NzNmYjE4M2E3.lwTaqO4T0m8gMm9q7tM10b7A84uPF5ZKgoVETstNxLQ"
)
ISSUED_AT = 1_795_662_180


def stored(folder: str) -> dict[str, tuple[str, bytes]]:
    """The name and the body of each object in a folder of its bucket, by case."""
    found = {}
    for case in sorted(OBJECTS.iterdir()):
        for path in case.glob(f"ocr/{folder}/**/*.json"):
            found[case.name] = path.relative_to(case).as_posix(), path.read_bytes()
    return found


RESULTS, PENDING = stored("results"), stored("pending")


def world_of(case: str) -> SweptWorld:
    """The bucket of a case, at the moment it was left, with the photograph it is about."""
    name, body = (RESULTS | PENDING)[case]
    document = json.loads(body)
    world = SweptWorld()
    world.store.sources.clear()
    world.clock.now = from_rfc3339(document.get("updated_at") or document["written_at"])
    source = document["source"]
    kept = {name: source[name] for name in ("etag", "size", "last_modified")}
    world.source = world.store.upload(source["key"], **kept)
    world.version = world.source.etag
    world.store.replace(name, body)
    return world


def test_every_kind_of_object_is_there() -> None:
    assert {json.loads(body)["outcome"] for _, body in RESULTS.values()} == {
        *("recognised", "nothing_found", "failed", "rejected"),
    }
    assert {json.loads(body)["state"] for _, body in PENDING.values()} == {
        *("claimed", "submitted", "waiting", "unknown"),
    }


@pytest.mark.parametrize("case", RESULTS)
def test_a_result_is_the_schemas_and_is_read(case: str) -> None:
    name, body = RESULTS[case]
    document = json.loads(body)
    validate_result(document)
    assert result_in(body) == document
    parsed = parse_result_name("ocr/", name)
    assert parsed is not None
    assert parsed.version == document["source"]["etag"]


@pytest.mark.parametrize("case", RESULTS)
def test_a_version_that_has_its_result_is_not_sent_again(case: str) -> None:
    name, body = RESULTS[case]
    world = world_of(case)
    submit_upload(world.pipeline(), world.created(world.source.key))
    assert world.jobs.requests == []
    assert world.store.objects == {name: body}


@pytest.mark.parametrize("case", PENDING)
def test_a_pending_object_is_read_and_would_be_written_alike(case: str) -> None:
    name, body = PENDING[case]
    validate_pending(json.loads(body))
    pending = read_pending(body)
    assert pending is not None
    assert pending.body() == body
    parsed = parse_pending_name("ocr/", name)
    assert parsed is not None
    assert (parsed.version, parsed.attempt) == (pending.version, pending.attempt)


def test_a_submitted_job_is_fetched() -> None:
    world = world_of("submitted")
    world.job(json.loads(PENDING["submitted"][1])["job_id"])
    world.pass_time(180)
    world.sweep()
    assert world.result()["outcome"] == "recognised"
    assert world.store.names("pending") == []


def test_a_refused_card_is_sent_again() -> None:
    world = world_of("waiting")
    world.pass_time(HOUR)
    world.sweep()
    assert {attempt: one["state"] for attempt, one in world.pending().items()} == {
        1: "waiting",
        2: "submitted",
    }
    assert len(world.jobs.requests) == 1


@pytest.mark.parametrize("case", ["claimed", "unknown"])
@pytest.mark.parametrize("accepted", [False, True])
def test_a_job_whose_answer_was_lost_is_looked_for(
    case: str,
    accepted: bool,  # noqa: FBT001
) -> None:
    world = world_of(case)
    begun = world.clock.now
    if accepted:
        world.job("found", created_at=rfc3339(begun + 1))
    world.job("later", key="uploads/later.jpg", created_at=rfc3339(begun + 100))
    world.pass_time(HOUR)
    world.sweep()
    world.pass_time(HOUR)
    world.sweep()
    if accepted:
        assert world.result()["job"]["id"] == "found"
        assert world.jobs.requests == []
    else:
        assert len(world.jobs.requests) == 1


def test_a_token_is_verified_and_signed_alike() -> None:
    token = callback_token.verify(TOKEN, [SECRET], ISSUED_AT)
    assert (token.version, token.attempt) == ("ca05b7af80d01dc37cdbe3c07d31e111", 1)
    assert token.is_for(BUCKET, KEY)
    same = {"bucket": BUCKET, "key": KEY, "version": token.version, "attempt": 1}
    assert callback_token.issue(SECRET, **same, now=ISSUED_AT) == TOKEN  # type: ignore[arg-type]
