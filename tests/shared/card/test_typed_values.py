"""Values that a person typed: read and checked as CI's are, but for what only CI says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shared.card import CARD_TYPES, FIELD_NAMES, NO_FIELDS, CardType, IdInfo, ReadCard
from shared.card.reading import read_values
from tests.support.cards import AT, ID_CARD, LICENCE, ORDINARY, id_infos, read

OF_CI = {"score.minimum", "status.agrees"}
ID_CARD_LABELS = dict(zip(ID_CARD, FIELD_NAMES["IDCard"], strict=True))


def typed(card_type: CardType, texts: Mapping[str, str | None], at: str = AT) -> ReadCard:
    return read_values(card_type, texts, at=at)


def texts_of(card_type: CardType) -> dict[str, str | None]:
    return dict(read(card_type, id_infos(**ORDINARY[card_type])).fields)


@pytest.mark.parametrize("card_type", CARD_TYPES)
def test_the_values_of_a_card_typed_again_are_the_same_and_pass_its_checks(
    card_type: CardType,
) -> None:
    once = read(card_type, id_infos(**ORDINARY[card_type]))
    again = typed(card_type, once.fields)
    assert again.fields == once.fields
    assert again.checks == tuple(one for one in once.checks if one.name not in OF_CI)


def test_each_value_that_was_typed_is_an_item_without_label_score_and_place() -> None:
    texts = {name: ID_CARD[label] for label, name in ID_CARD_LABELS.items()}
    assert typed("IDCard", texts).items == tuple(
        (IdInfo("", text, None, ()), name) for name, text in texts.items()
    )


def test_values_get_their_normal_form_and_items_keep_what_was_typed() -> None:
    texts = texts_of("IDCard") | {"ethnicity": " 汉族 ", "birth_date": "1990年1月2日"}
    card = typed("IDCard", texts)
    assert card.fields == texts_of("IDCard")
    assert (IdInfo("", " 汉族 ", None, ()), "ethnicity") in card.items


@pytest.mark.parametrize("blank", [None, "", " \t"])
def test_a_blank_value_is_no_item_and_its_field_is_missing(blank: str | None) -> None:
    card = typed("IDCard", texts_of("IDCard") | {"name": blank})
    assert card.fields["name"] is None
    assert "name" not in [field for _, field in card.items]
    assert [one.name for one in card.checks if not one.passed] == ["fields.complete"]


def test_what_is_no_field_of_the_card_type_is_left_out() -> None:
    card = typed("IDCard", {"valid_until": "2030-01-01"})
    assert (card.fields, card.items) == (NO_FIELDS["IDCard"], ())


def test_the_end_of_a_licence_can_be_typed_as_a_term() -> None:
    card = typed("DriverLicense", texts_of("DriverLicense") | {"valid_until": "10年"})
    assert card.fields["valid_until"] == LICENCE["有效期限"][-10:]


def test_dates_are_held_against_the_day_of_the_job() -> None:
    texts = texts_of("IDCard") | {"birth_date": "2026-01-02"}
    assert [
        one.detail
        for at in ("2026-01-01T15:59:59Z", "2026-01-01T16:00:00Z")
        for one in typed("IDCard", texts, at).checks
        if one.name == "dates.order"
    ] == ["birth_date is after the job's day", None]
