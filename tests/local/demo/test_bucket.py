from __future__ import annotations

from pathlib import Path

import pytest

from local.cloud import SAMPLES
from local.demo.bucket import NoCards, cards_in, result_key, sample_cards
from local.demo.display import printable
from local.page.cards import masked


def test_files_become_keys_by_the_folder_they_lie_in(tmp_path: Path) -> None:
    folder = tmp_path / "cards"
    for name in ["a.jpg", "x/b.png", "Driver licences/c.jpg", "x/drivers/d.txt", ".hidden/e.jpg"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    assert {card.key for card in cards_in(folder)} == {
        "uploads/id/a.jpg",
        "uploads/id/x/b.png",
        "uploads/driver/Driver licences/c.jpg",
        "uploads/driver/x/drivers/d.txt",
    }


def test_a_folder_of_licences_can_be_given_itself(tmp_path: Path) -> None:
    folder = tmp_path / "driver"
    folder.mkdir()
    (folder / "a.jpg").touch()
    assert [card.key for card in cards_in(folder)] == ["uploads/driver/a.jpg"]


def test_a_missing_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoCards, match=r"there is no folder .*absent"):
        cards_in(tmp_path / "absent")
    with pytest.raises(NoCards, match="there are no files in"):
        cards_in(tmp_path)


def test_the_samples_lie_under_the_keys_of_their_card_type() -> None:
    cards = sample_cards(SAMPLES)
    assert len(cards) >= 8
    assert {(card.key.split("/")[1], card.truth.card_type) for card in cards if card.truth} == {
        ("id", "IDCard"),
        ("driver", "DriverLicense"),
    }


def test_a_result_lies_beside_no_photo_and_names_its_version() -> None:
    assert result_key("uploads/a.jpg", "0f") == "ocr/results/uploads/a.jpg.0f.json"


def test_a_result_of_a_long_key_lies_under_its_digest() -> None:
    digest = "37fb77ac2ae12ddc2f4e1b5a9a5d1d9e"
    name = result_key("uploads/" + "a" * 700, "0f")
    assert name.startswith("ocr/results/~/")
    assert len(name) == len("ocr/results/~/") + 2 * len(digest) + len(".0f.json")


def test_a_masked_value_shows_its_first_character_and_its_length() -> None:
    assert (masked("样本甲"), masked("女")) == ("样**", "*")


def test_a_key_that_would_upset_a_terminal_is_escaped() -> None:
    assert printable("uploads/中 +\x1b[2J\n\udcff.jpg") == r"uploads/中 +\x1b[2J\n\udcff.jpg"
