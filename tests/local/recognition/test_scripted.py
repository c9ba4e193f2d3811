from __future__ import annotations

import json
from pathlib import Path

import pytest

from coslocal.ci.recognition import RecognisedField, UnreadableImage
from local.recognition.scripted import (
    SCRIPTED_PREFIX,
    ScriptedRecogniser,
    scripted_card,
    scripted_error,
)

FIELD = RecognisedField("姓名", "样本甲", 90, ((1, 2), (1, 9), (20, 9), (20, 2)))
SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def write_sample(folder: Path, **changes: object) -> bytes:
    truth = {
        "card_type": "IDCard",
        "outcome": "recognised",
        "readable": True,
        "fields": {"name": "样本甲", "birth_date": "1990-01-02"},
        "boxes": {"name": [[1, 2], [1, 9], [20, 9], [20, 2]]},
    }
    content = json.dumps(changes).encode()
    (folder / "one.jpg").write_bytes(content)
    (folder / "one.json").write_text(json.dumps(truth | changes))
    return content


def test_a_content_is_found_by_its_sha256() -> None:
    recogniser = ScriptedRecogniser({SHA256_OF_ABC: [FIELD]})

    assert recogniser.recognise(b"abc", "IDCard") == [FIELD]


def test_an_unknown_content_gets_the_default() -> None:
    assert ScriptedRecogniser().recognise(b"abc", "IDCard") == []
    assert ScriptedRecogniser(default=[FIELD]).recognise(b"abc", "IDCard") == [FIELD]


def test_a_scripted_error_is_raised() -> None:
    recogniser = ScriptedRecogniser(default=UnreadableImage("InternalError", "scripted"))

    with pytest.raises(UnreadableImage, match="InternalError") as caught:
        recogniser.recognise(b"abc", "IDCard")

    assert caught.value.code == "InternalError"


def test_a_callable_answers_for_the_content_and_the_card_type() -> None:
    recogniser = ScriptedRecogniser(
        default=lambda image, card_type: [FIELD] if (image, card_type) == (b"x", "IDCard") else []
    )

    assert recogniser.recognise(b"x", "IDCard") == [FIELD]
    assert recogniser.recognise(b"x", "DriverLicense") == []


def test_a_content_carries_its_own_answer() -> None:
    content = scripted_card({"姓名": "样本甲", "别的": "任何"}, score=42)

    fields = ScriptedRecogniser(default=[FIELD]).recognise(content, "IDCard")

    assert [(field.name, field.text, field.score) for field in fields] == [
        ("姓名", "样本甲", 42),
        ("别的", "任何", 42),
    ]
    assert all(len(field.points) == 4 for field in fields)


def test_a_content_carries_its_own_failure() -> None:
    with pytest.raises(UnreadableImage) as caught:
        ScriptedRecogniser().recognise(scripted_error("InternalError"), "IDCard")

    assert caught.value.code == "InternalError"


@pytest.mark.parametrize("script", [b"", b"{", b"[]", b'"text"', b"{}", b'{"fields": [1]}'])
def test_a_broken_script_in_a_content_is_an_unreadable_image(script: bytes) -> None:
    with pytest.raises(UnreadableImage) as caught:
        ScriptedRecogniser().recognise(SCRIPTED_PREFIX + script, "IDCard")

    assert caught.value.code == "ResourceNotSupported"


def test_a_sample_is_answered_from_its_truth_file(tmp_path: Path) -> None:
    content = write_sample(tmp_path)

    name, birth = ScriptedRecogniser.for_samples(tmp_path).recognise(content, "IDCard")

    assert (name.name, name.text) == ("姓名", "样本甲")
    assert name.points == ((1, 2), (1, 9), (20, 9), (20, 2))
    assert (birth.name, birth.text) == ("出生", "1990年1月2日")


def test_a_licence_s_term_is_one_text(tmp_path: Path) -> None:
    fields = {"valid_from": "2015-03-04", "valid_until": "长期"}
    content = write_sample(tmp_path, card_type="DriverLicense", fields=fields, boxes={})

    (term,) = ScriptedRecogniser.for_samples(tmp_path).recognise(content, "DriverLicense")

    assert (term.name, term.text) == ("有效期限", "2015-03-04至长期")


def test_a_sample_of_the_other_card_type_shows_no_card(tmp_path: Path) -> None:
    content = write_sample(tmp_path)

    assert ScriptedRecogniser.for_samples(tmp_path).recognise(content, "DriverLicense") == []


def test_a_sample_that_fails_is_unreadable(tmp_path: Path) -> None:
    content = write_sample(tmp_path, outcome="failed", fields={}, boxes={})

    with pytest.raises(UnreadableImage):
        ScriptedRecogniser.for_samples(tmp_path).recognise(content, "IDCard")


@pytest.mark.parametrize(
    "change", [{"outcome": "maybe"}, {"card_type": "Passport"}, {"fields": None}, {"boxes": 3}]
)
def test_a_malformed_truth_file_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    write_sample(tmp_path, **change)

    with pytest.raises(ValueError, match=r"one\.json is not a truth file"):
        ScriptedRecogniser.for_samples(tmp_path)


def test_a_truth_file_without_a_picture_is_named(tmp_path: Path) -> None:
    write_sample(tmp_path)
    (tmp_path / "one.jpg").unlink()

    with pytest.raises(ValueError, match=r"has no one\.jpg beside it"):
        ScriptedRecogniser.for_samples(tmp_path)
