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
    "boxes without text": Row(
        "IDCard", dict.fromkeys(ID_CARD, ""), dict.fromkeys(("name",)), ("status.agrees",)
    ),
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
    "an end under a start's label": licence(
        {"起始日期": "长期", "有效期限": "2016-03-15"},
        "valid_from.format",
        valid_from="2016-03-15",
    ),
    "a term under a start's label": licence(
        {"起始日期": "10年"}, "valid_from.format", valid_from="2016-03-15"
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
