"""The real engine on the samples, and on content that is no picture."""

from __future__ import annotations

import io
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import local.samples
from coslocal.ci.recognition import RecognisedField, UnreadableImage
from local.recognition.truth import LABEL_OF_FIELD, Truth, read_truth, read_truths
from shared.card import IdInfo, ReadCard
from tests.support.cards import read

if TYPE_CHECKING:
    from local.recognition.ocr import OcrRecogniser

pytestmark = pytest.mark.ocr

FOLDER = Path(local.samples.__file__).parent
FONTS = Path(__file__).parent / "fonts"
READABLE = [(path, truth) for path, truth in read_truths(FOLDER) if truth.readable]

Corners = tuple[tuple[int, int], ...]
Results = dict[Path, list[RecognisedField]]


@pytest.fixture(scope="module")
def recogniser() -> Iterator[OcrRecogniser]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the engine's dependencies have their own
        from local.recognition.ocr import OcrRecogniser  # noqa: PLC0415 - installed for these alone

        yield OcrRecogniser()


@pytest.fixture(scope="module")
def results(recogniser: OcrRecogniser) -> Results:
    return {
        path: recogniser.recognise(path.read_bytes(), truth.card_type) for path, truth in READABLE
    }


def reading_of(result: list[RecognisedField], truth: Truth) -> ReadCard:
    infos = [IdInfo(field.name, field.text, field.score, field.points) for field in result]
    return read(truth.card_type, infos, status="1")


def is_misread(text: str | None, truth: str) -> bool:
    """Whether one character was read as another of its kind, which no check can notice."""
    pairs = [pair for pair in zip(text or "", truth, strict=False) if pair[0] != pair[1]]
    if len(text or "") != len(truth) or len(pairs) != 1:
        return False
    ((one, printed),) = pairs
    return one.isdigit() == printed.isdigit() and one.isascii() == printed.isascii()


def overlap(one: Corners, other: Corners) -> float:
    """Intersection over union of the level rectangles around both."""
    (left, top, right, bottom), (left2, top2, right2, bottom2) = around(one), around(other)
    across = max(0, min(right, right2) - max(left, left2))
    down = max(0, min(bottom, bottom2) - max(top, top2))
    areas = (right - left) * (bottom - top) + (right2 - left2) * (bottom2 - top2)
    return across * down / (areas - across * down)


def around(corners: Corners) -> tuple[int, int, int, int]:
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def blank(width: int, height: int, kind: str = "JPEG") -> bytes:
    from PIL import Image  # noqa: PLC0415 - installed for these tests alone

    content = io.BytesIO()
    Image.new("L", (width, height), 200).save(content, kind)
    return content.getvalue()


def declaring(content: bytes, width: int, height: int) -> bytes:
    """Return the JPEG with other dimensions in its header."""
    start = content.index(b"\xff\xc0") + 5
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return content[:start] + size + content[start + 4 :]


def test_95_percent_of_the_fields_are_exact(results: Results) -> None:
    wrong, total = [], 0
    for path, truth in READABLE:
        fields = reading_of(results[path], truth).fields
        total += len(truth.fields)
        wrong += [
            (path.relative_to(FOLDER), name)
            for name, text in truth.fields.items()
            if fields[name] != text
        ]

    assert len(wrong) <= 0.05 * total, wrong


