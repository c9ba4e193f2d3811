from __future__ import annotations

import pytest

from cli.audit.judgement import AuditFinding, AuditVerdict, Rules, judge
from cli.bucket.cards import ListedCard
from cli.bucket.listing import CardObject
from shared.store import Listed

NOW = 1_767_323_045.0
HOUR, DAY = 3600.0, 86_400.0
KEY = "uploads/a.jpg"
RULES = Rules(NOW, NOW - 30 * DAY, DAY, "uploads/")


def source(age: float = 2 * HOUR, etag: str = "e1", key: str = KEY, size: int = 9) -> Listed:
    return Listed(key, etag, size, NOW - age)


def row(version: str = "e1", attempt: int = 0, age: float = HOUR, key: str = KEY) -> CardObject:
    listed = Listed(f"ocr/{key}.{version}.{attempt}", "x", 1, NOW - age)
    return CardObject(version, attempt, listed)


def card(*rows: CardObject, of: Listed | None = None) -> ListedCard:
    results = [one for one in rows if not one.attempt]
    return ListedCard(KEY, of, results, [one for one in rows if one.attempt])


def verdict(*rows: CardObject, of: Listed | None = None, rules: Rules = RULES) -> AuditVerdict:
    return judge(card(*rows, of=of), rules, {})


def kinds(found: AuditVerdict) -> list[str]:
    return [finding.kind for finding in found.findings]


def test_a_card_that_is_pending_past_giving_up_is_stuck() -> None:
    old = row(attempt=1, age=DAY + 1)
    found = judge(card(old, of=source(DAY + 9)), RULES, {old.listed.key: "waiting, QueuePaused"})
    assert found.findings == (AuditFinding("stuck", KEY, "e1", DAY + 1, "waiting, QueuePaused"),)


@pytest.mark.parametrize(
    ("age", "standing"),
    [
        (HOUR - 1, "recent"),
        (HOUR, "missing"),
        (30 * DAY, "missing"),
        (30 * DAY + 1, "before_deployment"),
    ],
)
def test_a_photo_with_nothing_is_missing_between_an_hour_and_the_deployment(
    age: float, standing: str
) -> None:
    found = verdict(of=source(age))
    assert found.standing == standing
    assert kinds(found) == (["missing"] if standing == "missing" else [])


PENDING, OLD = row(attempt=1), row(attempt=1, age=2 * DAY)


@pytest.mark.parametrize(
    ("rows", "judged"),
    [
        ([row()], AuditVerdict("with_result")),
        ([row("e1~2")], AuditVerdict("with_result")),
        (
            [PENDING, row(attempt=2, age=HOUR / 2)],  # as old as its first attempt
            AuditVerdict("pending", waiting=(HOUR,)),
        ),
        ([row(), OLD], AuditVerdict("with_result", leftover=1)),
    ],
    ids=["a result", "a rerun's result", "pending", "left over beside its result: not stuck"],
)
def test_a_card_without_findings_is_counted(rows: list[CardObject], judged: AuditVerdict) -> None:
    assert verdict(*rows, of=source()) == judged


@pytest.mark.parametrize(
    ("rows", "standing", "found"),
    [
        ([row(), row("e1~2", attempt=1, age=2 * DAY)], "with_result", ["stuck", "versions"]),
        ([row("e0")], "missing", ["missing"]),  # other content's
    ],
)
def test_a_result_counts_for_its_own_version(
    rows: list[CardObject], standing: str, found: list[str]
) -> None:
    judged = verdict(*rows, of=source())
    assert (judged.standing, kinds(judged)) == (standing, found)


def test_without_a_deployment_date_every_old_photo_is_missing() -> None:
    rules = RULES._replace(deployed_at=None)
    assert kinds(verdict(of=source(400 * DAY), rules=rules)) == ["missing"]


def test_several_versions_are_told() -> None:
    found = verdict(row("e0"), row("e1"), of=source())
    assert [(one.kind, one.detail) for one in found.findings] == [("versions", "2 versions")]


def test_objects_without_a_photo_are_orphans_by_version() -> None:
    found = verdict(row("e1"), row("e1", attempt=1), row("e2", attempt=1, age=9 * DAY))
    assert sorted((one.kind, one.version, one.detail) for one in found.findings) == [
        ("orphan", "e1", "result"),
        ("orphan", "e2", "pending object"),
    ]


def test_an_object_written_during_the_audit_may_have_a_photo_as_new() -> None:
    assert not verdict(row(age=-1)).findings


def test_objects_of_keys_that_nobody_listed_are_no_orphans() -> None:
    elsewhere = ListedCard("other/a.jpg", None, [row(key="other/a.jpg")])
    assert judge(elsewhere, RULES, {}) == AuditVerdict(None, is_counted=False)


def test_objects_of_a_hashed_key_can_be_orphans() -> None:
    hashed = ListedCard("~/abc", None, [row(key="~/abc")])
    assert kinds(judge(hashed, RULES, {})) == ["orphan"]


def test_a_folder_marker_is_no_photo() -> None:
    assert verdict(of=source(key="uploads/2026/", size=0)) == AuditVerdict(None)


def test_what_is_older_than_asked_for_is_left_out() -> None:
    rules = RULES._replace(newer_than=NOW - HOUR)
    assert not verdict(of=source(2 * HOUR), rules=rules).is_counted
    assert not verdict(row(age=2 * HOUR), rules=rules).findings
