from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.bucket.cards import ListedCard
from cli.bucket.listing import CardObject
from cli.bucket.reviews import Review, ReviewObject
from cli.review.decision import (
    ReviewRefused,
    ReviewTarget,
    check_values,
    prepare_review,
    review_from,
    what_happened,
    write_review,
)
from shared.documents import ResultError
from shared.errors import StorageFault
from shared.store import Listed
from shared.store.layout import result_name, review_name
from tests.support.cards import AT, ID_CARD, LICENCE, ORDINARY, id_infos
from tests.support.memory import failing_at
from tests.support.pipelines import World
from tests.support.results import card_result, document_of
from tests.support.reviews import draft, target
from tests.support.schema import validate_review

KEY = "uploads/a.jpg"
GOOD = "990101199001020014"
CARD = card_result(id_infos=id_infos(**{**ID_CARD, "公民身份号码": f"{GOOD[:-1]}3"}))
RESULT = document_of(CARD)


def world_with_card() -> World:
    world = World()
    world.store.upload(KEY, etag="e1")
    world.store.replace(result_name("ocr/", KEY, "e1"), CARD.body())
    return world


def typed(**texts: str | None) -> dict[str, str | None]:
    return {**RESULT["fields"], **texts}


# -- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("card_type", ["IDCard", "DriverLicense"])
def test_the_values_of_a_result_are_in_normal_form_already(card_type: Any) -> None:
    card = card_result(card_type=card_type, id_infos=id_infos(**ORDINARY[card_type]))
    checked = check_values(document_of(card), card.fields)
    assert checked.fields == card.fields
    assert checked.failed == ()


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("birth_date", "1990年1月2日", "1990-01-02"),
        ("id_number", "９９０１０１ 19900102 001x", "99010119900102001X"),
        ("ethnicity", "汉族", "汉"),
        ("name", "  样本乙 ", "样本乙"),
        ("address", "   ", None),
        ("address", None, None),
    ],
)
def test_a_typed_value_gets_its_normal_form(field: str, text: str | None, value: str) -> None:
    assert check_values(RESULT, typed(**{field: text})).fields[field] == value


def test_a_validity_can_be_typed_as_a_range() -> None:
    licence = card_result(card_type="DriverLicense", id_infos=id_infos(**LICENCE))
    texts = {**licence.fields, "valid_from": "2020-03-15至2030-03-15", "valid_until": None}
    fields = check_values(document_of(licence), texts).fields
    assert (fields["valid_from"], fields["valid_until"]) == ("2020-03-15", "2030-03-15")


@pytest.mark.parametrize(
    ("field", "text", "check"),
    [
        ("id_number", GOOD[:-1] + "3", "id_number.check_digit"),
        ("id_number", "1", "id_number.form"),
        ("birth_date", "1990-02-30", "birth_date.format"),
        ("gender", "女", "id_number.gender"),
        ("ethnicity", "X", "ethnicity.known"),
        ("name", None, "fields.complete"),
    ],
)
def test_a_typed_value_that_fails_its_check_stays_as_it_was_typed(
    field: str, text: str | None, check: str
) -> None:
    checked = check_values(RESULT, typed(**{"id_number": GOOD, field: text}))
    assert checked.fields[field] == text
    assert check in {one.name for one in checked.failed}


@given(st.dictionaries(st.sampled_from([*RESULT["fields"]]), st.text() | st.none()))
def test_whatever_is_typed_can_be_checked_and_has_every_field(texts: dict[str, str]) -> None:
    checked = check_values(RESULT, texts)
    assert checked.fields.keys() == RESULT["fields"].keys()


def test_a_card_without_any_value_has_nothing_to_be_checked() -> None:
    failed = card_result(outcome="failed", error=ResultError("Cancelled", None, "job"))
    document = document_of(failed)
    assert check_values(document, document["fields"]).checks == ()


# -- decision -> document -------------------------------------------------------------------------


def decided(**changes: Any) -> Review:
    return review_from(RESULT, target(CARD), draft(**changes), AT)


NO_VALUES = dict.fromkeys(RESULT["fields"])


@pytest.mark.parametrize(
    ("changes", "decision", "fields"),
    [
        ({}, "confirmed", RESULT["fields"]),  # whatever they fail
        (
            {"texts": typed(id_number=GOOD, name="样本乙")},
            "corrected",
            typed(id_number=GOOD, name="样本乙"),
        ),
        ({"rejects": True, "texts": typed(name="样本乙")}, "rejected", NO_VALUES),
        ({"rejects": True, "note": "a screenshot"}, "rejected", NO_VALUES),
    ],
)
def test_a_review_holds_every_value_names_what_it_changed_and_fits_its_schema(
    changes: dict[str, Any], decision: str, fields: dict[str, str | None]
) -> None:
    review = decided(**changes)
    assert (review.decision, review.fields) == (decision, fields)
    own = RESULT["fields"]
    assert review.changed == tuple(name for name in own if own[name] != fields[name])
    validate_review(review.document())


def test_values_that_fail_their_checks_are_asked_about() -> None:
    with pytest.raises(ReviewRefused) as refused:
        decided(texts=typed())
    assert [one.name for one in refused.value.failed] == ["id_number.check_digit"]
    assert decided(texts=typed(), keeps=True).decision == "confirmed"


def test_changed_values_that_fail_their_checks_are_kept_with_a_note_only() -> None:
    texts = typed(name="样本乙")
    with pytest.raises(ReviewRefused):
        decided(texts=texts, keeps=True)
    review = decided(texts=texts, keeps=True, note="as printed")
    assert (review.decision, review.note) == ("corrected", "as printed")


