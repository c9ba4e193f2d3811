from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CardType, Check, IdInfo
from shared.card.number import check_digit
from shared.card.reading import read_card

MAN = "11010119741201001" + check_digit("11010119741201001")


def checks_of(
    card_type: CardType, texts: dict[str, str], score: float | None = None
) -> dict[str, Check]:
    infos = [IdInfo(label, text, score, ()) for label, text in texts.items()]
    checks = read_card(card_type, infos, minimum_score=80).checks
    assert len({check.name for check in checks}) == len(checks)
    return {check.name: check for check in checks}


def passed(texts: dict[str, str]) -> dict[str, bool]:
    return {name: check.passed for name, check in checks_of("IDCard", texts).items()}


def test_a_card_that_agrees_with_its_number_passes_every_check() -> None:
    texts = {"性别": "男", "出生": "1974年12月1日", "公民身份号码": MAN}

    checks = checks_of("IDCard", texts, score=99)

    assert list(checks) == [
        "id_number.check_digit",
        "id_number.birth_date",
        "id_number.gender",
        "score.minimum",
    ]
    assert all(check == Check(check.name, passed=True, detail=None) for check in checks.values())


def test_the_checks_of_a_licence_carry_its_own_field() -> None:
    texts = {"性别": "女", "出生日期": "1974-12-02", "证号": MAN}

    checks = checks_of("DriverLicense", texts)

    assert {name: check.passed for name, check in checks.items()} == {
        "license_number.check_digit": True,
        "license_number.birth_date": False,
        "license_number.gender": False,
    }


@pytest.mark.parametrize("position", range(18))
def test_any_one_digit_misread_fails_the_check_digit(position: int) -> None:
    misread = MAN[:position] + str((int(MAN[position]) + 1) % 10) + MAN[position + 1 :]

    assert not passed({"公民身份号码": misread})["id_number.check_digit"]


@pytest.mark.parametrize("number", ["43xxxx", MAN[:-1], MAN + "1"])
def test_what_has_not_the_shape_of_a_number_fails_the_check_digit_alone(number: str) -> None:
    texts = {"性别": "男", "出生": "1974年12月1日", "公民身份号码": number}

    assert passed(texts) == {"id_number.check_digit": False}


def test_an_old_number_of_fifteen_digits_is_checked_without_a_check_digit() -> None:
    texts = {"性别": "男", "出生": "1974年12月1日", "公民身份号码": "110101741201001"}

    assert passed(texts) == {"id_number.birth_date": True, "id_number.gender": True}


def test_a_number_without_a_calendar_date_fails_though_no_birth_date_was_read() -> None:
    assert not passed({"公民身份号码": "110101197402300011"})["id_number.birth_date"]


def test_what_has_nothing_to_compare_with_is_absent() -> None:
    assert passed({"公民身份号码": MAN}) == {"id_number.check_digit": True}
    assert passed({"性别": "男", "出生": "1974年12月1日"}) == {}
    assert passed({}) == {}


@pytest.mark.parametrize(
    ("gender", "fits"),
    [
        *((word, True) for word in ("男", " 男 ", "Male", "MALE", "M", "m", "Ｍ")),
        *((word, False) for word in ("女", "Female", "F", "勇", "男女")),
    ],
)
def test_the_gender_is_compared_in_both_languages(gender: str, *, fits: bool) -> None:
    assert passed({"性别": gender, "公民身份号码": MAN})["id_number.gender"] is fits


def test_a_date_that_cannot_be_read_fails_its_format_and_compares_with_nothing() -> None:
    assert passed({"出生": "1974年12月", "公民身份号码": MAN}) == {
        "id_number.check_digit": True,
        "birth_date.format": False,
    }


@pytest.mark.parametrize(
    ("score", "fits"), [(0, False), (79, False), (79.9, False), (80, True), (100, True)]
)
def test_a_score_below_the_minimum_fails(score: float, *, fits: bool) -> None:
    assert checks_of("IDCard", {"姓名": "样本"}, score)["score.minimum"].passed is fits


def test_the_failed_score_names_the_fields_once_each() -> None:
    infos = [
        IdInfo("姓名", "样本", 79, ()),
        IdInfo("住址", "样本路", 99, ()),
        IdInfo("姓名", "样本", 1, ()),
        IdInfo("姓名", "样本", 99, ()),
        IdInfo("民族", "汉", 50, ()),
    ]

    [check] = read_card("IDCard", infos, minimum_score=80).checks

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
    assert read_card("IDCard", [info], minimum_score=80).checks == ()


def test_a_score_that_is_no_number_fails() -> None:
    checks = checks_of("IDCard", {"姓名": "样本"}, float("nan"))

    assert not checks["score.minimum"].passed


@given(
    texts=st.dictionaries(
        st.sampled_from(["性别", "出生日期", "证号", "有效期限", "初次领证日期"]),
        st.text("0123456789年月日至男Q", min_size=6),
    )
)
def test_no_detail_repeats_what_was_read(texts: dict[str, str]) -> None:
    details = [check.detail or "" for check in checks_of("DriverLicense", texts, 1).values()]

    assert not any(text in detail for text in texts.values() for detail in details)
