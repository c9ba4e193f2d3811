"""A recogniser that really reads. It uses rapidocr, whose wheel includes the models."""

from __future__ import annotations

import contextlib
import io
import math
import struct
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from coslocal.ci.recognition import NOT_SUPPORTED, CardType, RecognisedField, UnreadableImage
from local.recognition.layout import Found, find_fields
from local.recognition.lines import Line, Quad, evenly, stands, turned_back

FORMATS: Final = ("JPEG", "PNG", "BMP", "WEBP")

MAX_PIXELS: Final = 50_000_000
"""CI allows 250 million. In any of `FORMATS`, 50 million take 700 MB as they are decoded."""

MOST_OBLONG: Final = 20
"""The largest ratio of a photo's sides. A longer one shows no card, and may fail in the engine."""

LARGE_PIXELS: Final = 16_000_000
"""Only one larger picture is in memory at a time, even if several cards are read side by side."""

FEWEST_LINES: Final = 4
"""Every card shows as many lines, in any position."""

Pixels = Any
"""An array of rows, columns and BGR, 0 to 255."""


_one_large = threading.Lock()


class OcrRecogniser:
    """Reads the front of an ID card or the main page of a licence, in any position.

    It takes the pixels as stored and doesn't apply an orientation in the EXIF data, so the points
    fit the uploaded picture. It finds out from the text how the card is turned.
    """

    def __init__(self) -> None:
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,
                # Text upside down must stay unreadable, since that shows how the card is turned.
                "Global.use_cls": False,
                # The engine looks for text in at most so many pixels a side, but reads it in the
                # full picture. So a large photo takes no longer than a small one.
                "Det.limit_type": "max",
                "Det.limit_side_len": 960,
                "Global.return_word_box": True,
                "Global.return_single_char_box": True,
                # Cards are read side by side, each on one core. That is less work in all.
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def recognise(self, image: bytes, card_type: CardType) -> list[RecognisedField]:
        """Return the fields of the card in the picture. Return none if it shows no such card.

        Raises:
            UnreadableImage: It isn't a complete JPEG, PNG, BMP or WebP of at most `MAX_PIXELS`.
        """
        with _one_large if _size(image) > LARGE_PIXELS else contextlib.nullcontext():
            return self._recognise(decode(image), card_type)

    def _recognise(self, pixels: Pixels, card_type: CardType) -> list[RecognisedField]:
        height, width = pixels.shape[:2]
        if max(width, height) > MOST_OBLONG * min(width, height):
            return []
        lines = self._read(pixels)
        for quarters in _turns(lines):
            if quarters:
                lines = self._read(np.ascontiguousarray(np.rot90(pixels, quarters)))
            fields = find_fields(lines, card_type)
            if fields:
                return [_as_uploaded(field, quarters, (width, height)) for field in fields]
        return []

    def _read(self, pixels: Pixels) -> list[Line]:
        output = self._engine(pixels)
        if output.boxes is None:
            return []
        return [
            _line(corners, text, float(score), characters)
            for corners, text, score, characters in zip(
                output.boxes.tolist(),
                output.txts,
                output.scores,
                output.word_results,
                strict=True,
            )
        ]


def decode(image: bytes) -> Pixels:
    """Return the pixels as stored.

    Raises:
        UnreadableImage: No complete JPEG, PNG, BMP or WebP of at most `MAX_PIXELS`.
    """
    try:
        with _opened(image) as picture:
            return np.ascontiguousarray(np.asarray(_colours(picture))[:, :, ::-1])
    except MemoryError:
        raise UnreadableImage(NOT_SUPPORTED, "this machine has no memory for it") from None


def _size(image: bytes) -> int:
    """Return the number of pixels. Decode none of them."""
    with _opened(image) as picture:
        return picture.width * picture.height


@contextlib.contextmanager
def _opened(image: bytes) -> Iterator[Image.Image]:
    """Open a picture of at most `MAX_PIXELS`. Decode nothing yet."""
    try:
        with Image.open(io.BytesIO(image), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large()
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error):
        message = f"the content is not a complete {', '.join(FORMATS)} picture"
        raise UnreadableImage(NOT_SUPPORTED, message) from None


def _colours(picture: Image.Image) -> Image.Image:
    """Return the photo in RGB. Pillow itself would make almost every 16-bit grey white."""
    if picture.mode.startswith("I"):
        return Image.fromarray((np.asarray(picture) >> 8).astype("uint8")).convert("RGB")
    return picture.convert("RGB")


def _too_large() -> UnreadableImage:
    return UnreadableImage(NOT_SUPPORTED, f"the picture has more than {MAX_PIXELS} pixels")


def _turns(lines: Sequence[Line]) -> Iterator[int]:
    """Yield how often to turn the picture anticlockwise: first 0, then the likeliest."""
    yield 0
    if len(lines) < FEWEST_LINES:
        return
    standing = sum(stands(line) for line in lines)
    yield from (1, 3, 2) if 2 * standing > len(lines) else (2, 1, 3)


def _line(corners: list[list[float]], text: str, score: float, characters: Any) -> Line:  # noqa: ANN401 - rapidocr has no types
    """Return an engine's line, whose corners go clockwise from the top left."""
    top_left, top_right, bottom_right, bottom_left = ((x, y) for x, y in corners)
    quad: Quad = (top_left, bottom_left, bottom_right, top_right)
    return Line(text, score, quad, _cells(text, quad, characters))


def _cells(text: str, quad: Quad, characters: Any) -> tuple[tuple[float, float], ...]:  # noqa: ANN401 - rapidocr has no types
    """Return the place of each character. The engine gives none for blanks."""
    boxes = iter([box for _, _, box in characters])
    if "".join(character for character, _, _ in characters) != "".join(text.split()):
        return evenly(len(text))
    cells: list[tuple[float, float]] = []
    for character in text:
        if character.isspace():
            end = cells[-1][1] if cells else 0.0
            cells.append((end, end))
        else:
            left_top, right_top, _, _ = next(boxes)
            cells.append((_share(left_top, quad), _share(right_top, quad)))
    return tuple(cells)


def _share(point: Sequence[float], quad: Quad) -> float:
    """Return how far along the line's top edge a point is, from 0 to 1."""
    (left, top), (right, bottom) = quad[0], quad[3]
    across, down = right - left, bottom - top
    length = math.hypot(across, down) or 1.0
    share = ((point[0] - left) * across + (point[1] - top) * down) / length**2
    return min(max(share, 0.0), 1.0)


def _as_uploaded(field: Found, quarters: int, size: tuple[int, int]) -> RecognisedField:
    points = (turned_back(corner, quarters, size) for corner in field.corners)
    whole = tuple((round(x), round(y)) for x, y in points)
    return RecognisedField(field.name, field.text, round(100 * field.score), whole)
