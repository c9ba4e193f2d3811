"""The order of a card's dates, and the term of a licence."""

from __future__ import annotations

import pytest

from tests.support.cards import failures, id_infos, licence_failures, read


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [
        ({"出生": "1899-12-31"}, "birth_date is before 1900"),
        ({"出生": "0001-01-01"}, "birth_date is before 1900"),
        ({"出生": "2026-01-03"}, "birth_date is after the job's day"),
        ({"出生": "9999-12-31"}, "birth_date is after the job's day"),
    ],
)
def test_a_birth_lies_between_1900_and_the_jobs_day(texts: dict[str, str], wrong: str) -> None:
    assert failures(**texts)["dates.order"] == wrong


@pytest.mark.parametrize("born", ["1900-01-01", "2026-01-02"])
def test_a_birth_may_lie_on_the_first_day_and_on_the_last(born: str) -> None:
    assert "dates.order" not in failures(出生=born)


@pytest.mark.parametrize(
    ("at", "fails"), [("2026-01-01T15:59:59Z", True), ("2026-01-01T16:00:00Z", False)]
)
def test_the_jobs_day_is_that_of_utc_8(at: str, *, fails: bool) -> None:
    assert ("dates.order" in failures(at=at, 出生="2026-01-02")) is fails
    issued = {"初次领证日期": "2026-01-02", "有效期限": "2026-01-02至2032-01-02"}
    assert ("dates.order" in failures("DriverLicense", at=at, **issued)) is fails


def test_somebody_born_at_the_calendars_end_is_never_old_enough() -> None:
    wrong = licence_failures(出生日期="9990-01-02", 初次领证日期="9999-01-02")["dates.order"]
    assert "first_issue_date is less than 16 years after birth_date" in (wrong or "")


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [
        *(
            (
                {"初次领证日期": first},
                "first_issue_date is less than 16 years after birth_date",
            )
            for first in ("2006-01-01", "1990-01-02", "1989-01-02")
        ),
        (
            {"初次领证日期": "2026-01-03", "有效期限": "2026-01-03至2036-01-03"},
            "first_issue_date is after the job's day",
        ),
        ({"初次领证日期": "2016-03-16"}, "first_issue_date is after valid_from"),
        ({"有效期限": "2016-03-15至2022-03-17"}, "the validity is neither 6 nor 10 years"),
        ({"有效期限": "2016-03-15至2026-03-13"}, "the validity is neither 6 nor 10 years"),
        ({"有效期限": "2016-03-15至2024-03-15"}, "the validity is neither 6 nor 10 years"),
        ({"有效期限": "2016-03-15 16年"}, "the validity is neither 6 nor 10 years"),
        ({"有效期限": "2016-03-15 99年"}, "the validity is neither 6 nor 10 years"),
        (
            {"有效期限": "2026-03-15至2016-03-15"},
            "valid_from is not before valid_until; the validity is neither 6 nor 10 years",
        ),
        (
            {"有效期限": "2016-03-15至2016-03-15"},
            "valid_from is not before valid_until; the validity is neither 6 nor 10 years",
        ),
        (
            {"初次领证日期": "", "有效期限": "1990-01-02至2000-01-02"},
            "birth_date is not before valid_from",
        ),
    ],
)
def test_the_dates_of_a_licence_have_an_order(texts: dict[str, str], wrong: str) -> None:
    assert licence_failures(**texts)["dates.order"] == wrong


@pytest.mark.parametrize(
    "texts",
    [
        {"初次领证日期": "2016-03-15"},
        {"初次领证日期": "2006-01-02"},
        {"初次领证日期": "2026-01-02", "有效期限": "2026-01-02至2032-01-02"},
        {"有效期限": "2026-03-15至2036-03-15"},
        *(
            {"有效期限": f"2016-03-15至{end}"}
            for end in ("2022-03-14", "2022-03-15", "2022-03-16", "2026-03-14", "2026-03-16")
        ),
        {"有效期限": "2016-03-15至长期"},
        {"有效期限": "2016-02-29至2022-02-28"},
        {"有效期限": "2016-02-29至2022-03-01"},
        {"有效期限": "2016-02-29至2026-02-27"},
    ],
)
def test_a_licence_is_valid_for_6_years_or_10_or_the_long_term(texts: dict[str, str]) -> None:
    assert licence_failures(**texts) == {}


def test_a_term_beyond_the_calendar_is_none() -> None:
    at = "9998-06-01T00:00:00Z"
    late = failures("DriverLicense", at=at, 有效期限="9995-01-01至9999-01-01")
    assert late == {"dates.order": "the validity is neither 6 nor 10 years"}
    assert failures("DriverLicense", at=at, 有效期限="9993-01-01至9999-01-01") == {}


def test_the_calendar_ends_in_utc_8_as_well() -> None:
    assert failures(at="9999-12-31T23:00:00Z") == {}


def test_a_validity_begins_at_most_a_year_after_the_jobs_day() -> None:
    assert licence_failures(有效期限="2027-01-02至2033-01-02") == {}
    text = "valid_from is more than a year after the job's day"
    assert licence_failures(有效期限="2027-01-03至2033-01-03") == {"dates.order": text}
    assert licence_failures(有效期限="2027-01-03至长期") == {"dates.order": text}
    evening = "2026-01-02T16:00:00Z"  # the next day in UTC+8
    assert failures("DriverLicense", at=evening, 有效期限="2027-01-03至2033-01-03") == {}
    late = failures("DriverLicense", at=evening, 有效期限="2027-01-04至2033-01-04")
    assert late == {"dates.order": text}


@pytest.mark.parametrize(
    ("label", "text"),
    [
        *(("出生日期", "1990-01-02"), ("初次领证日期", "2010-01-02")),
        *(("有效起始日期", "2010-01-02"), ("有效期至", "2010-01-02")),
    ],
)
def test_an_order_is_checked_if_any_date_is_known(label: str, text: str) -> None:
    infos = id_infos(**{label: text})
    assert "dates.order" in [check.name for check in read("DriverLicense", infos).checks]


def test_no_order_is_checked_without_a_date() -> None:
    names = [check.name for check in read("DriverLicense", id_infos(姓名="样本")).checks]
    assert names == ["fields.complete", "fields.consistent", "score.minimum"]
