"""The pixels of a photo, which may be hostile: 20 kB can stand for gigabytes.

What a file says of itself is looked at before anything is decoded. Large photos are decoded one at
a time, and for a thumbnail no larger than it needs.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from threading import Lock
from typing import NamedTuple

from PIL import Image

FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
MAX_PIXELS = 50_000_000  # as local/recognition has it
MAX_DECODED_BYTES = 200_000_000  # of one photo, for a thumbnail

_LARGE_BYTES = 8_000_000
_one_large = Lock()
_BYTES_OF_MODE = {"1": 2, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}  # as it is decoded here; else 4
_AVERAGED = {"L", "RGB", "CMYK", "YCbCr"}  # by `reduce`, which copies other modes first
_MODES = {*_BYTES_OF_MODE, *_AVERAGED, "I", "LA", "PA", "RGBA", "RGBX"}
_NO_PICTURE = (
    *(OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)

warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # ours is stricter
# What it says of a photo, as of EXIF data that is broken, names none, and a picture is one or not.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


def decoded(content: bytes) -> Image.Image | None:
    """Return a picture with its pixels as stored; None if it can't be read as one.

    An orientation in the EXIF data is not applied: places are those of the stored pixels.
    """
    with suppress(*_NO_PICTURE), _opened(content) as picture:
        picture.load()
        pixels = _in_colour(picture)
        pixels.info = {}  # else a comment or a profile would be written into the new picture
        return pixels
    return None


def reduced(content: bytes, side: int) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return a picture, smaller if it is far larger than `side`, and its own width and height.

    None if it can't be read, or only in more than `MAX_DECODED_BYTES`.
    """
    with suppress(*_NO_PICTURE), _opened(content) as picture:
        size = picture.size
        picture.draft(None, (side, side))  # of a JPEG: fewer pixels are decoded
        needed = _decoded_bytes(picture, size)
        if needed > MAX_DECODED_BYTES:
            return None
        with _one_large if needed > _LARGE_BYTES else nullcontext():
            pixels = _in_colour(_shrunk(picture, side))
        pixels.info = {}
        return pixels, size
    return None


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """Open a picture. Decode nothing yet.

    Raises:
        ValueError: it has more pixels, more frames or another depth than a photo of a card.
    """
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        width, height = picture.size
        frames = getattr(picture, "n_frames", 1)
        is_film = frames > 1 and picture.format != "MPO"  # a phone's JPEG with a preview behind it
        if width * height > MAX_PIXELS or is_film or picture.mode not in _MODES:
            raise ValueError(picture.format)
        yield picture


def _decoded_bytes(picture: Image.Image, size: tuple[int, int]) -> int:
    """Return how many bytes decoding takes.

    A progressive JPEG is held whole, two bytes a sample; a WebP four times, as measured.
    """
    width, height = picture.size
    if picture.format == "WEBP":
        return 16 * width * height
    held = 0.0
    if "progressive" in picture.info:
        shares = [across * down for _, across, down, _ in getattr(picture, "layer", ())]
        held = 2 * size[0] * size[1] * sum(shares) / max(shares, default=1)
    return int(held) + width * height * _BYTES_OF_MODE.get(picture.mode, 4)


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    """Return the picture in its own mode, or grey, at most a few times too large."""
    grey = picture.convert("L") if picture.mode == "1" else picture
    factor = max(grey.size) // (2 * side)
    if factor < 2:  # noqa: PLR2004 — nothing to gain
        grey.load()
        return grey
    if grey.mode in _AVERAGED:
        return grey.reduce(factor)
    width, height = grey.size
    factor = max(1, factor // 2)
    return grey.resize(
        (max(1, width // factor), max(1, height // factor)), Image.Resampling.NEAREST
    )


def _in_colour(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey: all but black would be white
        picture = picture.point(lambda value: value / 256).convert("L")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


MAX_BYTES = 30_000
_SIDES = (480, 400, 320, 240, 160)  # pixels of the longer side, the largest that fits is taken
_QUALITY = 70
VIEW_SIDE = 1600  # pixels: a character of a card can be read


class Thumbnail(NamedTuple):
    """A JPEG; width and height are the photo's, in pixels."""

    jpeg: bytes
    width: int
    height: int


def thumbnail_of(content: bytes) -> Thumbnail | None:
    """Return a photo in at most `MAX_BYTES`; None if it can't be read as a picture.

    Nothing of the file is kept but its pixels: no EXIF data, no place where it was taken.
    """
    found = reduced(content, _SIDES[0])
    if found is None:
        return None
    picture, (width, height) = found
    for side in _SIDES:
        jpeg = _jpeg(picture, side)
        if len(jpeg) <= MAX_BYTES:
            return Thumbnail(jpeg, width, height)
    return None


def view_of(content: bytes) -> Thumbnail | None:
    """Return a photo as a screen needs it, of any size in bytes; see `thumbnail_of`."""
    found = reduced(content, VIEW_SIDE)
    if found is None:
        return None
    picture, (width, height) = found
    return Thumbnail(_jpeg(picture, VIEW_SIDE), width, height)


def _jpeg(picture: Image.Image, side: int) -> bytes:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
