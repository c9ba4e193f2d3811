"""What of a result doesn't follow from its items. Every result of a test is held against this, too.

See tests/support/schema.py.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from cli.audit.recomputation import differences
from shared import RELEASE
from shared.card import Check, IdInfo
from tests.support.cards import CORNERS, MINIMUM, PERSONAL, finished_job, id_infos
from tests.support.many_cards import many_cards
from tests.support.results import card_result, document_of
from tests.support.seals import SOURCE_UNCHANGED


def result(**changes: Any) -> dict[str, Any]:
    return document_of(card_result(**{"checks": SOURCE_UNCHANGED, **changes}))


def test_what_many_cards_say_follows_from_their_items() -> None:
    for card in many_cards(500):
        document = document_of(card)
        if card.outcome in {"recognised", "nothing_found"}:
            document["checks"].insert(0, SOURCE_UNCHANGED[0]._asdict())
        assert differences(document, MINIMUM) == []


def test_a_score_that_can_not_be_read_is_taken_from_its_check() -> None:
    (name, *others) = id_infos()
    bad = name._replace(score=None, has_bad_score=True)
    document = result(id_infos=(bad, *others))
    assert any(check["name"] == "name.format" for check in document["checks"])
    assert differences(document, MINIMUM) == []


@pytest.mark.parametrize(
    "document",
    [
        result(checks=(Check("source.unchanged", passed=True, detail=None),)),
        result(checks=(Check("source.unchanged", passed=False, detail="the photo is gone"),)),
        result(id_infos=tuple(one._replace(score=79) for one in id_infos())),
        result(job=finished_job(created_at=None)),
    ],
    ids=["the photo's check", "the same, failed", "a low score has its limit", "no job's time"],
)
def test_what_only_the_function_knew_is_taken_as_it_is(document: dict[str, Any]) -> None:
    assert differences(document, 60) == []


@pytest.mark.parametrize("passed", [True, False])
def test_either_status_of_ci_is_possible_and_needs_review_follows(passed: bool) -> None:  # noqa: FBT001
    document = result()
    (status,) = (one for one in document["checks"] if one["name"] == "status.agrees")
    status |= {"passed": passed, "detail": None if passed else "CI says it detected nothing"}
    assert differences(document, MINIMUM) == []
    document["needs_review"] = not document["needs_review"]
    assert differences(document, MINIMUM) == ["needs_review"]


def test_a_check_that_is_there_twice_is_named() -> None:
    document = result()
    document["checks"].append(document["checks"][-1])
    assert differences(document, MINIMUM) == ["checks"]


def test_a_lower_limit_than_that_of_now_is_named() -> None:
    document = result()
    assert differences(document, 100) == ["checks.score.minimum"]


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("0.0.9", "written by release 0.0.9"),
        ("样本甲", "written by another release"),
        ("990101199002300013", "written by another release"),
    ],
)
def test_another_release_is_told_beside_what_differs(release: str, said: str) -> None:
    document = result()
    document["release"] = release
    assert differences(document, MINIMUM) == []
    document["fields"]["name"] = "样本乙"
    assert differences(document, MINIMUM) == ["fields.name", said]
    document["release"] = RELEASE
    assert differences(document, MINIMUM) == ["fields.name"]


@pytest.mark.parametrize("at", ["", "2026-13-01T00:00:00Z", "样本甲"])
def test_a_time_that_is_none_is_no_bug(at: str) -> None:
    document = result()
    document["job"]["created_at"], document["written_at"] = None, at
    assert differences(document, MINIMUM) == []


def test_whatever_is_edited_no_value_is_named() -> None:
    """Put texts of the card in the place of every name and value of a result, one after another."""
    chance = random.Random(3)  # noqa: S311 — the same edits every time
    said: set[str] = set()
    for _ in range(400):
        document = result(id_infos=(*id_infos(), IdInfo("签发机关", "样例省", 99.0, CORNERS)))
        _edit(document, chance)
        said.update(differences(document, MINIMUM))
    assert said
    assert not any(value in name for name in said for value in (*PERSONAL, "样例省"))


def _edit(document: dict[str, Any], chance: random.Random) -> None:
    part = chance.choice(("fields", "checks", "items", "release"))
    value = chance.choice((*PERSONAL, "样例省"))
    if part == "release":
        document["release"] = value
        document["fields"]["name"] = None
    elif part == "fields":
        fields = document["fields"]
        name = chance.choice([*fields])
        fields[name if chance.random() < 0.5 else value] = value
    else:
        entry = chance.choice(document[part])
        names = {"checks": ("name", "detail"), "items": ("label", "text", "field")}[part]
        entry[chance.choice(names)] = value
