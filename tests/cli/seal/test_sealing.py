from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

import pytest

import cli.seal.sealing
from cli.seal.chain import SealMade
from cli.seal.manifest import Seal, SealPart
from shared.errors import ConfigurationError, StorageFault
from shared.store.layout import name_sha256
from shared.times import rfc3339
from tests.support.memory import failing_at
from tests.support.seals import DAY, MINUTE, SealedWorld


@pytest.fixture
def world() -> SealedWorld:
    return SealedWorld()


def entries(world: SealedWorld, number: int) -> list[dict[str, Any]]:
    """Read a seal as somebody would who has the design and nothing of ours."""
    seal = world.store.document(f"ocr/seals/{number}.json")
    found = []
    for part in seal["parts"]:
        body = world.store.objects[f"ocr/seals/{number}/{part['sha256']}.ndjson.gz"]
        assert hashlib.sha256(body).hexdigest() == part["sha256"]
        assert body[4:8] == bytes(4), "gzip's time is 0"
        lines = gzip.decompress(body).splitlines()
        assert len(lines) == part["entries"]
        found += [json.loads(line) for line in lines]
    return found


def test_a_seal_names_each_object_by_its_sha256_with_etag_size_and_time(world: SealedWorld) -> None:
    result, review = world.result(), world.review()
    world.pass_time(20 * MINUTE)
    written = world.store.written_at[result]
    made = world.seal()
    seal = world.store.objects["ocr/seals/1.json"]
    assert made.sha256 == hashlib.sha256(seal).hexdigest()
    assert [one["name_sha256"] for one in entries(world, 1)] == [
        name_sha256(result),
        name_sha256(review),
    ]
    body = world.store.objects[result]
    assert entries(world, 1)[0] == {
        "name_sha256": hashlib.sha256(result.encode()).hexdigest(),
        "etag": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "size": len(body),
        "last_modified": rfc3339(written),
    }


def test_a_deep_seal_has_the_sha256_of_each_body(world: SealedWorld) -> None:
    result = world.result()
    world.pass_time(DAY)
    world.seal(deep=True)
    (entry,) = entries(world, 1)
    assert entry["body_sha256"] == hashlib.sha256(world.store.objects[result]).hexdigest()


def test_a_seal_ends_fifteen_minutes_ago_and_the_next_begins_there(world: SealedWorld) -> None:
    early = world.result("card")
    world.pass_time(20 * MINUTE)
    late = world.result("licence")
    start = world.clock()
    first = world.seal()
    world.pass_time(DAY)
    second = world.seal()
    assert first.seal.ends == start - 15 * MINUTE
    assert (second.seal.begins, second.seal.previous) == (first.seal.ends, first.sha256)
    assert [one["name_sha256"] for one in entries(world, 1)] == [name_sha256(early)]
    assert [one["name_sha256"] for one in entries(world, 2)] == [name_sha256(late)]


def test_only_results_reviews_and_deletion_records_are_sealed(world: SealedWorld) -> None:
    world.result("card")
    world.forget("card")
    world.write("ocr/pending/uploads/a.jpg.e1.0001.json", b"{}")
    world.write("ocr/state/status.json", b"{}")
    world.pass_time(DAY)
    world.seal()
    (record,) = world.store.names("deleted")
    assert [one["name_sha256"] for one in entries(world, 1)] == [name_sha256(record)]


def test_within_the_same_time_nothing_is_sealed_again(world: SealedWorld) -> None:
    world.result()
    world.pass_time(DAY)
    made = world.seal()
    again = world.seal()
    assert (again.is_new, again.sha256) == (False, made.sha256)
    assert world.store.names("seals")[:1] == ["ocr/seals/1.json"]


@pytest.fixture
def _small_parts(monkeypatch: pytest.MonkeyPatch, world: SealedWorld) -> None:
    monkeypatch.setattr(cli.seal.sealing, "_PART_ENTRIES", 4)
    world.store.page_size = 3
    for number in range(20):
        world.result(f"uploads/{number:02}.jpg")
        world.review(f"uploads/{number:02}.jpg")
    world.pass_time(DAY)


