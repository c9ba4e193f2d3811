"""What a lifecycle rule does to a deployment, by its prefix, its action and its age."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from cli.doctor.lifecycle import judged_rules, rules_in
from cli.doctor.subject import Folder, Reach
from cli.doctor.verdict import Verdict

RECONCILE_DAYS = 7
ARCHIVE = "<Transition><Days>30</Days><StorageClass>ARCHIVE</StorageClass></Transition>"
DEEP = "<Transition><Days>30</Days><StorageClass>DEEP_ARCHIVE</StorageClass></Transition>"
COLD = "<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>"
EXPIRE = "<Expiration><Days>30</Days></Expiration>"
TAG = "<Tag><Key>a</Key><Value>b</Value></Tag>"
EXCLUDED = "".join(
    f"<PrefixNotEquals>{prefix}</PrefixNotEquals>" for prefix in ("ocr/state/", "ocr/pend")
)
REST = "ocr/results/, ocr/reviews/, ocr/deleted/, ocr/seals/"
OURS = f"ocr/state/, ocr/pending/, {REST}"
REACH = Reach(
    "cards-1250000000",
    [
        Folder("photos", "uploads/"),
        Folder("state", "ocr/state/"),
        Folder("pending", "ocr/pending/"),
        Folder("results", "ocr/results/"),
        Folder("reviews", "ocr/reviews/"),
        Folder("deleted", "ocr/deleted/"),
        Folder("seals", "ocr/seals/"),
    ],
)


def _judged(*rules: str) -> Verdict:
    found = ET.fromstring(f"<LifecycleConfiguration>{''.join(rules)}</LifecycleConfiguration>")  # noqa: S314 — this test's own
    return judged_rules(rules_in(found), REACH, RECONCILE_DAYS)


def _rule(scope: str, action: str, status: str = "Enabled", name: str = "old") -> str:
    return f"<Rule><ID>{name}</ID>{scope}<Status>{status}</Status>{action}</Rule>"


def _under(prefix: str) -> str:
    return f"<Filter><Prefix>{prefix}</Prefix></Filter>"


@pytest.mark.parametrize(
    ("scope", "folders"),
    [
        ("<Filter/>", OURS),
        ("", OURS),
        (_under(""), OURS),
        (f"<Filter>{TAG}</Filter>", OURS),
        (_under("oc"), OURS),
        (_under("ocr/results/"), "ocr/results/"),
        (_under("ocr/res"), "ocr/results/"),
        (_under("ocr/pending/uploads/a"), "ocr/pending/"),
        ("<Prefix>ocr/state/</Prefix>", "ocr/state/"),
        (f"<Filter><And><Prefix>ocr/state/</Prefix>{TAG}</And></Filter>", "ocr/state/"),
        (
            f"<Filter><And><Prefix>ocr/</Prefix>{EXCLUDED}</And></Filter>",
            REST,
        ),
    ],
)
@pytest.mark.parametrize("action", [ARCHIVE, DEEP])
def test_what_may_not_be_archived_is_named_with_the_rule(
    scope: str, folders: str, action: str
) -> None:
    verdict = _judged(_rule(scope, action))
    assert verdict.status == "failed"
    assert f"the rule old archives {folders}: exclude them" in verdict.says


@pytest.mark.parametrize(
    "rule",
    [
        _rule("<Filter/>", ARCHIVE, "Disabled"),
        _rule("<Filter/>", COLD),
        _rule(_under("logs/"), ARCHIVE),
        _rule(_under("ocr2/"), ARCHIVE),
        _rule(
            "<Filter/>",
            "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
        ),
        _rule(
            "<Filter/>",
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1"
            "</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
        ),
    ],
)
def test_a_rule_that_does_nothing_here_is_not_named(rule: str) -> None:
    assert _judged(rule) == ("ok", "no lifecycle rule of cards-1250000000 is about this deployment")


@pytest.mark.parametrize(
    ("prefix", "action", "status"),
    [
        ("uploads/", ARCHIVE.replace("30", "6"), "failed"),
        ("uploads/", ARCHIVE.replace("30", "7"), "ok"),
        (
            "uploads/",
            ARCHIVE.replace("<Days>30</Days>", "<Date>2027-01-01T00:00:00+08:00</Date>"),
            "failed",
        ),
        ("uploads/", EXPIRE, "ok"),
        ("ocr/results/", EXPIRE.replace("30", "7"), "failed"),
        ("ocr/results/", EXPIRE.replace("30", "8"), "ok"),
        ("ocr/pending/", EXPIRE, "failed"),
        ("ocr/state/", EXPIRE, "failed"),
        ("ocr/deleted/", EXPIRE, "failed"),
        ("ocr/deleted/", ARCHIVE, "failed"),
        ("ocr/reviews/", EXPIRE.replace("30", "7"), "failed"),
        ("ocr/reviews/", EXPIRE.replace("30", "8"), "ok"),
        ("ocr/seals/", EXPIRE, "failed"),
        ("ocr/seals/", ARCHIVE, "failed"),
    ],
)
def test_a_rule_is_judged_by_its_age_if_that_matters(prefix: str, action: str, status: str) -> None:
    verdict = _judged(_rule(_under(prefix), action))
    assert verdict.status == status
    assert "the rule old" in verdict.says
    assert prefix in verdict.says


def test_each_rule_that_is_wrong_is_named() -> None:
    first = _rule(_under("ocr/state/"), ARCHIVE, name="first")
    second = _rule(_under("ocr/pending/"), EXPIRE, name="second")
    third = _rule(_under("uploads/"), EXPIRE, name="third")
    assert [part.split()[2] for part in _judged(first, second, third).says.split("; ")] == [
        "first",
        "second",
    ]


def test_a_name_that_can_not_be_shown_is_the_rules_number() -> None:
    for name in ("", "x" * 65, "a&#10;b"):
        assert "the rule number 1 archives" in _judged(_rule("", ARCHIVE, name=name)).says
