"""Sixty tamperings, each found and named, by `audit --deep` or by `audit --expect`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest

from cli.audit.judgement import ATTENTION
from shared.store.layout import name_sha256
from tests.support.cards import PERSONAL
from tests.support.seals import DAY, HOUR, KEYS, SealedWorld, named


class Bucket(NamedTuple):
    """A bucket with three seals, and something written since. The names are of its objects."""

    world: SealedWorld
    expect: str
    card: str
    licence: str
    nothing: str
    failed: str
    rejected: str
    rerun: str
    long: str
    review: str
    record: str
    forgotten: bytes
    new: str


def bucket() -> Bucket:
    world = SealedWorld()
    card, licence = world.result("card"), world.result("licence")
    failed = world.result("failed")
    forgotten_name = world.result("uploads/forgotten.jpg")
    forgotten = world.store.objects[forgotten_name]
    world.pass_time(DAY)
    world.seal()
    nothing, rejected, long = (world.result(kind) for kind in ("nothing", "rejected", "long"))
    review = world.review("card")
    record = world.forget("uploads/forgotten.jpg")
    world.pass_time(DAY)
    world.seal(deep=True)
    rerun = world.result("card", "e1~2")
    world.pass_time(DAY)
    expect = world.seal().sha256
    new = world.result("uploads/new.jpg")
    world.pass_time(HOUR)
    objects = (card, licence, nothing, failed, rejected, rerun, long, review, record)
    return Bucket(world, expect, *objects, forgotten, new)


class Tampering(NamedTuple):
    """What is done, what the audit must say, and whether --deep says it, not the seals.

    `gone` is the object whose removal it must say, of which only the name's SHA-256 is known.
    """

    what: str
    does: Callable[[Bucket], object]
    says: str
    deep: bool = False
    gone: str | None = None

    def said(self, there: Bucket) -> str:
        if self.gone is None:
            return self.says
        return f"removed name_sha256 {name_sha256(getattr(there, self.gone))}: in seal"


def does(what: str, says: str, method: str, *of: object, **members: object) -> Tampering:
    """Call a method of the world with objects, by the names that a `Bucket` has for them.

    The seals show it.
    """

    def tamper(there: Bucket) -> None:
        objects = (getattr(there, one, one) if isinstance(one, str) else one for one in of)
        getattr(there.world, method)(*objects, **members)

    return Tampering(what, tamper, says)


def edits(of: str, what: str, named: str, **members: object) -> Tampering:
    """An edit of a result, which --deep names whether it is sealed or not."""
    return does(f"{of}: {what}", named, "edit", of, **members)._replace(deep=True)


PUT_BACK = "another Last-Modified, and the same ETag and size"


def removes(of: str) -> Tampering:
    return does(f"{of} is removed", "", "remove", of)._replace(gone=of)


def renames(of: str, to: str) -> Tampering:
    return does(f"{of} is renamed", "", "move", of, to)._replace(gone=of)


def changes(of: str, seal: int, **members: object) -> Tampering:
    what = f"{of} is changed in place, with its own time"
    return does(what, f"since seal {seal}: another ETag", "edit_keeping_time", of, **members)


def backdates(of: str) -> Tampering:
    return does(f"{of} is backdated", PUT_BACK, "backdate", of, HOUR)


def puts_back(of: str) -> Tampering:
    return does(f"{of} is removed and put back", PUT_BACK, "move", of, of)


def inserts(name: str, seal: int, days: float) -> Tampering:
    def insert(there: Bucket) -> None:
        there.world.write(name, there.world.store.objects[there.card])
        there.world.backdate(name, days * DAY)

    says = f"its Last-Modified lies in seal {seal}, which lacks"
    return Tampering(f"{name} is inserted", insert, says)


def seal_edit(number: int, says: str, **members: object) -> Tampering:
    what = f"seal {number} is edited: {', '.join(members)}"
    return does(what, says, "edit_keeping_time", f"ocr/seals/{number}.json", **members)


def part_of(there: Bucket, number: int) -> str:
    (name,) = (name for name in there.world.store.names("seals") if f"seals/{number}/" in name)
    return name


def cut_and_make_anew(there: Bucket) -> None:
    there.world.cut_off(2, 3)
    there.world.edit(there.card, fields__name="样本乙")
    there.world.seal()


FORGOTTEN = "ocr/results/uploads/forgotten.jpg.e1.json"


def put_back_forgotten(there: Bucket, seconds: float = 0) -> None:
    there.world.write(FORGOTTEN, there.forgotten)
    there.world.backdate(FORGOTTEN, seconds)


SEALS = [f"ocr/seals/{number}.json" for number in range(6)]
CUT = "no seal has the SHA-256 that --expect names"

TAMPERINGS = [
    # A field, of sealed results and of one that isn't sealed yet
    edits("card", "name", "fields.name", fields__name="样本乙"),
    edits("card", "number", "fields.id_number", fields__id_number="990101199002300021"),
    edits("card", "gender", "fields.gender", fields__gender="女"),
    edits("card", "address", "fields.address", fields__address="样例省虚构市测试路2号"),
    edits("card", "a field that was empty", "fields.birth_date", fields__birth_date="1990-01-02"),
    edits("card", "a field is emptied", "fields.name", fields__name=None),
    edits("licence", "valid_until", "fields.valid_until", fields__valid_until="2036-03-15"),
    edits("licence", "vehicle_class", "fields.vehicle_class", fields__vehicle_class="A1"),
    edits("rerun", "ethnicity", "fields.ethnicity", fields__ethnicity="满"),
    edits("long", "name", "fields.name", fields__name="样本乙"),
    edits("nothing", "a field of nothing", "fields.name", fields__name="样本乙"),
    edits("failed", "a field of a failure", "fields.name", fields__name="样本乙"),
    edits("new", "name, before it is sealed", "fields.name", fields__name="样本乙"),
    # A check
    edits("card", "a check passes", "checks.fields.complete", checks__2__passed=True),
    edits("card", "a check's detail", "checks.fields.complete", checks__2__detail="no value: x"),
    edits("card", "all checks are gone", "checks.id_number.form", checks=[]),
    edits("card", "a check that isn't one", "checks", checks__2__name="样本乙"),
    edits("licence", "a check fails", "checks.fields.complete", checks__2__passed=False),
    edits("licence", "the photo's check is gone", "checks.source.unchanged", checks__0__name="x"),
    edits("new", "a check passes, before it is sealed", "fields.complete", checks__2__passed=True),
    # An outcome, needs_review, an item
    edits("card", "outcome failed", "outcome", outcome="failed"),
    edits("card", "outcome nothing_found", "outcome", outcome="nothing_found"),
    edits("failed", "outcome recognised", "outcome", outcome="recognised"),
    edits("nothing", "outcome recognised", "outcome", outcome="recognised"),
    edits("rejected", "outcome nothing_found", "outcome", outcome="nothing_found"),
    edits("card", "needs no review", "needs_review", needs_review=False),
    edits("licence", "needs a review", "needs_review", needs_review=True),
    edits("card", "an item's text", "fields.name", items__0__text="样本乙"),
    edits("card", "an item's field", "items.0.field", items__0__field=None),
    edits("card", "an item's score", "checks.score.minimum", items__0__score=12),
    # The same in place, so that --deep can't tell
    changes("card", 1, written_at="2026-01-02T03:04:06Z"),
    changes("rejected", 2, trigger="backfill"),
    changes("review", 2, decision="rejected"),
    changes("record", 2, why="Somebody asked for it"),
    does("a body of the same ETag and size", "since seal 2:", "edit", "nothing", trigger="uqload"),
    # Removed, renamed, backdated, put back
    removes("card"),
    removes("licence"),
    removes("failed"),
    removes("rerun"),
    removes("review"),
    removes("record"),
    renames("card", "ocr/results/uploads/other.jpg.e1.json"),
    renames("review", "ocr/reviews/uploads/a.jpg.e1.0007.json"),
    renames("record", "ocr/deleted/2026-01-01/" + "0" * 32 + ".json"),
    backdates("card"),
    backdates("review"),
    backdates("record"),
    puts_back("licence"),
    puts_back("record"),
    Tampering(
        "a forgotten result is put back", put_back_forgotten, "returned uploads/forgotten.jpg"
    ),
    Tampering(
        "it is put back and backdated",
        lambda there: put_back_forgotten(there, HOUR + 2 * DAY),
        "returned uploads/forgotten.jpg",
    ),
    inserts("ocr/results/uploads/inserted.jpg.e1.json", 3, 0.5),
    inserts("ocr/reviews/uploads/a.jpg.e1.0002.json", 2, 1.5),
    inserts("ocr/deleted/2026-01-01/" + "1" * 32 + ".json", 1, 5),
    does("two results are swapped", "since seal 1: another ETag", "swap", "card", "licence"),
    # Seals
    does("the last seal is cut off", CUT, "cut_off", 3),
    does("the last two seals are cut off", CUT, "cut_off", 2, 3),
    does("every seal is cut off", CUT, "cut_off", 1, 2, 3),
    Tampering("the last seals are made anew", cut_and_make_anew, CUT),
    does("the first seal is removed", "seal 2: before it, 1 isn't", "cut_off", 1),
    does("a seal is removed", "seal 3: before it, 2 isn't there", "cut_off", 2),
    does("a seal is renamed", "seal 5: before it, 3 to 4 isn't", "move", SEALS[3], SEALS[5]),
    does(
        "a seal is put in another's place",
        "seal 1: its body is no seal of this number",
        *("swap", SEALS[1], SEALS[2]),
    ),
    does(
        "a seal is removed and put back",
        "seal 2: it was written again since seal 3",
        *("move", SEALS[2], SEALS[2]),
    ),
    does(
        "a seal is backdated",
        "seal 3: it names a time that hadn't come when it was written",
        *("backdate", SEALS[3], 2 * HOUR),
    ),
    seal_edit(1, "seal 1: it isn't the one that seal 2 names", release="0.0.1"),
    seal_edit(2, "seal 3: it doesn't begin where seal 2 ends", to="2026-01-03T00:00:00Z"),
    seal_edit(3, CUT, parts=[], entries=0),
    Tampering(
        "a seal's part is removed",
        lambda there: there.world.remove(part_of(there, 1)),
        "seal 1: its part 1 isn't there",
    ),
    Tampering(
        "a seal's part is another's",
        lambda there: there.world.swap(part_of(there, 1), part_of(there, 2)),
        "seal 1: its part 1 isn't there, or isn't the one that it names",
    ),
]


def found(there: Bucket, *, deep: bool) -> list[str]:
    if deep:
        findings = there.world.audit(deep=True, seals=False)
    else:
        findings = there.world.audit(expect=there.expect)
    return [named(one) for one in findings]


def test_there_are_sixty_and_more() -> None:
    assert len({one.what for one in TAMPERINGS}) == len(TAMPERINGS) >= 60


def test_in_an_untouched_bucket_nothing_is_found() -> None:
    there = bucket()
    assert found(there, deep=True) == found(there, deep=False) == []
    findings = there.world.audit(deep=True, expect=there.expect)
    assert findings == []
    assert there.world.audited.counts["sealed"] == {
        "seals": 3,
        "objects": 10,
        "as_sealed": 9,
        "gone": 1,
        "not_sealed": 1,
    }
    assert there.world.audited.head["newest_seal"] == {
        "number": 3,
        "sha256": there.expect,
        "to": json.loads(there.world.store.objects["ocr/seals/3.json"])["to"],
    }


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: one.what)
def test_a_tampering_is_found_and_named(tampering: Tampering) -> None:
    there = bucket()
    says = tampering.said(there)
    tampering.does(there)
    lines = found(there, deep=tampering.deep)
    assert any(says in line for line in lines), lines
    assert not any(value in line for line in lines for value in (*PERSONAL, "样本乙"))
    kinds = {line.split(" ")[0] for line in lines}
    assert kinds & ATTENTION or kinds == {"touched"}
    if not tampering.deep:
        return
    # Whatever --deep names in a sealed result, the seals show as well.
    if "new" not in tampering.what.split(":")[0]:
        assert [line for line in found(there, deep=False) if line.startswith("changed")]


def test_a_copy_in_place_is_touched_and_not_changed() -> None:
    there = bucket()
    there.world.move(there.card, there.card)
    (finding,) = there.world.audit(deep=True, expect=there.expect)
    assert (finding.kind, finding.key, finding.version) == ("touched", KEYS["card"], "e1")
    assert not there.world.audited.totals.needs_attention