@pytest.mark.usefixtures("_small_parts")
def test_an_interrupted_seal_goes_on_with_its_own_end(world: SealedWorld) -> None:
    parts = iter(range(4))

    def third_fails(call: str, name: str) -> None:
        if call == "create_once" and name.endswith(".gz") and next(parts) == 3:
            raise StorageFault("PUT of an object", "InternalError")

    world.store.before = third_fails
    end = world.clock() - 15 * MINUTE
    with pytest.raises(StorageFault):
        world.seal()
    world.store.before = failing_at("never")
    assert "ocr/seals/1.json" not in world.store.objects
    begun = set(world.store.names("seals"))
    assert len(begun) == 3
    world.pass_time(DAY)
    world.result("uploads/of-the-next-seal.jpg")
    world.pass_time(DAY)
    made = world.seal()
    assert (made.number, made.seal.ends) == (1, end)
    assert begun < set(world.store.names("seals"))
    names = [one["name_sha256"] for one in entries(world, 1)]
    sealed = [*world.store.names("results"), *world.store.names("reviews")]
    assert sorted(names) == sorted(name_sha256(name) for name in sealed if "next-seal" not in name)
    assert "ocr/state/seal.json" not in world.store.objects


BEGUN = Seal(1, None, None, 1_767_312_000, is_deep=False)
PART = SealPart("0" * 64, 9)


def noted(seal: Seal, folder: object = 0, after: object = None) -> dict[str, object]:
    return {"seal": seal.document(), "folder": folder, "after": after}


@pytest.mark.usefixtures("_small_parts")
@pytest.mark.parametrize(
    "note",
    [
        [],
        {"seal": {"number": 1}},
        noted(BEGUN._replace(parts=(PART,)), 2),
        noted(BEGUN._replace(number=9)),
        noted(BEGUN._replace(is_deep=True)),
        noted(BEGUN, 3),
        noted(BEGUN, "0"),
        noted(BEGUN, after=1),
    ],
    ids=[
        *("no note", "no seal", "a part that isn't there", "another number", "deep"),
        *("no folder", "no number of a folder", "no name"),
    ],
)
def test_a_note_that_can_not_be_relied_on_begins_anew(world: SealedWorld, note: object) -> None:
    world.write("ocr/state/seal.json", json.dumps(note).encode())
    world.seal()
    assert len(entries(world, 1)) == 40


def test_of_two_who_seal_at_once_create_once_decides(world: SealedWorld) -> None:
    world.result()
    world.pass_time(DAY)

    def other(call: str, name: str) -> None:
        if call == "create_once" and name == "ocr/seals/1.json":
            world.store.before = failing_at("never")
            world.pass_time(-MINUTE)
            others.append(world.seal())
            world.pass_time(MINUTE)

    others: list[SealMade] = []
    world.store.before = other
    made = world.seal()
    (theirs,) = others
    assert (made.is_new, made.is_others, made.sha256) == (False, True, theirs.sha256)
    assert made.seal.ends == theirs.seal.ends


def test_a_lost_reply_is_no_failure(world: SealedWorld) -> None:
    world.result()
    world.pass_time(DAY)
    create_once = world.store.create_once

    def lost(name: str, body: bytes) -> None:
        create_once(name, body)

    world.store.create_once = lost  # type: ignore[method-assign]
    made = world.seal()
    assert (made.is_new, made.is_others) == (True, False)


def test_in_a_bucket_with_versioning_nothing_is_sealed(world: SealedWorld) -> None:
    world.store.versioned = True
    with pytest.raises(ConfigurationError, match="OUTPUT_BUCKET"):
        world.seal()


@pytest.mark.parametrize("gone", ["ocr/seals/1.json", "ocr/seals/2.json"])
def test_nothing_is_added_to_a_broken_chain(world: SealedWorld, gone: str) -> None:
    for _ in range(2):
        world.pass_time(DAY)
        world.seal()
    world.write(gone, b"{}") if gone.endswith("2.json") else world.remove(gone)
    world.pass_time(DAY)
    with pytest.raises(ConfigurationError) as broken:
        world.seal()
    assert str(broken.value) == (
        "ocr/seals/: the chain of seals is broken, so none is added; "
        "`card-ocr audit --seals` says where"
    )


def test_the_same_objects_make_the_same_bytes() -> None:
    sha256 = set()
    for _ in range(2):
        world = SealedWorld()
        world.result()
        world.pass_time(DAY)
        sha256.add(world.seal().sha256)
    assert len(sha256) == 1
