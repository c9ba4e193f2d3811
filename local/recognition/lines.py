"""Lines of text, as an OCR engine finds them in an upright picture.

Points and quadrilaterals lie in a picture: x to the right, y downwards, in pixels.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


TILT = math.radians(10)
"""Text that leans more than this from the rest isn't part of the card's form."""


@dataclass(frozen=True)
class Line:
    """Text in one line, or a part of one.

    Attributes:
        text: As read.
        score: Confidence from 0 to 1.
        corners: In pixels.
        cells: The begin and end of each character of `text`, as shares of the line's length.
    """

    text: str
    score: float
    corners: Quad
    cells: tuple[tuple[float, float], ...]

    @property
    def left(self) -> Vector:
        """The middle of the edge at which the text begins."""
        return between(self.corners[0], self.corners[1])

    @property
    def right(self) -> Vector:
        """The middle of the edge at which the text ends."""
        return between(self.corners[3], self.corners[2])

    @property
    def length(self) -> float:
        """The length from the left edge to the right, in pixels."""
        return math.dist(self.left, self.right)

    @property
    def height(self) -> float:
        """The height of the letters, in pixels."""
        top_left, bottom_left, bottom_right, top_right = self.corners
        return (math.dist(top_left, bottom_left) + math.dist(top_right, bottom_right)) / 2

    @property
    def angle(self) -> float:
        """The angle of the text's direction, in radians; 0 is to the right, positive downwards."""
        return math.atan2(self.right[1] - self.left[1], self.right[0] - self.left[0])

    def part(self, start: int, end: int) -> Line | None:
        """Return the characters from `start` up to `end`, without the blanks around them.

        The first part of a line keeps the line's left edge, and the last part its right edge: an
        engine knows the ends of a line better than those of a character.
        """
        text = self.text[start:end]
        first = start + len(text) - len(text.lstrip())
        last = end - (len(text) - len(text.rstrip()))
        if first >= last:
            return None
        begins = 0.0 if first == 0 else self.cells[first][0]
        ends = 1.0 if last == len(self.text) else self.cells[last - 1][1]
        span = max(ends - begins, 1e-6)
        cells = [((a - begins) / span, (b - begins) / span) for a, b in self.cells[first:last]]
        corners = slice_of(self.corners, begins, ends)
        return Line(self.text[first:last], self.score, corners, tuple(cells))


def evenly(length: int) -> tuple[tuple[float, float], ...]:
    """Return the cells of a line whose characters all have the same width."""
    return tuple((place / length, (place + 1) / length) for place in range(length))


def stands(line: Line) -> bool:
    """Return whether the line runs up or down, and not across."""
    return line.height > 1.5 * line.length or abs(math.sin(line.angle)) > math.sin(math.pi / 4)


def level(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that run in the card's direction. A watermark across it doesn't."""
    across = [line for line in lines if not stands(line)]
    if not across:
        return []
    middle = direction(across)
    return [line for line in across if abs(line.angle - middle) < TILT]


def direction(lines: Sequence[Line]) -> float:
    """Return the usual angle of the lines: the median of the longer half."""
    longer = sorted(lines, key=lambda line: line.length)[len(lines) // 2 :]
    return statistics.median(line.angle for line in longer)


def joined(lines: Sequence[Line]) -> str:
    """Return the text of consecutive parts. Blanks stay only between Latin letters."""
    text = " ".join(" ".join(line.text for line in lines).split())
    return re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", text)


def offset(line: Line, anchor: Line) -> Vector:
    """Return how far right of the anchor's end the line begins, and how far below its row.

    Both are in heights of the taller of the two. The row runs in the direction of the longer one,
    since its angle is known better.
    """
    angle = max(line, anchor, key=lambda one: one.length).angle
    tall = max(line.height, anchor.height)
    end, begin = in_frame(anchor.right, angle), in_frame(line.left, angle)
    return (begin[0] - end[0]) / tall, (begin[1] - end[1]) / tall
