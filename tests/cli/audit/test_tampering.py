"""What became of an object that seals name."""

from __future__ import annotations

from cli.audit.tampering import Sealed, SealedObject, judge_object
from cli.seal.manifest import SealEntry

NAME = "0" * 64


def entry(at: int, etag: str = "e", size: int = 1) -> SealEntry:
    return SealEntry(NAME, etag, size, at)


def kinds(known: SealedObject, sealed_until: int = 0) -> list[str]:
    found = judge_object(known, lambda at: 1 if at < sealed_until else None)
    return [kind for kind, _ in found]


FIRST = [Sealed(1, entry(100))]


def test_what_is_as_it_was_sealed_needs_nothing() -> None:
    assert kinds(SealedObject(FIRST, entry(100)), 200) == []


def test_what_was_never_sealed_needs_nothing_after_the_last_seal() -> None:
    assert kinds(SealedObject([], entry(200)), 200) == []
    assert kinds(SealedObject([], entry(199)), 200) == ["inserted"]


def test_what_only_a_record_names_needs_nothing() -> None:
    assert kinds(SealedObject([], None, [100.0]), 200) == []


def test_what_is_gone_was_removed_unless_a_record_since_names_it() -> None:
    assert kinds(SealedObject(FIRST, None)) == ["removed"]
    assert kinds(SealedObject(FIRST, None, [100.0])) == []
    assert kinds(SealedObject(FIRST, None, [99.0])) == ["removed"]


def test_what_is_being_deleted_was_not_removed() -> None:
    assert kinds(SealedObject(FIRST, None, is_going=True)) == []


def test_other_content_of_the_same_time_is_changed() -> None:
    assert kinds(SealedObject(FIRST, entry(100, "f"))) == ["changed"]
    assert kinds(SealedObject(FIRST, entry(100, size=2))) == ["changed"]


def test_a_record_excuses_no_change_at_the_same_time() -> None:
    assert kinds(SealedObject(FIRST, entry(100, "f"), [100.0])) == ["changed"]


def test_the_same_content_of_another_time_is_touched() -> None:
    assert kinds(SealedObject(FIRST, entry(300))) == ["touched"]
    assert kinds(SealedObject(FIRST, entry(50))) == ["touched"]


def test_a_result_that_came_again_after_its_deletion_is_another_one() -> None:
    assert kinds(SealedObject(FIRST, entry(5000, "f"), [200.0])) == []
    assert kinds(SealedObject(FIRST, entry(5000, "f"), [200.0]), 6000) == ["inserted"]


def test_the_same_content_after_its_deletion_was_put_back() -> None:
    assert kinds(SealedObject(FIRST, entry(5000), [200.0])) == ["returned"]


def test_a_deletion_that_is_recorded_long_afterwards_excuses_no_change() -> None:
    assert kinds(SealedObject(FIRST, entry(5000, "f"), [9000.0])) == ["changed"]


def test_two_seals_of_one_name_are_compared_with_each_other() -> None:
    changed = [*FIRST, Sealed(2, entry(300, "f"))]
    touched = [*FIRST, Sealed(2, entry(300))]
    assert kinds(SealedObject(changed, entry(300, "f"))) == ["changed"]
    assert kinds(SealedObject(changed, entry(300, "f"), [200.0])) == []
    assert kinds(SealedObject(touched, entry(300))) == ["touched"]


def test_an_earlier_deletion_excuses_no_later_one() -> None:
    again = [*FIRST, Sealed(2, entry(3000, "f"))]
    assert kinds(SealedObject(again, None, [200.0])) == ["removed"]
    assert kinds(SealedObject(again, None, [200.0, 3100.0])) == []
