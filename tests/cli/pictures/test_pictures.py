from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from cli.pictures.drawing import decoded, with_boxes
from cli.pictures.score import band
from cli.pictures.thumbnail import MAX_BYTES, thumbnail_of

SAMPLE = Path("local/samples/driver/angle.jpg").read_bytes()
GREY = (128, 128, 128)


def picture(size: tuple[int, int] = (400, 300)) -> Image.Image:
    return Image.new("RGB", size, GREY)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def item(score: float | None, *points: tuple[float, float]) -> dict[str, object]:
    return {"field": "name", "score": score, "polygon": points}


@pytest.mark.parametrize(
    ("score", "named"),
    [(None, "none"), (0, "low"), (79.9, "low"), (80, "fair"), (89.9, "fair"), (90, "good")],
)
def test_the_band_of_a_score_follows_the_minimum(score: float | None, named: str) -> None:
    assert band(score, 80) == named


@pytest.mark.parametrize(("score", "hue"), [(99, 1), (50, 0)])
def test_a_box_is_drawn_at_its_pixels_in_the_colour_of_its_score(score: int, hue: int) -> None:
    corners = ((100, 100), (100, 200), (300, 200), (300, 100))
    drawn = with_boxes(picture(), [item(score, *corners)], 80)
    for place in ((100, 150), (300, 150), (200, 200)):
        colour = drawn.getpixel(place)
        assert isinstance(colour, tuple)
        assert colour != GREY
        assert max(colour) == colour[hue]
    assert drawn.getpixel((200, 150)) == GREY
    assert picture().tobytes() != drawn.tobytes()


def test_an_item_without_a_place_is_not_drawn() -> None:
    assert with_boxes(picture(), [item(99)], 80).tobytes() == picture().tobytes()


def test_a_box_beyond_the_edges_breaks_nothing() -> None:
    with_boxes(picture(), [item(None, (-50, -50), (-50, 900), (9000, 900), (9000, -50))], 80)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "BMP", "WEBP"])
def test_what_ci_reads_can_be_drawn_on(form: str) -> None:
    found = decoded(encoded(picture(), form))
    assert found is not None
    assert found.size == (400, 300)


@pytest.mark.parametrize("content", [b"", b"hello", SAMPLE[:5000], b"GIF89a", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_none(content: bytes) -> None:
    assert decoded(content) is None
    assert thumbnail_of(content) is None


def test_pixels_stay_where_they_are_stored_whatever_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter to show it
    found = decoded(encoded(picture(), "JPEG", exif=exif))
    assert found is not None
    assert found.size == (400, 300)


def test_a_thumbnail_is_small_and_knows_the_size_of_the_photo() -> None:
    found = thumbnail_of(SAMPLE)
    original = decoded(SAMPLE)
    assert found is not None
    assert original is not None
    assert len(found.jpeg) <= MAX_BYTES == 30_000
    assert (found.width, found.height) == original.size


def test_a_photo_full_of_noise_is_small_too() -> None:
    noise = Image.effect_noise((1600, 1200), 200).convert("RGB")
    found = thumbnail_of(encoded(noise, "PNG"))
    assert found is not None
    assert len(found.jpeg) <= MAX_BYTES


def test_a_thumbnail_keeps_nothing_but_the_pixels() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    found = thumbnail_of(encoded(picture(), "JPEG", exif=exif, comment=b"by whom"))
    assert found is not None
    with Image.open(io.BytesIO(found.jpeg)) as small:
        assert not small.getexif()
        assert "comment" not in small.info
