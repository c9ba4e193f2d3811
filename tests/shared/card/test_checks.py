"""Each check of a card: when it applies, when it fails, and what it says then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CardType, Check, IdInfo
from shared.card.checks import Doubts
from shared.card.values import check_digit
from tests.support.cards import (
    CORNERS,
    ID_CARD,
    LICENCE,
    NAME,
    ORDINARY,
    failures,
    id_infos,
    licence_failures,
    read,
)

MAN = ID_CARD["公民身份号码"]
OTHER = "99010119850607002" + check_digit("99010119850607002")


def numbered(seventeen: str) -> str:
    return seventeen + check_digit(seventeen)


@pytest.mark.parametrize(
    ("card_type", "names"),
    [
        (
            "IDCard",
            [
                *("status.agrees", "fields.complete", "fields.consistent", "id_number.form"),
                *("id_number.check_digit", "id_number.birth_date", "id_number.gender"),
                *("gender.known", "ethnicity.known", "dates.order", "score.minimum"),
            ],
        ),
        (
            "DriverLicense",
            [
                *("status.agrees", "fields.complete", "fields.consistent"),
                *("license_number.form", "license_number.check_digit"),
                *("license_number.birth_date", "license_number.gender", "gender.known"),
                *("nationality.known", "vehicle_class.known", "dates.order", "score.minimum"),
            ],
        ),
    ],
)
def test_a_whole_card_passes_every_check(card_type: CardType, names: list[str]) -> None:
    checks = read(card_type, id_infos(**ORDINARY[card_type]), status="1").checks

    assert [*checks] == [Check(name, passed=True, detail=None) for name in names]


# -- CI's Status ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        ("1", "样本甲", (True, None)),
        ("0", "样本甲", (False, "CI says it detected nothing")),
        ("0", " ", (True, None)),
        ("1", " ", (False, "CI says it detected a card")),
        ("1,0", "样本甲", (False, "CI says it detected nothing")),
        ("0,1", " ", (False, "CI says it detected a card")),
    ],
)
def test_status_and_texts_must_agree(
    status: str, text: str, expected: tuple[bool, str | None]
) -> None:
    first, *_ = read("IDCard", id_infos(姓名=text), status=status).checks
    assert first == Check("status.agrees", *expected)


@pytest.mark.parametrize("status", [None, "2", "", "true"])
def test_another_status_says_nothing(status: str | None) -> None:
    for text in ("样本甲", ""):
        names = [check.name for check in read("IDCard", id_infos(姓名=text), status=status).checks]
        assert "status.agrees" not in names


def test_without_items_only_status_is_checked() -> None:
    assert read("IDCard", (), status="1").checks[0].passed is False
    assert [check.name for check in read("IDCard", id_infos(姓名=""), status="0").checks] == [
        "status.agrees"
    ]


# -- a whole card ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("姓名", "name"),
        ("性别", "gender"),
        ("民族", "ethnicity"),
        ("出生", "birth_date"),
        ("住址", "address"),
        ("公民身份号码", "id_number"),
    ],
)
def test_a_field_that_an_id_card_prints_must_have_a_value(label: str, field: str) -> None:
    assert failures(**{label: ""}) == {"fields.complete": f"no value: {field}"}


@pytest.mark.parametrize("label", [label for label in LICENCE if label != "发证单位"])
def test_a_field_that_a_licence_prints_must_have_a_value(label: str) -> None:
    assert [*licence_failures(**{label: ""})] == ["fields.complete"]


def test_a_licence_may_lack_what_stands_in_its_stamp() -> None:
    assert licence_failures(发证单位="") == {}


@pytest.mark.parametrize(
    ("region", "fails"), [("81", False), ("82", False), ("83", False), ("84", True), ("18", True)]
)
def test_a_residence_permit_has_no_ethnicity(region: str, *, fails: bool) -> None:
    number = numbered(f"{region}000019900102001")
    assert bool(failures(民族="", 公民身份号码=number)) is fails
    assert failures(民族="", 公民身份号码=number, 姓名="") != {}


def test_what_is_missing_is_named_with_the_labels_that_fill_no_field() -> None:
    other = {
        "签发机关": "样本",
        "a" * 12: "x",
        "b" * 13: "x",
        "第2页": "x",
        "空": " ",
        " ": "x",
        "号": "x",
    }
    again = [*id_infos(签发机关="样本")]
    infos = [*id_infos(**{**ID_CARD, "姓名": "", "住址": ""} | other), *again]

    (check,) = (check for check in read("IDCard", infos).checks if not check.passed)

    detail = "no value: name, address; labels that fill no field: 签发机关, aaaaaaaaaaaa, 号"
    assert check == Check("fields.complete", passed=False, detail=detail)


def test_a_label_that_fills_no_field_of_a_whole_card_is_no_failure() -> None:
    assert failures(签发机关="样本") == {}


def test_items_that_differ_are_named() -> None:
    assert failures(Name="样本乙", 地址="样例省虚构市样例街7号") == {
        "fields.consistent": "items differ: address, name"
    }


def test_a_number_is_another_persons_only_beside_one_of_the_card() -> None:
    with_x = numbered("99010119900102009")
    assert with_x.endswith("X")
    assert failures(公民身份号码=with_x, 号=with_x.lower()) == {}
    assert [*failures(号=OTHER, 公民身份号码="")] == ["fields.complete"]


@pytest.mark.parametrize(
    "text",
    [
        *(OTHER, OTHER[:-1] + ("1" if OTHER[-1] == "0" else "0"), f" {OTHER} "),
        *(f"编号{OTHER}", f"No. {OTHER}, {MAN}", f"{MAN} {NAME}\n{OTHER}号"),
        *("9901011985060700２X", "990101 19850607 002x"),
        *(f"{MAN} {OTHER}", f"{OTHER} {MAN}", f"No {OTHER}", f"12 {OTHER} 12"),
        *(f"ID{OTHER}", f"{OTHER[:6]}-{OTHER[6:14]}-{OTHER[14:]}"),
        *(f"{OTHER[:6]}. {OTHER[6:]}", f"{OTHER[:14]} – {OTHER[14:]}"),
    ],
)
@pytest.mark.parametrize("label", ["号", "", "签发机关"])
def test_any_other_number_of_18_characters_in_an_unlabelled_text_is_seen(
    label: str, text: str
) -> None:
    assert failures(**{label: text}) == {
        "fields.consistent": "another person's number is on the photo"
    }


@pytest.mark.parametrize("label", ["住址", "姓名"])
def test_another_persons_number_is_seen_in_the_text_of_any_field(label: str) -> None:
    assert "fields.consistent" in failures(**{label: f"{ID_CARD[label]}{OTHER}"})


def test_another_persons_number_is_seen_in_a_label() -> None:
    assert [*failures(**{f"第二人{OTHER}": "样本"})] == ["fields.consistent"]


@pytest.mark.parametrize("label", ["住址", "发证单位"])
def test_a_text_that_stands_in_two_fields_is_in_the_wrong_one(label: str) -> None:
    texts = {"姓名": "样本甲乙丙丁", label: "样本甲乙丙丁"}
    field = {"住址": "address, name", "发证单位": "issuing_authority, name"}[label]
    assert licence_failures(**texts)["fields.consistent"] == f"same text as another field: {field}"


def test_a_name_that_is_the_nationality_of_the_same_licence_is_none() -> None:
    assert [*licence_failures(姓名="日本", 国籍="日本")] == ["fields.consistent"]
    assert licence_failures(姓名="苏丹") == {}


@pytest.mark.parametrize(
    "text",
    [
        *("990100000000", "9901000000001", f"{OTHER}0", f"0{OTHER}", f"{OTHER}x"),
        *(
            "20160315 20260315 10年",
            "2016 03 15 2026 03 15 10 年",
            OTHER[:17],
            MAN,
            f"编号{MAN}",
            f"{MAN[:6]} {MAN[6:]}",
            "9" * 40,
        ),
    ],
)
def test_a_number_of_another_length_or_the_cards_own_is_no_other_persons(text: str) -> None:
    assert failures(档案编号=text) == {}


# -- the number -----------------------------------------------------------------------------------


@pytest.mark.parametrize("position", range(18))
def test_any_one_digit_misread_fails_the_check_digit(position: int) -> None:
    misread = MAN[:position] + str((int(MAN[position]) + 1) % 10) + MAN[position + 1 :]

    assert failures(公民身份号码=misread)["id_number.check_digit"] == (
        "the check digit does not fit the other digits"
    )


@pytest.mark.parametrize("number", ["43xxxx", MAN[:-1], MAN + "1", "990101900102001", "E1234567"])
def test_what_is_no_number_of_18_characters_fails_only_its_form(number: str) -> None:
    assert failures(公民身份号码=number) == {
        "id_number.form": "not the 18 characters of an ID number"
    }
    assert [*licence_failures(证号=number)] == ["license_number.form"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            {"出生": "1990年1月3日"},
            {"id_number.birth_date": "the number holds another date of birth"},
        ),
        ({"性别": "女"}, {"id_number.gender": "the number is of the other gender"}),
        (
            {"公民身份号码": numbered("99010119900230001")},
            {"id_number.birth_date": "the number holds no calendar date"},
        ),
    ],
)
def test_birth_date_and_gender_must_agree_with_the_number(
    texts: dict[str, str], expected: dict[str, str]
) -> None:
    assert failures(**texts) == expected


def test_a_womans_number_has_an_even_sequence() -> None:
    number = numbered("99010119900102002")
    assert failures(性别="女", 公民身份号码=number) == {}
    assert [*failures(公民身份号码=number)] == ["id_number.gender"]


def test_the_number_is_compared_only_with_what_was_read() -> None:
    infos = id_infos(公民身份号码=MAN)
    names = [check.name for check in read("IDCard", infos).checks]
    assert [name for name in names if name.startswith("id_number")] == [
        *("id_number.form", "id_number.check_digit")
    ]
    without = [
        check.name for check in read("IDCard", id_infos(性别="男", 出生="1990-01-02")).checks
    ]
    assert not [name for name in without if name.startswith("id_number")]
    dateless = read("IDCard", id_infos(公民身份号码=numbered("99010119900230001"))).checks
    assert [check.name for check in dateless if not check.passed][1:] == ["id_number.birth_date"]


# -- forms and vocabularies -----------------------------------------------------------------------


def test_a_date_that_cannot_be_read_fails_its_format_and_compares_with_nothing() -> None:
    assert failures(出生="1990年1月", 姓名="样本") == {
        "fields.complete": "no value: birth_date",
        "birth_date.format": "what was read here is no date, or is cut off",
    }


def test_a_date_that_was_read_and_may_be_cut_off_fails_its_format() -> None:
    assert [*failures(出生="1990年1月2")] == ["birth_date.format"]
    assert [*licence_failures(有效期限="2016年3月15日至2026年3月1")][-1:] == ["dates.order"]
    assert {*licence_failures(有效期限="2016年3月1至2026年3月1日")} == {
        *("valid_from.format", "valid_until.format")
    }


def test_unread_fields_are_named_in_the_cards_own_order() -> None:
    texts = {"有效期至": "?", "初次领证日期": "?", "出生日期": "?"}
    names = [name for name in licence_failures(**texts) if name.endswith(".format")]
    assert names == ["birth_date.format", "first_issue_date.format", "valid_until.format"]


@pytest.mark.parametrize(("label", "field"), [("姓名", "name"), ("出生", "birth_date")])
def test_a_bad_score_of_an_item_that_fills_a_field_fails_its_format(label: str, field: str) -> None:
    infos = [
        info._replace(score=None, has_bad_score=True) if info.label == label else info
        for info in (*id_infos(**ID_CARD), IdInfo("未知", "x", None, (), has_bad_score=True))
    ]
    assert [check for check in read("IDCard", infos).checks if not check.passed] == [
        Check(f"{field}.format", passed=False, detail="the score is no number from 0 to 100")
    ]


def test_a_bad_score_of_an_item_without_text_fails_nothing() -> None:
    infos = (*id_infos(**ID_CARD), IdInfo("姓名", " ", None, (), has_bad_score=True))
    assert all(check.passed for check in read("IDCard", infos).checks)


@pytest.mark.parametrize(
    ("card_type", "label", "field"),
    [
        *(("IDCard", "姓名", "name"), ("IDCard", "出生日期", "birth_date")),
        *(("IDCard", "住址", "address"), ("IDCard", "身份证号", "id_number")),
        *(
            ("DriverLicense", "有效期限", "valid_from"),
            ("DriverLicense", "红章", "issuing_authority"),
        ),
        ("DriverLicense", "至", "valid_until"),
    ],
)
def test_a_further_item_with_a_place_and_no_text_fails_the_format_of_its_field(
    card_type: CardType, label: str, field: str
) -> None:
    infos = (*id_infos(**ORDINARY[card_type]), IdInfo(label, " ", None, CORNERS))
    assert [check for check in read(card_type, infos).checks if not check.passed] == [
        Check(
            f"{field}.format", passed=False, detail="an item of this field has a place and no text"
        )
    ]


def test_an_item_without_text_is_nothing_if_it_has_no_place_or_no_field() -> None:
    more = (IdInfo("姓名", "", 99, ()), IdInfo("某", "", 99, CORNERS))
    assert all(check.passed for check in read("IDCard", (*id_infos(**ID_CARD), *more)).checks)


def test_no_field_is_half_read_unless_it_is_said() -> None:
    assert Doubts(frozenset(), frozenset(), frozenset()).half_read == frozenset()


def test_a_place_without_text_is_no_format_of_a_field_that_nothing_filled() -> None:
    infos = id_infos(**{**ID_CARD, "姓名": ""})
    assert [check.name for check in read("IDCard", infos).checks if not check.passed] == [
        "fields.complete"
    ]
    stampless = id_infos(**{**LICENCE, "发证单位": ""})
    assert all(check.passed for check in read("DriverLicense", stampless).checks)


@pytest.mark.parametrize(
    ("card_type", "label", "text", "field"),
    [
        ("IDCard", "性别", "勇", "gender"),
        ("IDCard", "民族", "汊", "ethnicity"),
        ("DriverLicense", "国籍", "中囯", "nationality"),
        ("DriverLicense", "准驾车型", "CI", "vehicle_class"),
    ],
)
def test_a_value_outside_its_closed_vocabulary_is_unknown(
    card_type: CardType, label: str, text: str, field: str
) -> None:
    assert failures(card_type, **{label: text}) == {
        f"{field}.known": "what was read here is none of the values this field can have"
    }


# -- scores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "fits"), [(0, False), (79, False), (79.9, False), (80, True), (100, True)]
)
def test_a_score_below_the_minimum_fails(score: float, *, fits: bool) -> None:
    infos = [info._replace(score=score) for info in id_infos(**ID_CARD)]
    assert read("IDCard", infos).checks[-1].passed is fits


def test_the_failed_score_names_the_fields_once_each() -> None:
    scores = [("姓名", 79), ("住址", 99), ("姓名", 1), ("姓名", 99), ("民族", 50), ("某", 1)]
    infos = [IdInfo(label, "样本", score, ()) for label, score in scores]

    check = read("IDCard", infos).checks[-1]

    assert check == Check("score.minimum", passed=False, detail="below 80: name, ethnicity")


@pytest.mark.parametrize(
    "info",
    [
        IdInfo("unheard of", "样本", 1, ()),
        IdInfo("姓名", "样本", None, ()),
        IdInfo("姓名", " ", 1, ()),
    ],
)
def test_only_scored_text_of_recognised_fields_has_a_minimum(info: IdInfo) -> None:
    infos = [info, IdInfo("住址", "样本", None, ())]
    assert "score.minimum" not in [check.name for check in read("IDCard", infos).checks]


@given(
    texts=st.dictionaries(
        st.sampled_from(
            ["性别", "出生日期", "证号", "有效期限", "初次领证日期", "准驾车型", "国籍"]
        ),
        st.text("0123456789年月日至男Q", min_size=6),
        min_size=1,
    )
)
def test_no_detail_repeats_what_was_read(texts: dict[str, str]) -> None:
    details = [detail or "" for detail in licence_failures(**texts).values()]

    assert details
    assert not any(text in detail for text in texts.values() for detail in details)
