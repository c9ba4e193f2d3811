"""What OCR services return for such cards and a reader must not take for a whole card.

One row for each input that other people met: what CI says, the fields that it gives, what fails.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from shared.card import CardType, ReadCard
from shared.card.reading import read_card
from shared.jobs.reply import job_in_callback
from tests.support.cards import (
    AT,
    ID_CARD,
    LICENCE,
    MINIMUM,
    NAME,
    ORDINARY,
    finished_job,
    job_node,
)

NUMBER = ID_CARD["公民身份号码"]
OTHER_NUMBER = "990101198506070020"


class Row(NamedTuple):
    """What differs from a whole card, and what must come of it.

    `texts` take the place of the card's own under the same label; None takes the label away.
    `more` are further IdInfo nodes, `members` those of the first node, `status` is CI's Status.
    """

    card_type: CardType
    texts: Mapping[str, str | None] = {}
    fields: Mapping[str, str | None] = {}
    fails: tuple[str, ...] = ()
    more: tuple[dict[str, Any], ...] = ()
    members: Mapping[str, Any] = {}
    status: object = 1


def licence(texts: Mapping[str, str | None], /, *fails: str, **fields: str | None) -> Row:
    return Row("DriverLicense", texts, fields, fails)


def id_card(texts: Mapping[str, str | None], /, *fails: str, **fields: str | None) -> Row:
    return Row("IDCard", texts, fields, fails)


def node(label: str, text: str, top: int = 0) -> dict[str, Any]:
    corners = [f"10,{top}", f"10,{top + 40}", f"400,{top + 40}", f"400,{top}"]
    return {"Name": label, "DetectedText": text, "Score": 99, "Location": {"Point": corners}}


ROWS = {
    "an end under 至": licence(
        {"有效期限": "20150518", "至": "20210518"},
        valid_from="2015-05-18",
        valid_until="2021-05-18",
    ),
    "an end under 有效期限": licence(
        {"有效起始日期": "2010-01-01", "有效期限": "2020-01-01", "初次领证日期": "2009-05-05"},
        valid_from="2010-01-01",
        valid_until="2020-01-01",
    ),
    "an end cut off": licence(
        {"有效期限": "2016-04-21至2026-04-2"},
        *("fields.complete", "valid_until.format"),
        valid_from="2016-04-21",
        valid_until=None,
    ),
    "a range the wrong way round": licence({"有效期限": "2026-04-21至2016-04-21"}, "dates.order"),
    "a first issue before the birth": licence({"初次领证日期": "1989-03-15"}, "dates.order"),
    "a term of 16 years": licence({"有效期限": "2016-03-15 16年"}, "dates.order"),
    "a term of 99 years": licence({"有效期限": "2016-03-15 99年"}, "dates.order"),
    "the labels of CI's older OCR": licence(
        {
            "初次领证日期": None,
            "有效期限": None,
            "发证单位": None,
            "领证日期": "2010-03-15",
            "起始日期": "2016-03-15",
            "有效日期": "2026-03-15",
            "红章": "样例省虚构市公安局",
        },
        first_issue_date="2010-03-15",
        valid_from="2016-03-15",
        valid_until="2026-03-15",
        issuing_authority="样例省虚构市公安局",
    ),
    "a name alone": id_card(
        {label: None for label in ID_CARD if label != "姓名"}, "fields.complete", name=NAME
    ),
    "an ID card read as a licence": Row(
        "DriverLicense",
        {**dict.fromkeys(LICENCE), **ID_CARD},
        {"license_number": NUMBER, "valid_from": None},
        ("fields.complete",),
    ),
    "a licence read as an ID card": Row(
        "IDCard",
        {**dict.fromkeys(ID_CARD), **LICENCE},
        {"id_number": None, "ethnicity": None},
        ("fields.complete",),
    ),
    "two people": Row(
        "IDCard",
        fields={"name": NAME},
        fails=("fields.consistent",),
        more=(node("姓名", "样本乙"),),
    ),
    "an address in two items": Row(
        "IDCard",
        {"住址": None},
        {"address": "样例省虚构市测试路1号"},
        more=(node("住址", "样例省虚构市"), node("住址", "测试路1号", 60)),
    ),
    "boxes without text": Row(
        "IDCard", dict.fromkeys(ID_CARD, ""), dict.fromkeys(("name",)), ("status.agrees",)
    ),
    "text where CI says there is no card": Row("IDCard", fails=("status.agrees",), status=0),
    "a small x, full-width digits and blanks": id_card(
        {"公民身份号码": "９９０１０１ 1990 0102 009x"}, id_number="99010119900102009X"
    ),
    "a number of 15 digits": id_card(
        {"公民身份号码": "990101900102001"}, "id_number.form", id_number="990101900102001"
    ),
    **{
        f"a birth in {year}": id_card(
            {"出生": f"{year}年1月2日"}, "id_number.birth_date", "dates.order"
        )
        for year in ("0001", "1191", "1850")
    },
    **{
        f"a class {text}": licence({"准驾车型": text}, "vehicle_class.known", vehicle_class=text)
        for text in ("CI", "C7")
    },
    "an ethnicity of another character": id_card({"民族": "汊"}, "ethnicity.known", ethnicity="汊"),
    "a gender of another character": id_card({"性别": "勇"}, "gender.known", gender="勇"),
    **{
        f"a score of {score}": Row("IDCard", fails=("name.format",), members={"Score": score})
        for score in ("99%", 101, -1)
    },
    "a second text": Row(
        "IDCard", fails=("fields.consistent",), members={"DetectedText": [NAME, "样本乙"]}
    ),
    "an element in the place of a second text": Row(
        "IDCard",
        fields={"name": NAME},
        fails=("name.format",),
        members={"DetectedText": [NAME, {"x": "样本乙"}]},
    ),
    "two scores": Row("IDCard", fails=("name.format",), members={"Score": [99, 10]}),
    "two labels of one text": Row(
        "IDCard",
        fields={"name": None},
        fails=("fields.complete",),
        members={"Name": ["姓名", "住址"]},
    ),
    "two states": Row("IDCard", fails=("status.agrees",), status=[1, 0]),
    **{
        f"a second person under {label}": Row(
            "IDCard", fails=("fields.consistent",), more=(node(label, "样本乙"),)
        )
        for label in ("姓名2", "Name2", "Name (2)", "姓名二", "二、姓名")
    },
    "another person's number behind the address": id_card(
        {"住址": f"{ID_CARD['住址']}{OTHER_NUMBER}"}, "fields.consistent", "address.format"
    ),
    **{
        f"an address {what}": id_card({"住址": text}, "address.format", address=text)
        for what, text in {
            "with its label": f"住址{ID_CARD['住址']}",
            "that is other fields": "姓名样本甲性别男",
            "with a second person": f"{ID_CARD['住址']}姓名样本乙",
            "with the card's number": f"{ID_CARD['住址']}{NUMBER}",
            "cut off": f"{ID_CARD['住址']}…",
        }.items()
    },
    **{
        f"a {field} of more than 1,000 characters": licence(
            {label: text + " " * 1000 + "Z"}, "fields.complete", f"{field}.format", **{field: None}
        )
        for label, text, field in (
            *(("姓名", NAME, "name"), ("住址", "测试路1号", "address")),
            *(("准驾车型", "C1", "vehicle_class"), ("证号", NUMBER, "license_number")),
        )
    },
    "two addresses that differ behind 1,000 characters": Row(
        "IDCard",
        {"住址": "样" * 1000 + "甲"},
        {"address": None},
        ("fields.complete", "address.format"),
        more=(node("住址", "样" * 1000 + "乙"),),
    ),
    "an address joined of more than 1,000 characters": Row(
        "IDCard",
        {"住址": None},
        fails=("address.format",),
        more=(node("住址", "样" * 600), node("住址", "例" * 600, 60)),
    ),
    "a validity of more than 1,000 characters": licence(
        {"有效期限": "2016-03-15至2026-03-15" + " " * 1000 + "Z"},
        *("fields.complete", "valid_from.format"),
        valid_from=None,
        valid_until=None,
    ),
    "the holder in the place of the authority": licence({"发证单位": NAME}, "fields.consistent"),
    "a date in the place of the authority": licence(
        {"发证单位": "2016-05-05"}, "issuing_authority.format"
    ),
    "no authority": licence({"发证单位": "-"}, issuing_authority=None),
    "a validity that begins in years": licence(
        {"有效期限": "2030-05-05至2040-05-05"}, "dates.order"
    ),
    "an end under a start's label": licence(
        {"起始日期": "长期", "有效期限": "2016-03-15"},
        "valid_from.format",
        valid_from="2016-03-15",
    ),
    "a term under a start's label": licence(
        {"起始日期": "10年"}, "valid_from.format", valid_from="2016-03-15"
    ),
    "a licence of a foreigner with a passport's number": licence(
        {"证号": "E1234567", "国籍": "日本"}, "license_number.form", license_number="E1234567"
    ),
}


def read_row(row: Row) -> ReadCard:
    whole = {**ORDINARY[row.card_type], **row.texts}
    nodes = [node(label, text) for label, text in whole.items() if text is not None]
    nodes[:1] = [{**found, **row.members} for found in nodes[:1]]
    job = job_node(finished_job(card_type=row.card_type))
    job["Operation"]["ImageLicenseRecResult"] |= {
        "Status": row.status,
        "IdInfo": [*nodes, *row.more],
    }
    read, _ = job_in_callback(json.dumps({"JobsDetail": job}).encode())
    assert read.container is not None
    container = read.container
    return read_card(
        row.card_type, container.id_infos, status=container.status, at=AT, minimum_score=MINIMUM
    )


@pytest.mark.parametrize("name", ROWS)
def test_what_contradicts_itself_or_lacks_something_is_found(name: str) -> None:
    card, row = read_row(ROWS[name]), ROWS[name]

    assert {field: card.fields[field] for field in row.fields} == {**row.fields}
    assert [check.name for check in card.checks if not check.passed] == [*row.fails]


def test_a_text_of_1000_characters_may_be_one_of_a_card() -> None:
    assert all(check.passed for check in read_row(id_card({"住址": "样" * 1000})).checks)


def test_four_locations_of_one_point_are_four_corners() -> None:
    points = [{"Point": point} for point in ("1,2", "1,4", "3,4", "3,2")]
    card = read_row(Row("IDCard", members={"Location": points}))

    assert card.items[0][0].polygon == ((1, 2), (1, 4), (3, 4), (3, 2))
