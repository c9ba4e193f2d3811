"""The text of one item: dates, periods of validity, numbers, closed vocabularies."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from shared.card.values import (
    CLOSED_FIELDS,
    LONGEST,
    IdNumber,
    Values,
    add_years,
    check_digit,
    closed_value,
    fold,
    is_near,
    normal_number,
    parse_id_number,
    read_date,
    read_validity,
)

MAN = "11010119741201001" + check_digit("11010119741201001")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day_of(text: str) -> str | None:
    return read_date("birth_date", text).by_field["birth_date"]


def test_a_thousand_characters_of_a_text_are_looked_at() -> None:
    assert LONGEST == 1000
    assert fold("a" * 999 + "bc") == "a" * 999 + "b"


def test_folded_text_is_half_width_lower_case_and_without_white_space() -> None:
    assert fold(" Ａ　B\t㎏\n") == "abkg"


# -- dates ----------------------------------------------------------------------------------------

WAYS_TO_WRITE = (
    "{0.year:04}年{0.month}月{0.day}日",
    "{0.year:04} 年 {0.month:02} 月 {0.day:02} 日",
    "{0.year:04}-{0.month:02}-{0.day:02}",
    "{0.year:04}.{0.month:02}.{0.day:02}",
    "{0.year:04}/{0.month:02}/{0.day:02}",
    "{0.year:04} {0.month:02} {0.day:02}",
    "{0.year:04}{0.month:02}{0.day:02}",
    "{0:%B} {0.day}, {0.year:04}",
    "{0:%b}. {0.day}, {0.year:04}",
    "{0.day} {0:%b} {0.year:04}",
    "{0.day:02}-{0:%b}-{0.year:04}",
    "{0.year:04} {0:%b} {0.day}",
)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1974年12月1日",
            "1974年12月01日",
            "1974 年 12 月 1 日",
            "19 74年1 2月1日",
            "1974年12月1号",
        ),
        *("１９７４年１２月１日", "1974-12-01", "1974－12－01", "1974—12—01", "1974.12.01"),
        *("1974．12．01", "1974·12·01", "1974/12/01", "1974 12 01", "19741201", " 1974-12-01。"),
        *("December 1, 1974", "DECEMBER 1 1974", "Dec. 1, 1974", "1 Dec 1974"),
        *("1st December, 1974", "01-Dec-1974", "1974 Dec 1", "1974-12月1日"),
    ],
)
def test_a_date_is_read_in_every_form_cards_write_it(text: str) -> None:
    assert read_date("birth_date", text) == Values({"birth_date": "1974-12-01"})


@pytest.mark.parametrize(
    "text", ["1974-2-1", "1974.2.1", "1974/2/1", "1974 2 1", "。1974 2 1。", "1974年2月1日"]
)
def test_a_month_and_a_day_of_one_digit_each_are_whole(text: str) -> None:
    assert read_date("birth_date", text) == Values({"birth_date": "1974-02-01"})


@pytest.mark.parametrize(
    "text",
    [
        *("1974-12-1", "1974.12.1", "1974/12/1", "1974·12·1", "1974—12—1", "1974-1-12"),
        *("1974年12-1", "1974.1.12日", "1974,12,1"),
    ],
)
def test_a_date_that_may_lack_a_digit_is_not_read(text: str) -> None:
    assert read_date("birth_date", text) == Values({"birth_date": None})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1974年12月1", "1974-12-01"),
        ("1974年2月1", "1974-02-01"),
        ("1974 12 1", "1974-12-01"),
        ("1974 1 12", "1974-01-12"),
    ],
)
def test_a_date_that_ends_where_a_digit_may_be_missing_is_marked(text: str, day: str) -> None:
    assert read_date("birth_date", text) == Values({"birth_date": day}, is_cut=True)


@pytest.mark.parametrize("text", ["1974年2月12", "1974年12月12", "1974-1月12"])
def test_a_day_of_two_digits_lacks_none(text: str) -> None:
    assert not read_date("birth_date", text).is_cut
    assert day_of(text) is not None


def test_sept_is_a_month() -> None:
    assert day_of("Sept 9, 1974") == "1974-09-09"


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "年月日", "1974年12月", "1974-12", "01/12/1974", "74-12-01", "1974-13-01"),
        *("1974-02-30", "1974年2月29日", "0000-01-01", "Decembre 1, 1974", "December 1"),
        *("1974-12-011", "197412011", "x1974-12-01", "1974-12-01 and more", "l974-12-01"),
        *("١٩٧٤-١٢-٠١", "1974-12-01至1984-12-01", "1974120", "1974-123-1", "97-12-01"),
        *("1974年12日1", "2x Feb 1974", "002 Feb 1974", "Feb 002 1974", "1974 Feb 002"),
        *("1974-12-", "1974", "Feb 1974", "2 Feb 74", "Fe 2 1974", "1974 Fe 2", "12-01-1974"),
        *("1974-0-1", "2 Fox 1974"),
    ],
)
def test_what_is_no_calendar_date_is_not_read(text: str) -> None:
    assert read_date("birth_date", text) == Values({"birth_date": None})


@given(day=st.dates(), form=st.sampled_from(WAYS_TO_WRITE))
def test_a_date_written_in_any_form_is_read_back(day: date, form: str) -> None:
    assert day_of(form.format(day)) == day.isoformat()


@given(text=st.text() | st.text("0123456789年月日-./ ,aecdnov至", max_size=20))
def test_what_is_read_is_read_the_same_in_iso_8601(text: str) -> None:
    day = day_of(text)

    assert day is None or read_date("x", day) == Values({"x": day})


@pytest.mark.parametrize(("number", "name"), [*enumerate(MONTHS, start=1)])
def test_every_month_is_read_by_its_name_and_its_first_three_letters(
    number: int, name: str
) -> None:
    for word in (name, name[:3], name.upper(), f"{name[:3]}."):
        assert day_of(f"{word} 9, 1974") == f"1974-{number:02}-09"


@pytest.mark.parametrize("word", ["Januar", "Janua", "Sep9", "Mon", "Se", "Marchs", "Septembers"])
def test_another_word_is_no_month(word: str) -> None:
    assert day_of(f"{word} 9, 1974") is None


@pytest.mark.parametrize("mark", [*"‐‒–—―−~〜-·•。./,"])
def test_every_dash_and_every_dot_is_one(mark: str) -> None:
    assert day_of(f"1974{mark}12{mark}01") == "1974-12-01"
    assert day_of(f"1974{mark}2{mark}1") == "1974-02-01"


@pytest.mark.parametrize("mark", [*".,:;-"])
def test_marks_around_a_date_do_not_count(mark: str) -> None:
    assert day_of(f"{mark}1974-12-01{mark}") == "1974-12-01"


@pytest.mark.parametrize("mark", [*"xX/年"])
def test_other_signs_around_a_date_do_count(mark: str) -> None:
    assert day_of(f"{mark}1974-12-01") is None


@pytest.mark.parametrize("suffix", ["st", "nd", "rd", "th", "ST"])
def test_an_english_day_may_have_each_suffix(suffix: str) -> None:
    assert day_of(f"2{suffix} Feb 1974") == "1974-02-02"
    assert day_of(f"Feb 2{suffix}, 1974") == "1974-02-02"


@pytest.mark.parametrize("sign", ["", ".", ",", "-", "/"])
def test_an_english_date_may_have_each_sign_between(sign: str) -> None:
    for text in (f"Feb{sign}2{sign}1974", f"2{sign}Feb{sign}1974", f"1974{sign}Feb{sign}2"):
        assert day_of(text) == "1974-02-02", text


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (date(2015, 1, 1), 10, date(2025, 1, 1)),
        (date(2016, 2, 29), 6, date(2022, 2, 28)),
        (date(2016, 2, 29), 8, date(2024, 2, 29)),
        (date(9993, 1, 31), 6, date(9999, 1, 31)),
        (date(9993, 1, 31), 7, None),
    ],
)
def test_years_are_added_within_the_calendar(start: date, years: int, end: date | None) -> None:
    assert add_years(start, years) == end


@pytest.mark.parametrize(
    ("day", "near"),
    [("2025-02-26", False), ("2025-02-27", True), ("2025-03-01", True), ("2025-03-02", False)],
)
def test_a_day_off_is_near(day: str, *, near: bool) -> None:
    assert is_near(day, date(2025, 2, 28)) is near


# -- validity -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "永久",
        "永久有效",
        "长期",
        "长期有效",
        "Long term",
        "LONG-TERM",
        "Permanent",
        "indefinite",
        "Longterm",
    ],
)
def test_each_word_for_the_long_term_is_the_end(words: str) -> None:
    for text in (words, f"至{words}", f"Until {words}"):
        assert read_validity(text) == Values({"valid_until": "长期"})
    both = {"valid_from": "2015-01-01", "valid_until": "长期"}
    assert read_validity(f"2015-01-01至{words}") == Values(both)


@pytest.mark.parametrize("words", ["至", "到", "to", "until", "till", "through", "TO"])
def test_each_word_before_an_end_is_known(words: str) -> None:
    assert read_validity(f"{words} 2025-01-01") == Values({"valid_until": "2025-01-01"})
    whole = {"valid_from": "2015-01-01", "valid_until": "2025-01-01"}
    assert read_validity(f"2015-01-01 {words} 2025-01-01") == Values(whole)


@pytest.mark.parametrize("words", ["自", "从", "from", "FROM"])
def test_each_word_before_a_start_is_known(words: str) -> None:
    assert read_validity(f"{words} 2015-01-01 至 2025-01-01 止") == Values(
        {"valid_from": "2015-01-01", "valid_until": "2025-01-01"}
    )


@pytest.mark.parametrize(
    ("text", "day"), [("2015-01-01", "2015-01-01"), ("2015-02-30", None), ("?", None), ("", None)]
)
def test_a_lone_date_may_be_either(text: str, day: str | None) -> None:
    assert read_validity(text) == Values({"date": day})


@pytest.mark.parametrize(
    ("term", "years"),
    [("6年", 6), ("6 年", 6), ("６年", 6), ("1 year", 1), ("10 Years", 10), ("99年", 99)],
)
def test_a_term_is_counted_in_years(term: str, years: int) -> None:
    start = {"valid_from": "2015-01-01"}
    assert read_validity(term) == read_validity(f"自{term}") == Values({}, years)
    assert read_validity(f"2015-01-01起{term}") == Values(start, years)
    assert read_validity(f"2015-01-01 {term}") == Values(start, years)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2016-03-15起", {"valid_from": "2016-03-15"}),
        ("自2016年3月15日 起", {"valid_from": "2016-03-15"}),
        ("2026-03-15止", {"valid_until": "2026-03-15"}),
        ("2026-02-30止", {"valid_until": None}),
    ],
)
def test_a_mark_behind_a_lone_date_says_which_one_it_is(
    text: str, values: dict[str, str | None]
) -> None:
    assert read_validity(text) == Values(values)


def test_a_lone_date_with_a_mark_behind_it_may_be_cut_off() -> None:
    assert read_validity("2016年3月1起") == Values({"valid_from": "2016-03-01"}, is_cut=True)


@pytest.mark.parametrize("mark", ["", "止"])
@pytest.mark.parametrize("term", ["（10年）", "(10 years)", "10年"])
def test_a_range_may_have_its_term_behind_it(mark: str, term: str) -> None:
    assert read_validity(f"2016-03-15至2026年3月15日{mark}{term}") == Values(
        {"valid_from": "2016-03-15", "valid_until": "2026-03-15"}
    )
    assert read_validity(f"2016年3月15日{term}") == Values({"valid_from": "2016-03-15"}, 10)


@pytest.mark.parametrize("term", ["（6年）", "（0年）", "（10月）", "10年起", "止止半"])
def test_an_end_with_another_term_behind_it_is_not_read(term: str) -> None:
    assert read_validity(f"2016-03-15至2026-03-15{term}") == Values(
        {"valid_from": "2016-03-15", "valid_until": None}
    )


def test_a_term_behind_a_range_without_a_start_says_nothing_of_the_end() -> None:
    for text in ("2016-02-30至2026-03-15（10年）", "9995-01-01至2026-03-15（10年）"):
        assert read_validity(text).by_field["valid_until"] is None
    assert read_validity("至2026-03-15（10年）") == Values({"valid_until": None})


@pytest.mark.parametrize("term", ["0年", "06年", "100年", "6月", "6年半", "years", "6牛"])
def test_another_term_is_none(term: str) -> None:
    assert read_validity(term) == Values({"date": None})


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        *(
            (text, "2015-01-01", "2025-01-01")
            for text in (
                *("2015-01-01至2025-01-01", "2015-01-01 至 2025-01-01", "20150101-20250101"),
                *("2015年1月1日至2025年1月1日", "自2015年1月1日起至2025年1月1日止"),
                *("2015.01.01-2025.01.01", "2015-01-01-2025-01-01", "2015-01-01—2025-01-01"),
                *("2015-01-01～2025-01-01", "2015-01-01 2025-01-01", "2015-1-1 2025-1-1"),
                *("2015 1 1 至 2025 1 1", "２０１５－０１－０１至２０２５－０１－０１"),
                *("From January 1, 2015 to January 1, 2025", "1 Jan 2015 - 1 Jan 2025"),
                *("2015-01-01--2025-01-01", "2015-01-01起2025-01-01", "2015010120250101"),
                *("2015-01-01起至2025-01-01", "20 15-01-01至2025-01-01", "2015-01-012025-01-01"),
            )
        ),
        ("2015-02-30至2025-01-01", None, "2025-01-01"),
        ("2015-01-01至2O25-01-01", "2015-01-01", None),
        ("2015-01-01至?", "2015-01-01", None),
        ("20 15-01-01至?", "2015-01-01", None),
        ("2015-01-01至", "2015-01-01", None),
        ("2015-01-01止2025-01-01", "2015-01-01", None),
        ("2015-01-01至2025-01-01止止半", "2015-01-01", None),
        ("2016-04-21至2026-04-2", "2016-04-21", None),
        ("2016-04-2至2026-04-21", None, "2026-04-21"),
        ("2016-04-2 2026-04-21", None, "2026-04-21"),
    ],
)
def test_a_range_is_read_at_both_ends(text: str, start: str | None, end: str | None) -> None:
    assert read_validity(text) == Values({"valid_from": start, "valid_until": end})


def test_a_range_is_cut_off_where_either_date_is() -> None:
    for text in (
        "2015年1月1至2025年1月1日",
        "2015年1月1日至2025年1月1",
        "2015年1月1起10年",
        "2015年1月1",
    ):
        assert read_validity(text).is_cut, text
    assert read_validity("至2025年1月1").is_cut
    assert read_validity("2015年1月1至长期").is_cut


@given(
    start=st.dates(min_value=date(1000, 1, 1)),
    end=st.dates(min_value=date(1000, 1, 1)),
    form=st.sampled_from(("{0}至{1}", "{0}-{1}", "{0} {1}", "{0:%Y年%m月%d日}-{1:%Y年%m月%d日}")),
)
def test_any_two_dates_are_read_back_from_a_range(start: date, end: date, form: str) -> None:
    assert read_validity(form.format(start, end)) == Values(
        {"valid_from": start.isoformat(), "valid_until": end.isoformat()}
    )


# -- the number -----------------------------------------------------------------------------------

seventeen_digits = st.text("0123456789", min_size=17, max_size=17)


@given(digits=seventeen_digits)
def test_the_check_digit_is_the_one_python_stdnum_calculates(digits: str) -> None:
    assert check_digit(digits) == ric.calc_check_digit(digits + "0")


@given(digits=seventeen_digits)
def test_only_one_last_character_fits(digits: str) -> None:
    numbers = [parse_id_number(digits + last) for last in "0123456789X"]

    assert [number.has_its_check_digit for number in numbers if number].count(True) == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("11010119741201001x", "11010119741201001X"),
        ("11010119741201001Ｘ", "11010119741201001X"),
        ("11010119741201001ｘ", "11010119741201001X"),
        ("０１２３４５６７８９", "0123456789"),
        ("110101 1974　1201\t001x", "11010119741201001X"),
        ("1x", "1X"),
        ("43xxxy", "43xxxy"),
        ("E 1234 567", "E 1234 567"),
        ("²", "²"),
        ("١", "١"),
    ],
)
def test_a_number_is_brought_into_its_normal_form_and_nothing_else_is(
    text: str, number: str
) -> None:
    assert normal_number(text) == number


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (MAN, IdNumber("1974-12-01", "男", has_its_check_digit=True)),
        (MAN[:-1] + "7", IdNumber("1974-12-01", "男", has_its_check_digit=False)),
        ("110101197412011008", IdNumber("1974-12-01", "女", has_its_check_digit=False)),
        ("110101197412010120", IdNumber("1974-12-01", "女", has_its_check_digit=False)),
        ("990101200010310017", IdNumber("2000-10-31", "男", has_its_check_digit=False)),
        ("990101197402300011", IdNumber(None, "男", has_its_check_digit=False)),
        ("99010119900102001X", IdNumber("1990-01-02", "男", has_its_check_digit=False)),
    ],
)
def test_a_number_says_the_birth_date_and_the_gender(number: str, says: IdNumber) -> None:
    found = parse_id_number(number)
    assert found is not None
    assert found._replace(has_its_check_digit=False) == says._replace(has_its_check_digit=False)
    assert found.has_its_check_digit == (number[-1] == ric.calc_check_digit(number))


@pytest.mark.parametrize(
    "text", ["", "110101741201001", MAN[:-1], MAN + "1", MAN[:-1] + "x", "X" * 18, MAN[:-1] + "Y"]
)
def test_another_shape_is_no_number(text: str) -> None:
    assert parse_id_number(text) is None


# -- closed vocabularies --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        *(("gender", text, "男") for text in ("男", " 男 ", "男性", "Male", "MALE", "m", "Ｍ")),
        *(("gender", text, "女") for text in ("女", "女性", "female", "F")),
        *(("ethnicity", text, "汉") for text in ("汉", "汉族", "Han", "汉 族")),
        ("ethnicity", "穿青人", "穿青人"),
        *(("ethnicity", text, "藏") for text in ("藏 བོད", "藏(བོད)", "བོད་རིགས་ 藏族")),
        *(("ethnicity", text, "汉") for text in ("汉 Han", "汉 Han 族", "汉/Han", "汉 Bouxgun")),
        *(("gender", text, "男") for text in ("男 ཕོ", "男/M", "男（Male）", "Male 男", "男·M")),
        ("nationality", "中国 CHN", "中国"),
        *(("nationality", text, "中国") for text in ("中国", "China", "CHN", "中华人民共和国")),
        ("nationality", "中国（香港）", "中国香港"),
        ("nationality", "澳门", "中国澳门"),
        ("nationality", "刚果(金)", "刚果（金）"),
        ("nationality", "日本", "日本"),
        *(("vehicle_class", text, "C1") for text in ("C1", "c1", "Ｃ１", " C 1 ")),
        *(("vehicle_class", text, "A1A2") for text in ("A1A2", "A1、A2", "A1，A2", "a1/a2")),
        *(("vehicle_class", text, "A1A2") for text in ("A1,A2", "A1·A2", "A1 A2", "A1／A2")),
        ("vehicle_class", "B2E", "B2E"),
        ("vehicle_class", "C1D", "C1D"),
    ],
)
def test_a_value_of_a_closed_field_has_one_form(field: str, text: str, value: str) -> None:
    assert closed_value(field, text) == value
    assert closed_value(field, value) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(
            ("gender", text)
            for text in ("勇", "男女", "", "勇/M", "男/F", "男·F", "男1", "男M1", "男.")
        ),
        *(("ethnicity", text) for text in ("汊", "汉汉", "族", "穿青人族", "汉 Hui", "汉 回")),
        *(("nationality", text) for text in ("中囯", "国", "中国()")),
        *(("vehicle_class", text) for text in ("CI", "C7", "C", "C1C1", "C1x", "xC1", "C1.D", "")),
    ],
)
def test_a_value_that_is_in_no_vocabulary_has_none(field: str, text: str) -> None:
    assert closed_value(field, text) is None


@given(field=st.sampled_from(CLOSED_FIELDS), text=st.text())
def test_any_text_is_known_or_not(field: str, text: str) -> None:
    value = closed_value(field, text)
    assert value is None or closed_value(field, value) == value
