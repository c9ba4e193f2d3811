from __future__ import annotations

import json
from typing import Any

import pytest

from cli.terminal.masking import Masking, masked
from shared.documents import ResultError
from shared.log import Log
from tests.support.cards import ADDRESS, NAME, NUMBER, PERSONAL, id_infos
from tests.support.environment import SECRET
from tests.support.results import card_result, document_of
from tests.support.reviews import REVIEWER, review_document
from tests.support.schema import validate_form

KEY = f"uploads/{NAME}.jpg"
MASKED, REVEALED = Masking(SECRET, reveal=False), Masking(SECRET, reveal=True)


LABELS = {"姓名": NAME, "住址": ADDRESS, "公民身份号码": NUMBER, "备注": NAME}


def result(**changes: Any) -> dict[str, Any]:
    """A result as it lies in the bucket, with a label that names no field."""
    return document_of(card_result(KEY, **{"id_infos": id_infos(**LABELS), **changes}))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        ("男", "*"),
        ("样本甲", "样**"),
        ("990101199002300013", "9*****************"),
        ("1990-01-02", "1*********"),
        ("\U0002a6a5\U0002a6a5", "\U0002a6a5*"),
    ],
)
def test_a_masked_value_shows_its_length_and_at_most_one_character(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_a_masked_result_holds_nothing_personal_and_fits_the_schema() -> None:
    shown = MASKED.result(result())
    validate_form(shown)
    assert not [value for value in PERSONAL if value in json.dumps(shown, ensure_ascii=False)]


def test_a_masked_result_keeps_what_is_not_personal() -> None:
    known = id_infos(姓名=NAME)
    whole, shown = result(id_infos=known), MASKED.result(result(id_infos=known))
    assert [item["polygon"] for item in shown["items"]] == [i["polygon"] for i in whole["items"]]
    for name in ("outcome", "checks", "needs_review", "job", "evidence", "written_at"):
        assert shown[name] == whole[name]


def test_a_label_that_a_check_names_is_masked_too() -> None:
    infos = id_infos(**{"性别": "男", NAME: "x", "备注": "x"})  # CI took a name for a label
    details = {}
    for masking in (MASKED, REVEALED):
        checks = masking.result(result(id_infos=infos))["checks"]
        (details[masking.reveal],) = (
            one["detail"] for one in checks if one["name"] == "fields.complete"
        )
    assert details[True].endswith(f"; labels that fill no field: {NAME}, 备注")
    assert details[False] == details[True].replace(NAME, "样**").replace("备注", "备*")


def test_a_masked_review_holds_nothing_personal() -> None:
    document = review_document(card_result(KEY), name=NAME)
    assert MASKED.review(document)["reviewer"] == "r*********"
    shown = json.dumps(MASKED.review(document), ensure_ascii=False)
    assert not [one for one in (*PERSONAL, REVIEWER, "seen on the photo") if one in shown]
    assert REVEALED.review(document) == document


def test_a_label_that_names_no_field_is_masked_too() -> None:
    labels = [item["label"] for item in MASKED.result(result())["items"]]
    assert labels == ["姓名", "住址", "公民身份号码", "备*"]


def test_the_words_of_an_error_can_quote_a_key_and_are_left_out() -> None:
    failed = result(
        outcome="failed", id_infos=(), error=ResultError("NoSuchKey", f"no {KEY}", "job")
    )
    assert MASKED.result(failed)["error"] == {
        "code": "NoSuchKey",
        "message": None,
        "stage": "job",
    }


def test_a_masked_key_is_the_digest_in_the_log() -> None:
    log = Log("test", {}, "INFO")
    log.know_keys(SECRET, shown=False)
    assert MASKED.key(KEY) == log.key(KEY)


def test_the_name_of_an_object_is_shown_without_the_key() -> None:
    name = f"ocr/results/{KEY}.e1~2.json"
    assert MASKED.name(name, KEY) == f"ocr/results/{MASKED.key(KEY)}.e1~2.json"


def test_reveal_shows_everything_as_it_is() -> None:
    assert REVEALED.result(result()) == result()
    assert (REVEALED.key(KEY), REVEALED.value(NAME), REVEALED.message("m")) == (KEY, NAME, "m")


def test_a_masking_does_not_show_its_secret() -> None:
    assert SECRET not in repr(MASKED)
