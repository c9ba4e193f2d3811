"""From what CI read to fields and items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CARD_TYPES, FIELD_NAMES, NO_FIELDS, CardType, IdInfo, ReadCard
from tests.support.cards import ADDRESS, CORNERS, ID_CARD, LICENCE, NAME, id_infos, read


def failed(card: ReadCard) -> list[str]:
    return [check.name for check in card.checks if not check.passed]


def test_an_id_card_is_read() -> None:
    assert read("IDCard", id_infos(**ID_CARD)).fields == {
        "name": NAME,
        "gender": "男",
        "ethnicity": "汉",
        "birth_date": "1990-01-02",
        "address": ADDRESS,
        "id_number": ID_CARD["公民身份号码"],
    }


def test_a_driving_licence_is_read() -> None:
    assert read("DriverLicense", id_infos(**LICENCE)).fields == {
        "license_number": LICENCE["证号"],
        "name": NAME,
        "gender": "男",
        "nationality": "中国",
        "address": ADDRESS,
        "birth_date": "1990-01-02",
        "first_issue_date": "2010-03-15",
        "vehicle_class": "C1",
        "valid_from": "2016-03-15",
        "valid_until": "2026-03-15",
        "issuing_authority": LICENCE["发证单位"],
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

    card = read("IDCard", id_infos(**texts))

    assert list(card.fields.values()) == [
        *("xxx", "男", "汉", "1974-12-01", "Hu’nan Province xxxxx", "43XXXX")
    ]


@pytest.mark.parametrize("card_type", CARD_TYPES)
@pytest.mark.parametrize("infos", [(), id_infos(姓名=" ", 某某="")])
def test_a_card_without_text_has_every_field_without_a_value_and_no_check(
    card_type: CardType, infos: tuple[IdInfo, ...]
) -> None:
    card = read(card_type, infos)

    assert card.fields == NO_FIELDS[card_type]
    assert tuple(card.fields) == FIELD_NAMES[card_type]
    assert [info for info, _ in card.items] == [*infos]
    assert card.checks == ()


def test_an_item_is_kept_as_ci_gave_it() -> None:
    given_item = IdInfo(" 姓名： ", " 样本甲 ", 98.5, CORNERS)

    card = read("IDCard", [given_item])

    assert card.items == ((given_item, "name"),)
    assert card.fields["name"] == "样本甲"


def test_an_unknown_label_is_kept_without_a_field() -> None:
    given_item = IdInfo("签发机关", "样本", None, ())

    card = read("IDCard", [given_item])

    assert card.items == ((given_item, None),)
    assert card.fields == NO_FIELDS["IDCard"]


def test_a_value_outside_its_closed_vocabulary_is_kept_as_read() -> None:
    card = read("DriverLicense", id_infos(性别=" 勇", 国籍="中囯 ", 准驾车型=" C I "))

    assert (card.fields["gender"], card.fields["nationality"]) == ("勇", "中囯")
    assert card.fields["vehicle_class"] == "C I"


def test_a_number_is_in_its_normal_form_and_its_item_is_not() -> None:
    card = read("IDCard", id_infos(公民身份号码=" ９９０１０１ 19741201 001x "))

    assert card.fields["id_number"] == "99010119741201001X"
    assert card.items[0][0].text == " ９９０１０１ 19741201 001x "
    licence_card = read("DriverLicense", id_infos(证号=" 99010119741201 001x"))
    assert licence_card.fields["license_number"] == "99010119741201001X"


@pytest.mark.parametrize("label", ["公民身份号码", "证号"])
def test_a_number_that_is_no_id_number_is_kept_trimmed(label: str) -> None:
    card_type: CardType = "IDCard" if label == "公民身份号码" else "DriverLicense"
    infos = [IdInfo(label, " E 12x ", None, ())]

    assert "E 12x" in read(card_type, infos).fields.values()


@pytest.mark.parametrize(
    ("texts", "expected", "differs"),
    [
        (("样本甲", "样本乙"), "样本甲", True),
        (("样本甲", " 样本甲"), "样本甲", False),
        (("样本甲", "样本甲", "样本乙"), "样本甲", True),
        (("", "样本乙"), "样本乙", False),
        (("　", "样本乙"), "样本乙", False),
        (("", "x "), "x", False),
        (("样本甲", "样 本甲"), "样本甲", False),
        (("Specimen  A", "SPECIMEN A"), "Specimen  A", False),
    ],
)
def test_the_first_item_with_text_fills_a_field(
    texts: tuple[str, ...], expected: str | None, *, differs: bool
) -> None:
    card = read("IDCard", [IdInfo("姓名", text, 99, ()) for text in texts])

    assert card.fields["name"] == expected
    assert {field for _, field in card.items} == {"name"}
    assert ("fields.consistent" in failed(card)) is differs


def test_items_that_differ_only_in_writing_do_not_differ() -> None:
    more = [*id_infos(**ID_CARD), *id_infos(Sex="Male", Birth="1990-01-02", 民族="汉族")]
    assert failed(read("IDCard", more)) == []


def test_a_date_that_cannot_be_read_leaves_the_field_to_the_next_and_still_fails() -> None:
    card = read("IDCard", id_infos(出生="1974年12", 出生日期="1974-12-01"))

    assert card.fields["birth_date"] == "1974-12-01"
    assert failed(card) == ["fields.complete", "birth_date.format"]


def test_a_date_without_text_is_absent_and_has_no_format() -> None:
    card = read("IDCard", id_infos(出生=" ", 姓名=NAME))

    assert card.fields["birth_date"] is None
    assert failed(card) == ["fields.complete"]


# -- the validity of a licence --------------------------------------------------------------------

WITHOUT_VALIDITY = {label: text for label, text in LICENCE.items() if label != "有效期限"}


def licence(*validity: tuple[str, str]) -> ReadCard:
    """A licence that is whole but for its validity, with items of it."""
    infos = [IdInfo(label, text, None, ()) for label, text in validity]
    return read("DriverLicense", [*id_infos(**WITHOUT_VALIDITY), *infos])


def validity_of(card: ReadCard) -> tuple[str | None, str | None]:
    return card.fields["valid_from"], card.fields["valid_until"]


def fields_of_items(card: ReadCard) -> list[str | None]:
    return [field for _, field in card.items[len(WITHOUT_VALIDITY) :]]


@pytest.mark.parametrize(
    ("items", "fields"),
    [
        ((("有效期限", "2015-01-01至2025-01-01"),), ("valid_from",)),
        ((("有效期限", "2015-01-01起10年"),), ("valid_from",)),
        (
            (("有效起始日期", "2015-01-01起"), ("有效期至", "2025-01-01止")),
            ("valid_from", "valid_until"),
        ),
        (
            (("有效期限", "2025-01-01止"), ("有效期", "2015-01-01起")),
            ("valid_until", "valid_from"),
        ),
        ((("有效期限", "2015-01-01至2025-01-01（10年）"),), ("valid_from",)),
        ((("有效期至", "2015-01-01至2025-01-01"),), ("valid_from",)),
        ((("有效期限", "2015-01-01"), ("至", "2025-01-01")), ("valid_from", "valid_until")),
        ((("至", "2025-01-01"), ("有效期限", "2015-01-01")), ("valid_until", "valid_from")),
        (
            (("有效起始日期", "2015-01-01"), ("有效期限", "2025-01-01")),
            ("valid_from", "valid_until"),
        ),
        (
            (("有效期限", "2025-01-01"), ("有效起始日期", "2015-01-01")),
            ("valid_until", "valid_from"),
        ),
        ((("有效期限", "2015-01-01"), ("有效期", "至2025-01-01")), ("valid_from", "valid_until")),
        (
            (("起始日期", "2015-01-01"), ("有效日期", "2025-01-01"), ("有效期限", "2015-01-01")),
            ("valid_from", "valid_until", "valid_from"),
        ),
        (
            (("起始日期", "2015-01-01"), ("有效日期", "2025-01-01"), ("有效期限", "2025-01-01")),
            ("valid_from", "valid_until", "valid_until"),
        ),
        (
            (("有效期限", "2015-01-01至2025-01-01"), ("有效期", "2025-01-01")),
            ("valid_from", "valid_until"),
        ),
        ((("有效期限", "10年"), ("有效起始日期", "2015-01-01")), ("valid_until", "valid_from")),
        ((("有效期限", "2015-01-01"), ("有效期", "10 years")), ("valid_from", "valid_until")),
        (
            (("有效期限", "2015-01-01 10年"), ("有效期至", "2025-01-01")),
            ("valid_from", "valid_until"),
        ),
        (
            (("有效起始日期", ""), ("有效期限", ""), ("有效期", "2015-01-01-2025-01-01")),
            ("valid_from", "valid_from", "valid_from"),
        ),
    ],
)
def test_the_validity_is_put_together_from_all_its_items(
    items: tuple[tuple[str, str], ...], fields: tuple[str, ...]
) -> None:
    card = licence(*items)

    assert validity_of(card) == ("2015-01-01", "2025-01-01")
    assert failed(card) == []
    assert fields_of_items(card) == [*fields]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        # what is only a start or only an end beats what may be either
        (
            (("有效期限", "2016-01-01至2026-01-01"), ("起始日期", "2015-01-01")),
            ("2015-01-01", "2026-01-01"),
        ),
        (
            (("有效期限", "2015-01-01至2026-01-01"), ("有效期至", "2025-01-01")),
            ("2015-01-01", "2025-01-01"),
        ),
        (
            (("起始日期", "2015-01-01"), ("至", "2025-01-01"), ("有效期限", "2026-01-01")),
            ("2015-01-01", "2025-01-01"),
        ),
        ((("有效期限", "2015-01-01"), ("有效期", "2025-01-01")), ("2015-01-01", None)),
        (
            (("有效期限", "2006-03-15 6年"), ("有效期至", "2013-01-01")),
            ("2006-03-15", "2013-01-01"),
        ),
        (
            (("起始日期", "2006-03-15"), ("有效期限", "6年"), ("有效期", "10年")),
            ("2006-03-15", "2012-03-15"),
        ),
        (
            (("有效期限", "2006-03-15 6年"), ("有效期", "2007-03-15 6年")),
            ("2006-03-15", "2012-03-15"),
        ),
        (
            (("起始日期", "2007-03-15"), ("有效期限", "2006-03-15 6年")),
            ("2007-03-15", "2012-03-15"),
        ),
        ((("有效期限", "2015-01-01至长期"), ("有效期", "10年")), ("2015-01-01", "长期")),
    ],
)
def test_items_of_the_validity_that_differ_are_seen(
    items: tuple[tuple[str, str], ...], expected: tuple[str, str | None]
) -> None:
    card = licence(*items)

    assert validity_of(card) == expected
    assert "fields.consistent" in failed(card)


def test_a_term_may_end_a_day_off_the_printed_end() -> None:
    card = licence(("有效期限", "2015-01-01 6年"), ("有效期至", "2020-12-31"))

    assert validity_of(card) == ("2015-01-01", "2020-12-31")
    assert failed(card) == []


@pytest.mark.parametrize("start", [(), (("有效起始日期", "20O6-03-15"),), (("有效起始日期", ""),)])
def test_a_term_without_a_known_start_gives_no_end(start: tuple[tuple[str, str], ...]) -> None:
    card = licence(*start, ("有效期限", "6年"))

    assert validity_of(card) == (None, None)
    assert "valid_until.format" in failed(card)


@pytest.mark.parametrize("text", ["长期", "至2025-01-01", "10年"])
def test_an_end_under_the_label_of_a_start_carries_the_end(text: str) -> None:
    assert fields_of_items(licence(("有效起始日期", text))) == ["valid_until"]


def test_a_term_beyond_the_calendar_gives_no_end() -> None:
    assert validity_of(licence(("有效期限", "9995-01-01 6年"))) == ("9995-01-01", None)


@pytest.mark.parametrize(
    ("label", "text", "expected", "field"),
    [
        ("有效期至", "2025-01-01", (None, "2025-01-01"), "valid_until"),
        ("有效期限", "至2025年1月1日", (None, "2025-01-01"), "valid_until"),
        ("有效期限", "长期", (None, "长期"), "valid_until"),
        ("有效期限", "2015-01-01", ("2015-01-01", None), "valid_from"),
        ("有效起始日期", "2015-01-01", ("2015-01-01", None), "valid_from"),
    ],
)
def test_only_one_end_leaves_the_other_without_a_value(
    label: str, text: str, expected: tuple[str | None, str | None], field: str
) -> None:
    card = licence((label, text))

    assert validity_of(card) == expected
    assert failed(card) == ["fields.complete"]
    assert fields_of_items(card) == [field]


@pytest.mark.parametrize(
    ("items", "expected", "unread"),
    [
        ((("有效期限", "6牛"),), (None, None), "valid_from.format"),
        ((("有效期限", "2015-02-30"),), (None, None), "valid_from.format"),
        ((("有效期限", "2015-02-30至2025-01-01"),), (None, "2025-01-01"), "valid_from.format"),
        ((("有效期限", "2015-01-01至2O25-01-01"),), ("2015-01-01", None), "valid_until.format"),
        ((("有效期至", "2025-02-30"),), (None, None), "valid_until.format"),
        ((("有效期至", "?"),), (None, None), "valid_until.format"),
        (
            (("起始日期", "2015-01-01"), ("有效期限", "2O25-01-01")),
            ("2015-01-01", None),
            "valid_until.format",
        ),
        ((("有效起始日期", "长期"),), (None, "长期"), "valid_from.format"),
    ],
)
def test_an_end_that_cannot_be_read_is_null_and_fails_its_format(
    items: tuple[tuple[str, str], ...], expected: tuple[str | None, str | None], unread: str
) -> None:
    card = licence(*items)

    assert validity_of(card) == expected
    assert failed(card) == ["fields.complete", unread]


# -- any text -------------------------------------------------------------------------------------

known_labels = st.sampled_from([*ID_CARD, *LICENCE, "有效起始日期", "有效期至"])
card_texts = st.text() | st.text("0123456789xX年月日至起止长期-./ ,years", max_size=24)
any_infos = st.lists(
    st.builds(
        IdInfo,
        label=known_labels | st.text(),
        text=card_texts,
        score=st.none() | st.floats(),
        polygon=st.just(CORNERS) | st.just(()) | st.just(((1, 2),)),
        has_bad_score=st.booleans(),
    )
)
moments = st.sampled_from(["2026-01-02T03:04:05Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"])


@given(
    card_type=st.sampled_from(CARD_TYPES),
    given_infos=any_infos,
    status=st.sampled_from([None, "0", "1", "x"]),
    at=moments,
)
def test_no_text_makes_reading_fail_or_lose_an_item(
    card_type: CardType, given_infos: list[IdInfo], status: str | None, at: str
) -> None:
    card = read(card_type, given_infos, status=status, at=at)

    assert tuple(card.fields) == FIELD_NAMES[card_type]
    assert [info for info, _ in card.items] == given_infos


@given(card_type=st.sampled_from(CARD_TYPES), given_infos=any_infos)
def test_fields_read_again_are_the_same(card_type: CardType, given_infos: list[IdInfo]) -> None:
    once = read(card_type, given_infos).fields
    values = [
        IdInfo(name.replace("_", " "), value, None, ()) for name, value in once.items() if value
    ]

    assert read(card_type, values).fields == once
