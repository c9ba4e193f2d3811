"""A small JPEG of a photo, for a page that holds thousands of them."""

from __future__ import annotations

import io
from typing import NamedTuple

from PIL import Image

from cli.pictures.decoding import reduced

MAX_BYTES = 30_000
_SIDES = (480, 400, 320, 240, 160)  # pixels of the longer side, the largest that fits is taken
_QUALITY = 70


class Thumbnail(NamedTuple):
    """A JPEG of at most `MAX_BYTES`; width and height are the photo's, in pixels."""

    jpeg: bytes
    width: int
    height: int


def thumbnail_of(content: bytes) -> Thumbnail | None:
    """The thumbnail of a photo, or None if it can't be read as a picture.

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


def _jpeg(picture: Image.Image, side: int) -> bytes:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