def test_no_text_of_a_refusal_holds_a_value() -> None:
    with pytest.raises(ReviewRefused) as refused:
        decided(texts=typed(name="样本乙"))
    assert "id_number.check_digit" in str(refused.value)
    assert not [value for value in typed().values() if value and value in str(refused.value)]


# -- what happened meanwhile ----------------------------------------------------------------------


def listed(key: str = KEY, etag: str = "e") -> Listed:
    return Listed(key, etag, 9, 0.0)


def card(
    *versions: str,
    pending: tuple[str, ...] = (),
    photo: str | None = "e1",
    etag: str = "e",
    reviews: int = 0,
    seen: int = 0,
) -> tuple[ListedCard, int]:
    """A card as it is now, and the number of the review that the reviewer has seen."""
    there = ListedCard(
        KEY,
        photo=listed(etag=photo) if photo else None,
        results=[CardObject(version, 0, listed(etag=etag)) for version in versions],
        pending=[CardObject(version, 1, listed()) for version in pending],
        reviews=[ReviewObject("e1", number + 1, listed()) for number in range(reviews)],
    )
    return there, seen


@pytest.mark.parametrize(
    ("now", "happened"),
    [
        (card("e1"), None),
        (card("e1", photo=None), None),
        (card("e1", pending=("e1",)), None),  # left over beside its result
        (card(), "forgotten"),
        (card("e1", "e1~2"), "rerun"),
        (card("e1", pending=("e1~2",)), "rerunning"),
        (card("e1", photo="e2"), "replaced"),
        (card("e1", etag="f"), "changed"),
        (card("e1", reviews=1), "reviewed"),
        (card("e1", reviews=1, seen=1), None),
        (card("e1", seen=1), "reviewed"),
    ],
)
def test_what_happened_to_a_card_meanwhile_is_known(
    now: tuple[ListedCard, int], happened: str | None
) -> None:
    there, seen = now
    assert what_happened(there, ReviewTarget(KEY, "e1", "e"), seen) == happened


# -- writing --------------------------------------------------------------------------------------


def review(world: World, **changes: Any) -> Review:
    written = prepare_review(world.context(), target(CARD), draft(**changes))
    write_review(world.context(), target(CARD), written)
    return written


def test_a_review_is_written_under_the_next_number() -> None:
    world = world_with_card()
    review(world)
    review(world, seen=1, rejects=True)
    names = [review_name("ocr/", KEY, "e1", number) for number in (1, 2)]
    assert world.store.names("reviews") == names
    assert [world.store.document(name)["number"] for name in names] == [1, 2]
    for name in names:
        validate_review(world.store.document(name))


def test_of_two_reviewers_the_second_is_refused_and_shown_the_first_review() -> None:
    world = world_with_card()
    prepared = prepare_review(world.context(), target(CARD), draft(reviewer="reviewer-2"))
    review(world)
    with pytest.raises(ReviewRefused) as refused:
        write_review(world.context(), target(CARD), prepared)
    assert (refused.value.happened, refused.value.number) == ("reviewed", 1)
    assert refused.value.review is not None
    assert refused.value.review["reviewer"] == "reviewer-1"
    assert len(world.store.names("reviews")) == 1


def test_a_review_whose_answer_was_lost_can_be_written_again() -> None:
    world = world_with_card()
    prepared = prepare_review(world.context(), target(CARD), draft())
    world.store.before = failing_at("exists")  # behind the creation
    with pytest.raises(StorageFault):
        write_review(world.context(), target(CARD), prepared)
    world.store.before = lambda _call, _name: None
    write_review(world.context(), target(CARD), prepared)
    assert len(world.store.names("reviews")) == 1


def test_a_card_that_is_forgotten_while_it_is_reviewed_leaves_no_review() -> None:
    world = world_with_card()
    prepared = prepare_review(world.context(), target(CARD), draft())
    world.store.delete(result_name("ocr/", KEY, "e1"))
    with pytest.raises(ReviewRefused) as refused:
        write_review(world.context(), target(CARD), prepared)
    assert refused.value.happened == "forgotten"
    assert world.store.names("reviews") == []


def test_a_review_that_cant_be_read_still_counts_as_one() -> None:
    world = world_with_card()
    world.store.replace(review_name("ocr/", KEY, "e1", 1), b"no JSON")
    with pytest.raises(ReviewRefused) as refused:
        review(world)
    assert (refused.value.number, refused.value.review) == (1, None)


def test_behind_the_highest_number_no_review_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.review.decision.MAX_REVIEW", 1)
    world = world_with_card()
    review(world)
    with pytest.raises(ReviewRefused, match="no more can be written") as refused:
        review(world, seen=1)
    assert refused.value.happened == "full"


def test_a_result_that_goes_after_its_listing_is_gone_and_not_unreadable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = world_with_card()
    monkeypatch.setattr(world.store, "read", lambda _name: None)
    with pytest.raises(ReviewRefused) as refused:
        review(world)
    assert refused.value.happened == "forgotten"


def test_a_review_of_a_key_that_names_have_hashed_is_found_by_its_name() -> None:
    key = "uploads/" + "x" * 700 + ".jpg"
    long = card_result(key)
    world = World()
    world.store.replace(result_name("ocr/", key, "e1"), long.body())
    written = prepare_review(world.context(), target(long), draft())
    write_review(world.context(), target(long), written)
    (name,) = world.store.names("reviews")
    assert name.startswith("ocr/reviews/~/")
    assert world.store.document(name)["source"]["key"] == key
