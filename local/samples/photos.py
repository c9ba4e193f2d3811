"""Makes the photo of a card: lays it on a desk, sets the light, returns its fields' places."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from local.samples.faces import SIZE, Box, Face

Corners = tuple[tuple[float, float], ...]
"""Top left, bottom left, bottom right and top right of a card, in its own direction."""

Pixels = Any
"""An array of rows, columns and RGB, 0 to 255."""

CARD: Final[Corners] = ((0, 0), (0, SIZE[1]), SIZE, (SIZE[0], 0))
JPEG_QUALITY: Final = 70


@dataclass(frozen=True)
class Shot:
    """How one photo is taken.

    Attributes:
        size: Width and height in pixels.
        corners: The places of the card's corners in the picture.
        light: Brightness; 1 is daylight.
        noise: Standard deviation of the sensor's noise, of 255.
        shrink: The factor by which the finished picture's width and height are divided.
        seed: The seed of grain and noise.
    """

    size: tuple[int, int]
    corners: Corners
    light: float = 1.0
    noise: float = 1.2
    shrink: float = 1.0
    seed: int = 0


def photo(face: Face, shot: Shot) -> tuple[Image.Image, dict[str, Corners]]:
    """Return the picture, and the corners of each field's text in it."""
    scene = desk(shot.size, shot.seed)
    scene.paste(Image.new("RGB", shot.size, (30, 22, 16)), mask=_shadow(shot))
    there = _homography(CARD, shot.corners)
    card = face.picture.transform(
        shot.size,
        Image.Transform.PERSPECTIVE,
        _homography(shot.corners, CARD),
        Image.Resampling.BICUBIC,
    )
    scene.paste(card, mask=card.getchannel("A"))
    picture = exposed(scene, shot)
    return picture, {field: _moved(box, there, shot.shrink) for field, box in face.boxes.items()}


def exposed(scene: Image.Image, shot: Shot) -> Image.Image:
    """Return the scene as the camera sees it: fall-off of the light, noise, resolution."""
    width, height = shot.size
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    light = shot.light * (1.02 - 0.10 * (x + 0.3) ** 2 - 0.12 * (y + 0.3) ** 2)
    pixels: Pixels = np.asarray(scene, dtype=float) * light[..., None]
    noise = np.random.default_rng(shot.seed).normal(0, shot.noise, (height, width, 1))
    picture = Image.fromarray(np.clip(pixels + noise, 0, 255).astype("uint8"))
    smaller = (round(width / shot.shrink), round(height / shot.shrink))
    return picture.resize(smaller, Image.Resampling.LANCZOS)


def desk(size: tuple[int, int], seed: int) -> Image.Image:
    """Return a wooden desk top of planks with a running grain."""
    width, height = size
    grain = np.random.default_rng(seed).normal(0, 1, (height // 3 + 1, width // 48 + 2))
    rough = Image.fromarray(np.clip(128 + 40 * grain, 0, 255).astype("uint8"))
    streaks = np.asarray(rough.resize(size, Image.Resampling.BICUBIC), dtype=float) - 128
    rows = np.arange(height)[:, None]
    plank = rows // 210
    tone = 1 + 0.07 * np.sin(plank * 2.4) - 0.35 * (rows % 210 < 4)  # noqa: PLR2004 - the joint
    wood = np.array([168, 124, 84]) + 0.30 * streaks[..., None] * np.array([1.0, 0.9, 0.75])
    pixels: Pixels = wood * tone[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype("uint8"))


def still_life(size: tuple[int, int], seed: int) -> Image.Image:
    """Return a desk with a sheet of paper, a pencil and a cup of coffee: nothing to read."""
    scene = desk(size, seed)
    pen = ImageDraw.Draw(scene)
    sheet = [(210, 170), (760, 110), (840, 800), (290, 860)]
    pen.polygon([(x + 10, y + 12) for x, y in sheet], fill=(92, 66, 44))
    pen.polygon(sheet, fill=(240, 238, 228))
    for row in range(9):
        left, top = 262 + row * 7, 250 + row * 62
        pen.line((left, top, left + 490, top - 52), fill=(186, 200, 214), width=3)
    pen.line((330, 700, 720, 470), fill=(216, 158, 40), width=20)
    pen.polygon([(715, 461), (727, 481), (762, 446)], fill=(228, 200, 160))
    pen.polygon([(750, 449), (755, 458), (764, 445)], fill=(50, 50, 54))
    pen.ellipse((902, 252, 1202, 552), fill=(92, 66, 44))
    pen.ellipse((890, 236, 1190, 536), fill=(236, 236, 232))
    pen.arc((1130, 300, 1260, 440), -120, 120, fill=(236, 236, 232), width=26)
    pen.ellipse((916, 262, 1164, 510), fill=(206, 204, 198))
    pen.ellipse((926, 272, 1154, 500), fill=(74, 46, 30))
    pen.arc((960, 300, 1110, 460), 190, 260, fill=(128, 92, 64), width=6)
    return scene.filter(ImageFilter.GaussianBlur(0.8))


def jpeg(picture: Image.Image) -> bytes:
    """Return the picture as a JPEG, the same bytes for the same release of Pillow."""
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return content.getvalue()


def _shadow(shot: Shot) -> Image.Image:
    mask = Image.new("L", shot.size, 0)
    ImageDraw.Draw(mask).polygon([(x + 9, y + 12) for x, y in shot.corners], fill=150)
    return mask.filter(ImageFilter.GaussianBlur(9))


def _homography(source: Corners, target: Corners) -> tuple[float, ...]:
    """Return the eight coefficients of the projection that takes four points to four others."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    flat = [coordinate for point in target for coordinate in point]
    return tuple(float(value) for value in np.linalg.solve(np.array(rows), np.array(flat)))


def _moved(box: Box, projection: tuple[float, ...], shrink: float) -> Corners:
    left, top, right, bottom = box
    a, b, c, d, e, f, g, h = projection
    return tuple(
        (
            (a * x + b * y + c) / (g * x + h * y + 1) / shrink,
            (d * x + e * y + f) / (g * x + h * y + 1) / shrink,
        )
        for x, y in ((left, top), (left, bottom), (right, bottom), (right, top))
    )


def rounded(corners: Mapping[str, Corners]) -> dict[str, list[list[int]]]:
    """Return the corners as whole pixels."""
    return {field: [[round(x), round(y)] for x, y in points] for field, points in corners.items()}
