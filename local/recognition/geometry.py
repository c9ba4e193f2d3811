"""Points and quadrilaterals in a picture: x to the right, y downwards, in pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable

Vector = tuple[float, float]

Quad = tuple[Vector, Vector, Vector, Vector]
"""Top left, bottom left, bottom right, top right, as the text in it is read."""


def between(a: Vector, b: Vector, share: float = 0.5) -> Vector:
    """Return the point that lies `share` of the way from a to b."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def slice_of(quad: Quad, start: float, end: float) -> Quad:
    """Return the part of a line of text from `start` to `end`, both as shares of its length."""
    top_left, bottom_left, bottom_right, top_right = quad
    return (
        between(top_left, top_right, start),
        between(bottom_left, bottom_right, start),
        between(bottom_left, bottom_right, end),
        between(top_left, top_right, end),
    )


def in_frame(point: Vector, angle: float) -> Vector:
    """Return how far along and how far below the origin a point lies, for text at `angle`."""
    cos, sin = math.cos(angle), math.sin(angle)
    return point[0] * cos + point[1] * sin, point[1] * cos - point[0] * sin


def around(quads: Iterable[Quad], angle: float) -> Quad:
    """Return the smallest rectangle at `angle` that holds all the quads."""
    framed = [in_frame(point, angle) for quad in quads for point in quad]
    left, right = min(along for along, _ in framed), max(along for along, _ in framed)
    top, bottom = min(below for _, below in framed), max(below for _, below in framed)
    return (
        in_frame((left, top), -angle),
        in_frame((left, bottom), -angle),
        in_frame((right, bottom), -angle),
        in_frame((right, top), -angle),
    )


def turned_back(point: Vector, quarters: int, size: tuple[int, int]) -> Vector:
    """Return the place that a point had before the picture was turned anticlockwise by quarters.

    Args:
        point: In the turned picture.
        quarters: How often it was turned by 90°, 0 to 3.
        size: Width and height before it was turned.
    """
    x, y = point
    width, height = size
    return ((x, y), (width - y, x), (width - x, height - y), (y, height - x))[quarters]