def test_of_twenty_cards_in_five_other_fonts_97_percent_of_the_fields_are_right(
    recogniser: OcrRecogniser, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong field is in need of review, but for a character misread as another valid one."""
    counts: Counter[str] = Counter()
    named: list[str] = []
    for path, truth in read_truths(FONTS):
        card = reading_of(recogniser.recognise(path.read_bytes(), truth.card_type), truth)
        is_flagged = not all(check.passed for check in card.checks)
        wrong = [name for name, text in truth.fields.items() if card.fields[name] != text]
        counts["cards"] += 1
        counts["whole cards for review"] += is_flagged and not wrong
        counts["fields"] += len(truth.fields)
        for name in wrong:
            misread = is_misread(card.fields[name], truth.fields[name])
            kind = "for review" if is_flagged else "misread" if misread else "silently wrong"
            counts[kind] += 1
            named.append(f"{path.relative_to(FONTS)}: {name} {kind}")
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *named, str(dict(counts)), ""]))

    assert counts["cards"] == 20
    assert len(named) <= 0.03 * counts["fields"]
    assert counts["silently wrong"] == 0
    assert counts["whole cards for review"] == 0


@pytest.mark.parametrize(
    ("path", "truth"), READABLE, ids=[str(path.relative_to(FOLDER)) for path, _ in READABLE]
)
def test_the_points_are_those_of_the_picture_as_uploaded(
    results: Results, path: Path, truth: Truth
) -> None:
    found = {field.name: field.points for field in results[path]}

    for name, corners in truth.boxes.items():
        points = found[LABEL_OF_FIELD[truth.card_type][name]]
        assert overlap(points, corners) > 0.33, name
        # The first point is where reading begins, however the card lies.
        nearest = min(
            range(4),
            key=lambda i: abs(points[0][0] - corners[i][0]) + abs(points[0][1] - corners[i][1]),
        )
        assert nearest == 0, name


def test_a_picture_without_a_card_has_no_fields(recogniser: OcrRecogniser) -> None:
    assert recogniser.recognise((FOLDER / "id" / "no-card.jpg").read_bytes(), "IDCard") == []


def test_a_card_of_the_other_type_has_no_fields(recogniser: OcrRecogniser) -> None:
    assert recogniser.recognise((FOLDER / "id" / "small.jpg").read_bytes(), "DriverLicense") == []


@pytest.mark.parametrize(("width", "height"), [(16_000, 3), (3, 16_000), (1, 1)])
def test_a_photo_too_thin_for_a_card_has_no_fields(
    recogniser: OcrRecogniser, width: int, height: int
) -> None:
    assert recogniser.recognise(blank(width, height, "PNG"), "IDCard") == []


def test_a_photo_in_16_bits_of_grey_is_read(recogniser: OcrRecogniser) -> None:
    from PIL import Image  # noqa: PLC0415 - installed for these tests alone

    path = FOLDER / "id" / "small.jpg"
    truth = read_truth(path.with_suffix(".json"))
    content = io.BytesIO()
    with Image.open(path) as photo:
        grey = photo.convert("L").convert("I").point(lambda level: level * 257)
    grey.convert("I;16").save(content, "PNG")

    result = recogniser.recognise(content.getvalue(), "IDCard")

    assert reading_of(result, truth).fields == truth.fields


def test_two_threads_read_what_one_reads(recogniser: OcrRecogniser, results: Results) -> None:
    path = FOLDER / "id" / "small.jpg"
    card_type = read_truth(path.with_suffix(".json")).card_type

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(recogniser.recognise, path.read_bytes(), card_type) for _ in range(2)]

    assert [future.result() for future in both] == [results[path]] * 2


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.7", id="of another type"),
        pytest.param(b"\xff\xd8\xff" + bytes(100), id="a JPEG by its first bytes alone"),
        pytest.param((FOLDER / "driver" / "truncated.jpg").read_bytes(), id="truncated"),
    ],
)
def test_content_that_is_no_whole_picture_is_unreadable(
    recogniser: OcrRecogniser, content: bytes
) -> None:
    with pytest.raises(UnreadableImage) as caught:
        recogniser.recognise(content, "IDCard")

    assert caught.value.code == "ResourceNotSupported"


@pytest.mark.parametrize(("width", "height"), [(65_000, 65_000), (10_000, 10_000), (8_000, 7_000)])
def test_a_picture_too_large_to_decode_is_unreadable(
    recogniser: OcrRecogniser, width: int, height: int
) -> None:
    with pytest.raises(UnreadableImage, match="more than 50000000 pixels"):
        recogniser.recognise(declaring(blank(8, 8), width, height), "IDCard")


def test_a_picture_that_memory_has_no_room_for_is_unreadable(
    recogniser: OcrRecogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_picture: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", full)
    with pytest.raises(UnreadableImage, match="no memory"):
        recogniser.recognise(blank(8, 8), "IDCard")


def test_an_orientation_in_the_exif_data_changes_nothing(
    recogniser: OcrRecogniser, results: Results
) -> None:
    from PIL import Image  # noqa: PLC0415 - installed for these tests alone

    path = FOLDER / "id" / "small.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    content = path.read_bytes()
    segment = b"\xff\xe1" + (len(exif.tobytes()) + 2).to_bytes(2, "big") + exif.tobytes()

    oriented = recogniser.recognise(content[:2] + segment + content[2:], "IDCard")

    assert oriented == results[path]
