"""How an audit reads seals, records and notes. See test_tamperings.py for what it finds."""

from __future__ import annotations

import pytest

from cli.audit.judgement import AuditFinding
from cli.delete.forget import FIRST_LOOK_SECONDS, Forgetting
from shared.store.layout import name_sha256
from tests.support.seals import DAY, KEYS, SealedWorld, named


@pytest.fixture
def world() -> SealedWorld:
    return SealedWorld()


def sealed(world: SealedWorld, *, deep: bool = False) -> str:
    """The name of a result that was sealed a day later."""
    name = world.result("card")
    world.pass_time(DAY)
    world.seal(deep=deep)
    return name


def begin_to_forget(world: SealedWorld) -> Forgetting:
    """Delete a card up to the moment before the deletion is recorded."""
    forgetting = Forgetting(world.context(), KEYS["card"], world.store)
    forgetting.go_on()
    world.pass_time(FIRST_LOOK_SECONDS)
    forgetting.go_on()
    return forgetting


def test_what_forget_is_deleting_is_not_removed(world: SealedWorld) -> None:
    sealed(world)
    forgetting = begin_to_forget(world)
    assert world.store.names("results") == []
    assert world.audit() == []
    world.pass_time(FIRST_LOOK_SECONDS)
    assert forgetting.go_on() is None
    assert world.audit() == []


def test_a_deletion_that_nobody_ended_for_a_day_is_told(world: SealedWorld) -> None:
    name = sealed(world)
    begin_to_forget(world)
    world.pass_time(DAY)
    (finding,) = world.audit()
    assert (finding.kind, name_sha256(name) in str(finding.detail)) == ("removed", True)


def test_of_a_seal_that_lost_a_part_no_object_is_taken_for_inserted(world: SealedWorld) -> None:
    sealed(world)
    (part,) = (name for name in world.store.names("seals") if name.endswith(".gz"))
    world.remove(part)
    assert [one.kind for one in world.audit()] == ["chain"]


def test_an_older_seal_that_is_expected_is_in_the_chain(world: SealedWorld) -> None:
    world.pass_time(DAY)
    older = world.seal()
    world.pass_time(DAY)
    world.seal()
    assert world.audit(expect=older.sha256) == []


def test_without_seals_nothing_is_found_but_that_one_was_expected(world: SealedWorld) -> None:
    world.result()
    assert world.audit() == []
    assert world.audited.head["newest_seal"] is None
    (finding,) = world.audit(expect="0" * 64)
    assert finding == AuditFinding(
        "chain",
        None,
        None,
        None,
        "no seal has the SHA-256 that --expect names: seals were cut off or made anew",
    )


def test_a_name_that_is_none_of_ours_is_shown_by_its_sha256(world: SealedWorld) -> None:
    world.pass_time(DAY)
    world.seal()
    name = world.write("ocr/deleted/样本甲.json", b"{}")
    world.backdate(name, DAY)
    (finding,) = world.audit()
    assert "样本甲" not in named(finding)
    assert f"name_sha256 {name_sha256(name)}" in named(finding)


OBJECTS = b'"objects": [{"name_sha256": "%s", "kind": "result"}]'


@pytest.mark.parametrize(
    "body",
    [
        *(b"\xff", b"[]", b'{"objects": 1}', b'{"objects": [["%s", 1], ["x", "result"]]}'),
        b'{"schema": "card-ocr.deleted.v1", "objects": [1], "attempts": []}',
        b'{"schema": "another", "attempts": [], ' + OBJECTS + b"}",
        b'{"schema": "card-ocr.deleted.v1", ' + OBJECTS + b"}",  # a record names attempts
    ],
)
def test_a_record_that_says_nothing_excuses_nothing(world: SealedWorld, body: bytes) -> None:
    name = sealed(world)
    world.remove(name)
    said = body.replace(b"%s", name_sha256(name).encode())
    world.write(f"ocr/deleted/2026-01-03/{'0' * 32}.json", said)
    world.write("ocr/state/forget/x.json", said)
    assert [one.kind for one in world.audit()] == ["removed"]


def test_a_seal_that_cos_refuses_is_a_gap(world: SealedWorld) -> None:
    for _ in range(2):
        world.pass_time(DAY)
        world.seal()
    world.store.objects["ocr/seals/1.json"] = b"\x00"
    lines = [named(one) for one in world.audit()]
    assert lines[0] == "chain seal 1: its body is no seal of this number"


def test_a_body_that_differs_is_only_found_with_deep(world: SealedWorld) -> None:
    result = sealed(world, deep=True)
    read = world.store.read

    def reversed_body(name: str) -> bytes | None:
        body = read(name)
        return body[::-1] if body and name == result else body

    world.store.read = reversed_body  # type: ignore[method-assign]
    assert world.audit() == []
    kinds = {one.kind for one in world.audit(deep=True)}
    assert "changed" in kinds


def test_what_has_another_etag_is_changed_once(world: SealedWorld) -> None:
    name = sealed(world, deep=True)
    world.edit(name, trigger="backfill")
    assert [one.kind for one in world.audit(deep=True)] == ["changed"]
