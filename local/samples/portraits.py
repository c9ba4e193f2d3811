"""Draws a figure in place of a portrait: a grey silhouette that looks like no real person."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageDraw

GREY: Final = (150, 156, 164)
DARK: Final = (112, 118, 128)
LIGHT: Final = (226, 230, 234)
GLASS: Final = (244, 246, 248)

PORTRAITS: Final = ("party hat", "cat ears", "robot", "bun")


def draw_portrait(picture: Image.Image, box: tuple[int, int, int, int], portrait: str) -> None:
    """Draw one of `PORTRAITS` into the box: left, top, right, bottom, in pixels."""
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    frame = Image.new("RGB", size, LIGHT)
    pen = ImageDraw.Draw(frame)
    x, y, unit = size[0] / 2, size[1] * 0.48, size[0] / 10
    pen.ellipse((x - 4 * unit, y + 2.2 * unit, x + 4 * unit, y + 14 * unit), fill=GREY)
    pen.rectangle((x - unit, y + 1.4 * unit, x + unit, y + 3 * unit), fill=GREY)
    if portrait == "robot":
        _robot(pen, x, y, unit)
    else:
        _crown(pen, portrait, x, y, unit)
        pen.ellipse((x - 2.2 * unit, y - 2.7 * unit, x + 2.2 * unit, y + 2.5 * unit), fill=GREY)
        _face(pen, x, y, unit)
    picture.paste(frame, (left, top))


def _crown(pen: ImageDraw.ImageDraw, portrait: str, x: float, y: float, unit: float) -> None:
    if portrait == "party hat":
        hat = [(x - 1.4 * unit, y - 2.1 * unit), (x + 1.4 * unit, y - 2.1 * unit)]
        pen.polygon([*hat, (x + 0.4 * unit, y - 5.6 * unit)], fill=DARK)
        pen.ellipse((x - 0.1 * unit, y - 6.1 * unit, x + 0.9 * unit, y - 5.1 * unit), fill=GREY)
    elif portrait == "cat ears":
        for side in (-1, 1):
            foot = [
                (x + side * 2.1 * unit, y - 0.8 * unit),
                (x + side * 0.5 * unit, y - 2.5 * unit),
            ]
            pen.polygon([*foot, (x + side * 2.1 * unit, y - 4.3 * unit)], fill=DARK)
    else:
        pen.ellipse((x - 1.1 * unit, y - 4.4 * unit, x + 1.1 * unit, y - 2.2 * unit), fill=DARK)


def _face(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float) -> None:
    """Round glasses and a smile."""
    line = max(2, round(unit / 7))
    for side in (-1, 1):
        middle = x + side * 0.95 * unit
        lens = (middle - 0.75 * unit, y - 1.1 * unit, middle + 0.75 * unit, y + 0.4 * unit)
        pen.ellipse(lens, fill=GLASS, outline=DARK, width=line)
    pen.line((x - 0.2 * unit, y - 0.35 * unit, x + 0.2 * unit, y - 0.35 * unit), DARK, line)
    pen.arc((x - unit, y + 0.2 * unit, x + unit, y + 1.6 * unit), 20, 160, DARK, line)


def _robot(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float) -> None:
    line = max(2, round(unit / 5))
    pen.line((x, y - 4.4 * unit, x, y - 2.4 * unit), DARK, line)
    pen.ellipse((x - 0.5 * unit, y - 5.1 * unit, x + 0.5 * unit, y - 4.1 * unit), fill=DARK)
    head = (x - 2.4 * unit, y - 2.6 * unit, x + 2.4 * unit, y + 2.2 * unit)
    pen.rounded_rectangle(head, unit * 0.6, fill=GREY)
    for side in (-1, 1):
        middle = x + side * 1.1 * unit
        pen.rectangle((middle - 0.6 * unit, y - 1.3 * unit, middle + 0.6 * unit, y), fill=GLASS)
    for tooth in range(-3, 3):
        left = x + tooth * 0.5 * unit
        pen.rectangle((left, y + 0.8 * unit, left + 0.4 * unit, y + 1.4 * unit), fill=GLASS)
