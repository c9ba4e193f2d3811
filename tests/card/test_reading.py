from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CARD_TYPES, FIELD_NAMES, CardType, IdInfo, no_fields
from shared.card.reading import read_card

CORNERS = ((553.0, 439.0), (553.0, 576.0), (989.0, 576.0), (989.0, 439.0))

ID_CARD = {
    "姓名": "样本甲",
    "性别": "男",
    "民族": "汉",
    "出生": "1974年12月1日",
    "住址": "虚构省样本市示例路1号",
    "公民身份号码": "110101197412010011",
}
LICENCE = {
    "证号": "110101197412010011",
    "姓名": "样本甲",
    "性别": "男",
    "国籍": "中国",
    "住址": "虚构省样本市示例路1号",
    "出生日期": "1974-12-01",
    "初次领证日期": "1999-09-09",
    "准驾车型": "C1",
    "有效期限": "2015-01-01至2025-01-01",
    "发证机关": "虚构省样本市公安局交通警察支队",
}


def infos(texts: dict[str, str]) -> list[IdInfo]:
    return [IdInfo(label, text, 99, CORNERS) for label, text in texts.items()]


def test_an_id_card_is_read() -> None:
    card = read_card("IDCard", infos(ID_CARD), minimum_score=80)

    assert card.fields == {
        "name": "样本甲",
        "gender": "男",
        "ethnicity": "汉",
        "birth_date": "1974-12-01",
        "address": "虚构省样本市示例路1号",
        "id_number": "110101197412010011",
    }


def test_a_driving_licence_is_read() -> None:
    card = read_card("DriverLicense", infos(LICENCE), minimum_score=80)

    assert card.fields == {
        "license_number": "110101197412010011",
        "name": "样本甲",
        "gender": "男",
        "nationality": "中国",
        "address": "虚构省样本市示例路1号",
        "birth_date": "1974-12-01",
        "first_issue_date": "1999-09-09",
        "vehicle_class": "C1",
        "valid_from": "2015-01-01",
        "valid_until": "2025-01-01",
        "issuing_authority": "虚构省样本市公安局交通警察支队",
    }


def test_the_card_of_the_documentation_in_english_is_read() -> None:
    texts = {
        "Name": "xxx",
        "Gender": "Male",
        "Ethnicity": "Han",
        "Birth (Date)": "December 1, 1974",
        "Address": "Hu’nan Province xxxxx",
        "Identification Number (ID Number)": "43xxxx",
    }

    card = read_card("IDCard", infos(texts), minimum_score=80)

    assert list(card.fields.values()) == [
        "xxx",
        "Male",
        "Han",
        "1974-12-01",
        "Hu’nan Province xxxxx",
        "43xxxx",
    ]


@pytest.mark.parametrize("card_type", CARD_TYPES)
def test_a_card_without_items_has_every_field_without_a_value(card_type: CardType) -> None:
    card = read_card(card_type, [], minimum_score=80)

    assert card.fields == no_fields(card_type)
    assert tuple(card.fields) == FIELD_NAMES[card_type]
    assert card.items == ()
    assert card.checks == ()


def test_an_item_is_kept_as_ci_gave_it() -> None:
    given_item = IdInfo(" 姓名： ", " 样本甲 ", 98.5, CORNERS)

    card = read_card("IDCard", [given_item], minimum_score=80)

    assert card.items == ((given_item, "name"),)
    assert card.fields["name"] == "样本甲"


def test_an_unknown_label_is_kept_without_a_field() -> None:
    given_item = IdInfo("签发机关", "样本", None, ())

    card = read_card("IDCard", [given_item], minimum_score=80)

    assert card.items == ((given_item, None),)
    assert card.fields == no_fields("IDCard")


def test_the_number_is_kept_as_it_was_read_inside() -> None:
    card = read_card("IDCard", infos({"公民身份号码": " 110101 19741201 001x "}), minimum_score=80)

    assert card.fields["id_number"] == "110101 19741201 001x"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("样本甲", "样本乙"), "样本甲"),
        (("", "样本乙"), "样本乙"),
        (("　", "样本乙"), "样本乙"),
        (("", ""), None),
    ],
)
def test_the_first_item_with_text_fills_a_field(
    texts: tuple[str, ...], expected: str | None
) -> None:
    card = read_card("IDCard", [IdInfo("姓名", text, 99, ()) for text in texts], minimum_score=80)

    assert card.fields["name"] == expected
    assert [field for _, field in card.items] == ["name", "name"]


def test_a_date_that_cannot_be_read_leaves_the_field_to_the_next_and_still_fails() -> None:
    texts = {"出生": "1974年12", "出生日期": "1974-12-01"}

    card = read_card("IDCard", infos(texts), minimum_score=80)

    assert card.fields["birth_date"] == "1974-12-01"
    assert [check.name for check in card.checks if not check.passed] == ["birth_date.format"]


def test_a_date_without_text_is_absent_and_fails_nothing() -> None:
    card = read_card("IDCard", [IdInfo("出生", " ", 99, ())], minimum_score=80)

    assert card.fields["birth_date"] is None
    assert card.checks == ()


known_labels = st.sampled_from([*ID_CARD, *LICENCE, "有效起始日期", "有效期至"])
card_texts = st.text() | st.text("0123456789xX年月日至起止长期-./ ,years", max_size=24)
any_infos = st.lists(
    st.builds(
        IdInfo,
        label=known_labels | st.text(),
        text=card_texts,
        score=st.none() | st.floats(),
        polygon=st.just(CORNERS) | st.just(()),
    )
)


@given(card_type=st.sampled_from(CARD_TYPES), given_infos=any_infos)
def test_no_text_makes_reading_fail_or_lose_an_item(
    card_type: CardType, given_infos: list[IdInfo]
) -> None:
    card = read_card(card_type, given_infos, minimum_score=80)

    assert tuple(card.fields) == FIELD_NAMES[card_type]
    assert [info for info, _ in card.items] == given_infos


@given(card_type=st.sampled_from(CARD_TYPES), given_infos=any_infos)
def test_fields_read_again_are_the_same(card_type: CardType, given_infos: list[IdInfo]) -> None:
    once = read_card(card_type, given_infos, minimum_score=80).fields
    values = [
        IdInfo(name.replace("_", " "), value, None, ()) for name, value in once.items() if value
    ]

    assert read_card(card_type, values, minimum_score=80).fields == once
