"""Every line of the vocabulary: labels, and the values of closed fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CARD_TYPES, FIELD_NAMES, CardType, IdInfo, vocabulary
from shared.card.reading import label_named
from shared.card.values import closed_value, fold
from shared.card.vocabulary import LABELS
from tests.support.cards import read

SOURCES = {getattr(vocabulary, name) for name in ("CARD", "CI", "CI_OLD", "OCR", "MET", "WORD")}
NAMES = {"IDCard": {*FIELD_NAMES["IDCard"]}, "DriverLicense": {*FIELD_NAMES["DriverLicense"]}}
NAMES["DriverLicense"].add("validity")

# What a reader of the vocabulary must not change by chance, by the card types' own fields.
FIELDS: dict[CardType, dict[str, str]] = {
    "IDCard": {
        "name": "姓名|Name",
        "gender": "性别|Gender|Sex",
        "ethnicity": "民族|Ethnicity|Nation|Nationality",
        "birth_date": "出生|Birth (Date)|Birth",
        "address": "住址|Address|住所|家庭住址",
        "id_number": "公民身份号码|公民身份证号|Identification Number (ID Number)|IdNum|身份证号"
        "|身份证件号",
    },
    "DriverLicense": {
        "license_number": "证号|驾驶证号|身份证号|No.|公民身份号码|License No."
        "|驾驶证编号|身份证件号|Driving License No|Driving License No.",
        "name": "姓名",
        "gender": "性别",
        "nationality": "国籍|Nationality|国籍(地区)|国籍（地区）",
        "address": "住址",
        "birth_date": "出生日期|Date of Birth",
        "first_issue_date": "初次领证日期|初次发证日期|领证日期|Issue Date|Date of First Issue"
        "|Initial Receipt Date",
        "vehicle_class": "准驾车型|准驾车型代号|Class",
        "validity": "有效期限|Valid For|Valid Period",
        "issuing_authority": "发证单位|发证机关|签发机关|印章|红章|Issuing Authority",
        "valid_from": "Valid From|有效起始日期|起始日期|有效期起|有效期起始日期",
        "valid_until": "至|有效期至|有效日期|失效日期|终止日期|有效期止|有效期截止日期|Valid Until",
    },
}


def test_every_label_names_its_field_on_each_card_that_has_it() -> None:
    for label, fields, source in LABELS:
        assert source in SOURCES, label
        for card_type in CARD_TYPES:
            named = [field for field in fields.split() if field in NAMES[card_type]]
            assert len(named) <= 1, label
            assert label_named(card_type, label) == next(iter(named), None), label
        assert set(fields.split()) <= NAMES["IDCard"] | NAMES["DriverLicense"], label


def test_no_label_stands_there_twice() -> None:
    letters = ["".join(filter(str.isalnum, fold(label))) for label, _, _ in LABELS]
    assert len({*letters}) == len(letters)


@pytest.mark.parametrize(
    ("card_type", "label", "field"),
    [
        (card_type, label, field)
        for card_type in CARD_TYPES
        for field, labels in FIELDS[card_type].items()
        for label in labels.split("|")
    ],
)
def test_a_label_that_is_known_to_come_fills_its_field(
    card_type: CardType, label: str, field: str
) -> None:
    assert label_named(card_type, label) == field


@pytest.mark.parametrize(
    "label",
    [
        *("姓 名", " 姓名", "姓名:", "姓名：", "【姓名】", "姓　名", "姓/名", "NAME", "ｎａｍｅ"),
        *("姓名 Name", "姓名/Name", "མིང 姓名", "姓名 ᠨᠡᠷ᠎ᠡ", "姓名 Surname and given name"),
    ],
)
def test_what_stands_around_the_han_part_makes_no_other_label(label: str) -> None:
    assert label_named("IDCard", label) == "name"


@pytest.mark.parametrize(
    "label", ["", "  ", ":", "姓名姓名", "Names", "Name (full)", "某某 Name", "民族 Name of it"]
)
def test_another_word_is_no_label(label: str) -> None:
    assert label_named("DriverLicense", label) is None


@pytest.mark.parametrize("label", ["㐂名", "𠀀名", "名\U0003fffe"])
def test_a_rare_character_belongs_to_the_han_part(label: str) -> None:
    assert label_named("IDCard", f"{label} Name") is None


@pytest.mark.parametrize("card_type", CARD_TYPES)
def test_a_fields_own_name_is_a_label_of_it(card_type: CardType) -> None:
    names = FIELD_NAMES[card_type]
    infos = [IdInfo(name.replace("_", " "), "", None, ()) for name in names]

    assert tuple(field for _, field in read(card_type, infos).items) == names


@given(card_type=st.sampled_from(CARD_TYPES), label=st.text())
def test_any_label_names_a_field_of_the_card_or_none(card_type: CardType, label: str) -> None:
    assert label_named(card_type, label) in {*NAMES[card_type], None}


def test_every_ethnicity_is_known_by_its_names() -> None:
    for name, romanised in vocabulary.ETHNICITIES:
        for text in (name, f"{name}族", romanised, romanised.upper()):
            assert closed_value("ethnicity", text) == name, text


def test_there_are_fifty_six_ethnicities_and_five_words_in_their_place() -> None:
    assert len({name for name, _ in vocabulary.ETHNICITIES}) == 56
    for name in ("其他", "穿青人", "革家人", "摩梭人", "外国血统"):
        assert closed_value("ethnicity", name) == name


def test_every_country_is_known_by_its_short_name() -> None:
    for name in vocabulary.COUNTRIES.split():
        assert closed_value("nationality", name) == name, name


@pytest.mark.parametrize("name", vocabulary.CHINA)
def test_china_and_its_regions_are_known_by_their_usual_spellings(name: str) -> None:
    for word in (name, *vocabulary.CHINA[name]):
        assert closed_value("nationality", word) == name


def test_every_class_is_known() -> None:
    classes = "A1 A2 A3 B1 B2 C1 C2 C3 C4 C5 C6 D E F M N P"
    assert " ".join(vocabulary.VEHICLE_CLASSES) == classes
    for name in vocabulary.VEHICLE_CLASSES:
        assert closed_value("vehicle_class", name.lower()) == name
