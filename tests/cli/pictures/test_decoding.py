from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cli.pictures import decoding
from cli.pictures.decoding import MAX_BYTES, decoded, thumbnail_of
from cli.pictures.drawing import with_boxes
from cli.terminal.formats import band
from tests.support.pictures import vast_png

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


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_depth_of_a_png_is_drawn_as_it_looks(mode: str) -> None:
    levels = {"1": 1, "I;16": 128 * 256}
    shade = Image.new("L", (2000, 1500), 128).convert("1" if mode == "1" else "L")
    if mode == "I;16":
        shade = Image.new("I;16", (2000, 1500), levels[mode])
    found = thumbnail_of(encoded(shade if mode == "I;16" else shade.convert(mode), "PNG"))
    assert found is not None
    assert (found.width, found.height) == (2000, 1500)
    with Image.open(io.BytesIO(found.jpeg)) as small:
        mean = sum(small.convert("L").tobytes()) / (small.width * small.height)
    assert mean == pytest.approx(128, abs=3)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "BMP", "WEBP"])
def test_a_thumbnail_looks_like_its_photo(form: str) -> None:
    photo = Image.new("RGB", (3000, 2000), (200, 30, 30))
    photo.paste((30, 30, 200), (1500, 0, 3000, 2000))
    found = thumbnail_of(encoded(photo, form))
    assert found is not None
    with Image.open(io.BytesIO(found.jpeg)) as small:
        assert small.size == (480, 320)
        for x, colour in ((120, (200, 30, 30)), (360, (30, 30, 200))):
            assert small.convert("RGB").getpixel((x, 160)) == pytest.approx(colour, abs=12)


HOSTILE = {
    "more pixels than a photo": vast_png(8_000),
    "more than Pillow opens": vast_png(20_000),
    "a film": encoded(
        picture(), "WEBP", save_all=True, append_images=[Image.new("RGB", (400, 300))]
    ),
    "an animated PNG": encoded(
        picture(), "PNG", save_all=True, append_images=[Image.new("RGB", (400, 300))]
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_no_photo_of_a_card_is_is_not_decoded(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(_picture: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    assert decoded(HOSTILE[kind]) is None
    assert thumbnail_of(HOSTILE[kind]) is None


def test_a_phones_picture_with_a_preview_behind_it_is_drawn() -> None:
    assert thumbnail_of(encoded(picture(), "MPO", save_all=True, append_images=[picture()]))


def test_only_what_a_thumbnail_needs_of_a_jpeg_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = picture((4000, 3000))
    monkeypatch.setattr(decoding, "MAX_DECODED_BYTES", 1000 * 750 * 4)
    assert thumbnail_of(encoded(photo, "JPEG"))
    assert thumbnail_of(encoded(photo, "JPEG", progressive=True)) is None
    assert thumbnail_of(encoded(photo, "PNG")) is None


def test_memory_that_runs_out_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_picture: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", full)
    assert decoded(SAMPLE) is None
    assert thumbnail_of(SAMPLE) is None


def test_nothing_is_said_of_broken_exif_data(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    tag = b"\x1a\x01\x05\x00\xff\xff\xff\x7f\x00\x00\x00\x00"  # whose value lies far behind the end
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + tag * 9
    path.write_bytes(encoded(picture(), "JPEG", exif=exif))
    code = (
        "import pathlib, sys; from cli.pictures.decoding import thumbnail_of; "
        "sys.exit(thumbnail_of(pathlib.Path(sys.argv[1]).read_bytes()) is None)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True)
    assert ended.stderr == b""
