"""A function of ours is known by its Description, and so is its code."""

from __future__ import annotations

import pytest

from deploy.functions.ownership import code_in, description_of, is_ours
from deploy.functions.triggers import CMQ, COS, TIMER, URL, FoundTrigger, Rule

CODE = "0123456789abcdef" * 4


def test_a_description_names_the_code() -> None:
    assert code_in(description_of(CODE)) == CODE


def test_a_description_worded_by_another_version_is_ours_too() -> None:
    assert code_in(f"Card OCR on upload. Made otherwise.\nCode sha256 {CODE}.") == CODE


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Card OCR on upload.",
        f"Code sha256 {CODE}.",
        f"Another service. Code sha256 {CODE}.",
        f"Card OCR on upload. Code sha256 {CODE[1:]}.",
        f"Card OCR on upload. Code sha256 {CODE}. Changed by hand",
    ],
)
def test_any_other_description_is_somebody_elses(description: str) -> None:
    assert code_in(description) is None


HOST = "cards-1250000000.cos.ap-guangzhou.myqcloud.com"
ENVIRONMENT = {"INPUT_BUCKET": "cards-1250000000"}
CREATED = [Rule(TIMER, "nightly", ("0 0 3 * * * *",)), Rule(CMQ, "cards", ())]


def trigger(kind: str, name: str, *values: object, marked: bool | None = None) -> FoundTrigger:
    return FoundTrigger(Rule(kind, name, values), "$DEFAULT", open=True, marked=marked, url=None)


FROM_OUTSIDE = (False, True)

OURS = [
    trigger(COS, HOST, "cos:ObjectCreated:*", "uploads/", ""),
    trigger(COS, HOST, "cos:ObjectCreated:*", "an earlier prefix/", ""),
    trigger(URL, "an-id", "NONE", *FROM_OUTSIDE),
    trigger(TIMER, "sweep", "0 */5 * * * * *"),
    trigger(TIMER, "nightly", "0 0 4 * * * *"),
    trigger(CMQ, "cards"),
    trigger(CMQ, "an earlier topic"),
]
OTHERS = [
    trigger(COS, HOST, "cos:ObjectRemove:*", "uploads/", ""),
    trigger(COS, HOST.replace("cards", "others"), "cos:ObjectCreated:*", "uploads/", ""),
    trigger(TIMER, "hourly", "0 0 * * * * *"),
    trigger("ckafka", "cards"),
]


@pytest.mark.parametrize("one", OURS)
def test_without_a_description_a_trigger_is_ours_by_its_rule(one: FoundTrigger) -> None:
    assert is_ours(one, [one], CREATED, ENVIRONMENT)


@pytest.mark.parametrize("one", OTHERS)
def test_without_a_description_no_other_trigger_is_ours(one: FoundTrigger) -> None:
    assert not is_ours(one, [one], CREATED, ENVIRONMENT)


@pytest.mark.parametrize("one", [*OURS, *OTHERS])
def test_a_description_decides_if_there_is_one(one: FoundTrigger) -> None:
    assert is_ours(one._replace(marked=True), [], CREATED, ENVIRONMENT)
    assert not is_ours(one._replace(marked=False), [], CREATED, ENVIRONMENT)


@pytest.mark.parametrize("one", OURS)
def test_beside_a_description_of_its_type_none_means_somebody_else(one: FoundTrigger) -> None:
    marked = one._replace(marked=True)
    assert not is_ours(one, [one, marked], CREATED, ENVIRONMENT)
