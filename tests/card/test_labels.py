from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CARD_TYPES, FIELD_NAMES, CardType, IdInfo
from shared.card.reading import read_card


def field_of(card_type: CardType, label: str) -> str | None:
    [(_, field)] = read_card(card_type, [IdInfo(label, "", None, ())], minimum_score=80).items
    return field


@pytest.mark.parametrize(
    ("label", "field"),
    [
        # the words of CI's English page
        ("Name", "name"),
        ("Gender", "gender"),
        ("Ethnicity", "ethnicity"),
        ("Birth (Date)", "birth_date"),
        ("Address", "address"),
        ("Identification Number (ID Number)", "id_number"),
        # the words on the card and in CI's list of fields
        ("姓名", "name"),
        ("性别", "gender"),
        ("民族", "ethnicity"),
        ("出生", "birth_date"),
        ("出生日期", "birth_date"),
        ("住址", "address"),
        ("公民身份号码", "id_number"),
        ("公民身份证号", "id_number"),
        # the field names of the synchronous ID card OCR
        ("Sex", "gender"),
        ("Nation", "ethnicity"),
        ("Birth", "birth_date"),
        ("IdNum", "id_number"),
    ],
)
def test_a_label_of_an_id_card_names_its_field(label: str, field: str) -> None:
    assert field_of("IDCard", label) == field


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("证号", "license_number"),
        ("License No.", "license_number"),
        ("Driver's License Number", "license_number"),
        ("姓名", "name"),
        ("性别", "gender"),
        ("国籍", "nationality"),
        ("Nationality", "nationality"),
        ("住址", "address"),
        ("出生日期", "birth_date"),
        ("Date of Birth", "birth_date"),
        ("初次领证日期", "first_issue_date"),
        ("Date of First Issue", "first_issue_date"),
        ("准驾车型", "vehicle_class"),
        ("Class", "vehicle_class"),
        ("有效期限", "valid_from"),
        ("有效起始日期", "valid_from"),
        ("Valid Period", "valid_from"),
        ("有效期至", "valid_until"),
        ("Valid Until", "valid_until"),
        ("发证单位", "issuing_authority"),
        ("发证机关", "issuing_authority"),
        ("Issuing Authority", "issuing_authority"),
    ],
)
def test_a_label_of_a_licence_names_its_field(label: str, field: str) -> None:
    assert field_of("DriverLicense", label) == field


@pytest.mark.parametrize(
    "label",
    [
        "姓 名",
        " 姓名",
        "姓名:",
        "姓名：",
        "【姓名】",
        "姓　名",
        "NAME",
        "ｎａｍｅ",
        "姓名 Name",
        "姓名/Name",
    ],
)
def test_spacing_width_case_colons_and_brackets_make_no_other_label(label: str) -> None:
    assert field_of("IDCard", label) == "name"


def test_the_chinese_half_of_a_label_decides() -> None:
    assert field_of("IDCard", "姓名 Surname and given name") == "name"
    assert field_of("IDCard", "某某 Name") is None


@pytest.mark.parametrize("label", ["", "  ", "档案编号", "姓名姓名", "Names", "民族 Name of it"])
def test_another_word_is_no_alias(label: str) -> None:
    assert field_of("DriverLicense", label) is None


def test_a_label_of_the_other_card_type_is_unknown() -> None:
    assert field_of("IDCard", "准驾车型") is None
    assert field_of("DriverLicense", "民族") is None


@pytest.mark.parametrize("card_type", CARD_TYPES)
def test_a_fields_own_name_is_a_label_of_it(card_type: CardType) -> None:
    labels = (name.replace("_", " ") for name in FIELD_NAMES[card_type])

    assert tuple(field_of(card_type, label) for label in labels) == FIELD_NAMES[card_type]


@given(card_type=st.sampled_from(CARD_TYPES), label=st.text())
def test_any_label_names_a_field_of_the_card_or_none(card_type: CardType, label: str) -> None:
    assert field_of(card_type, label) in {*FIELD_NAMES[card_type], None}
