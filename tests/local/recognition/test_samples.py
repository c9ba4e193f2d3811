"""The truth files: everything else that measures recognition believes them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import local.samples
from local.recognition.truth import LABEL_OF_FIELD, Truth, printed_fields, read_truths
from shared.card import FIELD_NAMES, IdInfo
from tests.support.cards import read

FOLDER = Path(local.samples.__file__).parent
FONTS = Path(__file__).parent / "fonts"


def samples_in(folder: Path) -> dict[str, tuple[Path, Truth]]:
    return {
        str(path.relative_to(folder.parent)): (path, truth) for path, truth in read_truths(folder)
    }


DEMO = samples_in(FOLDER)
IN_OTHER_FONTS = samples_in(FONTS)
SAMPLES = DEMO | IN_OTHER_FONTS
CARDS = {name: truth for name, (_, truth) in SAMPLES.items() if truth.outcome == "recognised"}

every_sample = pytest.mark.parametrize("name", SAMPLES)
every_card = pytest.mark.parametrize("truth", CARDS.values(), ids=CARDS)


def number_of(truth: Truth) -> str:
    return truth.fields["id_number" if truth.card_type == "IDCard" else "license_number"]


def test_there_are_ten_samples_or_more_of_every_kind() -> None:
    assert len(DEMO) >= 10
    assert {(truth.card_type, truth.outcome) for _, truth in DEMO.values()} >= {
        ("IDCard", "recognised"),
        ("DriverLicense", "recognised"),
        ("IDCard", "nothing_found"),
        ("DriverLicense", "failed"),
    }


def test_ten_cards_of_each_type_are_drawn_in_other_fonts() -> None:
    assert Counter(truth.card_type for _, truth in IN_OTHER_FONTS.values()) == {
        "IDCard": 10,
        "DriverLicense": 10,
    }


@pytest.mark.parametrize(
    ("samples", "each", "together"),
    [
        pytest.param(DEMO, 250_000, 1_500_000, id="of the demo"),
        pytest.param(IN_OTHER_FONTS, 60_000, 1_200_000, id="in other fonts"),
    ],
)
def test_the_photos_are_small_enough_to_ship(
    samples: dict[str, tuple[Path, Truth]], each: int, together: int
) -> None:
    sizes = [path.stat().st_size for path, _ in samples.values()]

    assert max(sizes) < each
    assert sum(sizes) < together


def test_every_photo_has_its_truth() -> None:
    photos = {*FOLDER.rglob("*.jpg"), *FONTS.rglob("*.jpg")}

    assert {path for path, _ in SAMPLES.values()} == photos


@every_sample
def test_a_sample_lies_in_the_folder_of_its_card_type(name: str) -> None:
    folder = {"IDCard": "id", "DriverLicense": "driver"}[SAMPLES[name][1].card_type]

    assert Path(name).parent.name == folder


@every_sample
def test_a_sample_is_a_jpeg(name: str) -> None:
    assert SAMPLES[name][0].read_bytes().startswith(b"\xff\xd8\xff")


@every_sample
def test_only_a_recognised_sample_has_fields(name: str) -> None:
    truth = SAMPLES[name][1]
    expected = set(FIELD_NAMES[truth.card_type]) if truth.outcome == "recognised" else set()

    assert set(truth.fields) == expected
    assert all(truth.fields.values())
    assert truth.readable == (truth.outcome == "recognised")


@every_card
def test_every_printed_field_has_a_box(truth: Truth) -> None:
    assert set(truth.boxes) == set(LABEL_OF_FIELD[truth.card_type])


@every_card
def test_a_box_has_four_corners_in_reading_order(truth: Truth) -> None:
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in truth.boxes.values():
        # Twice the area, by the shoelace formula; negative where the corners go anticlockwise.
        assert (ax - cx) * (by - dy) - (bx - dx) * (ay - cy) < 0


@every_card
def test_a_number_is_of_a_region_that_does_not_exist(truth: Truth) -> None:
    assert number_of(truth).startswith("99")


@every_card
def test_the_card_s_own_texts_are_read_as_the_truth(truth: Truth) -> None:
    """The demo's scripted recogniser and the product agree on every field: a whole card."""
    infos = [
        IdInfo(field.name, field.text, field.score, field.points) for field in printed_fields(truth)
    ]

    card = read(truth.card_type, infos, status="1")
    assert card.fields == truth.fields
    assert [check for check in card.checks if not check.passed] == []
