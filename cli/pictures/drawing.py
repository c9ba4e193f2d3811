"""Boxes on a photo. They show the field and the score, never the text that was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from cli.terminal.formats import Band, band

_COLOURS: Mapping[Band, str] = {
    "good": "#0f7b54",
    "fair": "#a35b00",
    "low": "#c0262d",
    "none": "#5c6470",
}


def with_boxes(
    picture: Image.Image, items: Iterable[Mapping[str, Any]], minimum: int
) -> Image.Image:
    """Draw the boxes of a result's items on a picture, and return it.

    `minimum` is MIN_SCORE. Lines and letters grow with the picture.
    """
    canvas = ImageDraw.Draw(picture)
    width = max(2, round(max(picture.size) / 400))
    font = ImageFont.load_default(size=max(12, round(max(picture.size) / 70)))
    for item in items:
        points = [(float(x), float(y)) for x, y in item["polygon"]]
        if len(points) > 1:
            colour = _COLOURS[band(item["score"], minimum)]
            canvas.line([*points, *points[:2]], fill=colour, width=width, joint="curve")
            _write(canvas, points, _caption(item), font, colour)
    return picture


def _caption(item: Mapping[str, Any]) -> str:
    score = "" if item["score"] is None else f" {item['score']:g}"
    return f"{item['field'] or 'other'}{score}"


def _write(
    canvas: ImageDraw.ImageDraw,
    points: list[tuple[float, float]],
    caption: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    colour: str,
) -> None:
    """Write above the box, on its own ground, so that it can be read on any photo."""
    left, top = min(x for x, _ in points), min(y for _, y in points)
    _, _, _, height = canvas.textbbox((0, 0), caption, font=font)
    place = (max(left, 0), max(top - height * 1.3, 0))
    ground = canvas.textbbox(place, caption, font=font)
    margin = height * 0.15
    canvas.rectangle(
        (ground[0] - margin, ground[1] - margin, ground[2] + margin, ground[3] + margin),
        fill=colour,
    )
    canvas.text(place, caption, fill="white", font=font)
