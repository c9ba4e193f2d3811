from __future__ import annotations

from typing import Any

import pytest

from tests.load.mixture import Photo, unmarked_foreign, wrong_results

KEY = "uploads/a.jpg"


def a_result(outcome: str, code: str | None = None, **changes: Any) -> dict[str, Any]:
    error = {"code": code} if code else None
    document = {"outcome": outcome, "error": error, "fields": {"name": "样本00001"}}
    return {**document, "checks": [], "needs_review": False, **changes}


def wrong(kind: str, result: dict[str, Any] | None) -> list[str]:
    results = {(KEY, "9e10"): result} if result else {}
    return list(wrong_results({KEY: Photo(kind, 1, "9e10")}, results))


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("card", "recognised"), ("no card", "nothing_found"), ("empty", "rejected")],
)
def test_what_a_photo_must_come_to_is_right(kind: str, outcome: str) -> None:
    assert wrong(kind, a_result(outcome)) == []


def test_a_photo_without_a_result_is_wrong() -> None:
    assert wrong("card", None) == ["card: no result"]


def test_another_versions_result_is_none() -> None:
    results = {(KEY, "other"): a_result("recognised")}
    assert wrong_results({KEY: Photo("card", 1, "9e10")}, results) == {"card: no result": 1}


def test_a_failure_needs_an_excuse() -> None:
    assert wrong("card", a_result("failed", "Cancelled")) == []
    assert wrong("card", a_result("failed", "SubmissionUnknown")) == [
        "card: failed SubmissionUnknown"
    ]


def test_what_must_be_rejected_has_no_excuse() -> None:
    assert wrong("text", a_result("failed", "Cancelled")) == ["text: failed Cancelled"]


def test_another_contents_name_is_foreign_unless_marked() -> None:
    names = {(KEY, "9e10"): "样本00002"}
    shown = a_result("recognised")
    assert unmarked_foreign(names, {(KEY, "9e10"): shown}) == 1
    assert unmarked_foreign(names, {(KEY, "9e10"): {**shown, "needs_review": True}}) == 1
    doubt = [{"name": "source.unchanged", "passed": False, "detail": ""}]
    marked = {**shown, "needs_review": True, "checks": doubt}
    assert unmarked_foreign(names, {(KEY, "9e10"): marked}) == 0
    assert unmarked_foreign({(KEY, "9e10"): "样本00001"}, {(KEY, "9e10"): shown}) == 0
