"""Draws the printed side of a card, flat and clean, and notes the place of each field.

In place of a portrait it has a grey silhouette that looks like no real person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIZE: Final = (1284, 810)
"""In pixels, with the proportions of an ID-1 card, 85.6 mm by 54 mm."""

Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]

BLUE: Final = (38, 104, 168)
BLACK: Final = (28, 28, 30)
RED: Final = (190, 40, 45)
GREY: Final = (150, 156, 164)
DARK: Final = (112, 118, 128)
LIGHT: Final = (226, 230, 234)
GLASS: Final = (244, 246, 248)


@dataclass(frozen=True)
class Typeface:
    """A font of Debian's, which Pillow finds by its file name, and the face at `index` in it."""

    package: str
    file: str
    index: int = 0

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """Return the font in one size, in pixels."""
        return ImageFont.truetype(self.file, size, index=self.index)


PORTRAITS: Final = ("party hat", "cat ears", "robot", "bun")

NOTO_SANS: Final = Typeface("fonts-noto-cjk", "NotoSansCJK-Regular.ttc", index=2)
NOTO_SANS_BOLD: Final = Typeface("fonts-noto-cjk", "NotoSansCJK-Bold.ttc", index=2)


@dataclass
class Face:
    """A card's printed side, and the box of each field's text on it: left, top, right, bottom."""

    picture: Image.Image
    typeface: Typeface
    boxes: dict[str, Box] = field(default_factory=dict)

    def write(self, at: tuple[float, float], text: str, size: int, colour: Colour = BLACK) -> Box:
        """Write one line with its top left corner at `at`; return the box of its ink."""
        pen = ImageDraw.Draw(self.picture)
        font = self.typeface.at(size)
        pen.text(at, text, font=font, fill=colour, anchor="la")
        left, top, right, bottom = pen.textbbox(at, text, font=font, anchor="la")
        return left, top, right, bottom

    def value(
        self, name: str, at: tuple[float, float], text: str, size: int, colour: Colour = BLACK
    ) -> None:
        """Write one line of a field; a further line widens the field's box."""
        box = self.write(at, text, size, colour)
        known = self.boxes.get(name, box)
        self.boxes[name] = (
            min(known[0], box[0]),
            min(known[1], box[1]),
            max(known[2], box[2]),
            max(known[3], box[3]),
        )

    def lines(
        self,
        name: str,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        per_line: int,
        colour: Colour = BLACK,
    ) -> None:
        """Write a field over several lines of at most `per_line` characters."""
        for row, start in enumerate(range(0, len(text), per_line)):
            line_at = (at[0], at[1] + row * size * 1.35)
            self.value(name, line_at, text[start : start + per_line], size, colour)


def id_card_face(fields: Mapping[str, str], portrait: str, typeface: Typeface = NOTO_SANS) -> Face:
    """Draw the front of an ID card."""
    face = Face(_paper((247, 249, 250), (214, 228, 240)), typeface)
    year, month, day = (str(int(part)) for part in fields["birth_date"].split("-"))
    for at, label in (
        ((92, 92), "姓名"),
        ((92, 190), "性别"),
        ((388, 190), "民族"),
        ((92, 284), "出生"),
        ((92, 378), "住址"),
        ((92, 690), "公民身份号码"),
    ):
        face.write(at, label, 38, BLUE)
    face.value("name", (206, 84), fields["name"], 50)
    face.value("gender", (206, 186), fields["gender"], 44)
    face.value("ethnicity", (500, 186), fields["ethnicity"], 44)
    face.value("birth_date", (206, 280), year, 44)
    face.write((330, 284), "年", 38, BLUE)
    face.write((392, 280), month, 44)
    face.write((458, 284), "月", 38, BLUE)
    face.write((520, 280), day, 44)
    face.value("birth_date", (586, 284), "日", 38, BLUE)
    face.lines("address", (206, 374), fields["address"], 44, per_line=12)
    spaced = "\N{HAIR SPACE}".join(fields["id_number"])
    face.value("id_number", (424, 678), spaced, 56)
    draw_portrait(face.picture, (830, 96, 1190, 560), portrait)
    return _as_specimen(face, 26)


def driver_license_face(
    fields: Mapping[str, str],
    portrait: str,
    typeface: Typeface = NOTO_SANS,
    *,
    term: str | None = None,
) -> Face:
    """Draw the main page of a driving licence. `term` replaces the end of its validity: 6年."""
    face = Face(_paper((250, 250, 244), (222, 232, 214)), typeface)
    face.write((372, 36), "机动车驾驶证 · 样本", 54)
    face.write((360, 106), "Specimen of a driving licence, invented for tests", 24)
    for at, label, english in (
        ((64, 164), "证号", "No."),
        ((64, 240), "姓名", "Name"),
        ((570, 240), "性别", "Sex"),
        ((864, 240), "国籍", "Nationality"),
        ((64, 318), "住址", "Address"),
        ((390, 484), "出生日期", "Date of Birth"),
        ((390, 562), "初次领证日期", "Date of First Issue"),
        ((390, 640), "准驾车型", "Class"),
        ((64, 722), "有效期限", "Valid Period"),
    ):
        box = face.write(at, label, 30)
        face.write((at[0], at[1] + 40) if at[0] == 390 else (box[2] + 10, at[1] + 8), english, 20)  # noqa: PLR2004 - the column of the dates
    face.value("license_number", (430, 156), fields["license_number"], 46)
    face.value("name", (230, 234), fields["name"], 40)
    face.value("gender", (690, 234), fields["gender"], 40)
    face.value("nationality", (1060, 234), fields["nationality"], 40)
    face.lines("address", (250, 314), fields["address"], 38, per_line=22)
    face.value("birth_date", (614, 480), fields["birth_date"], 38)
    face.value("first_issue_date", (614, 558), fields["first_issue_date"], 38)
    face.value("vehicle_class", (614, 636), fields["vehicle_class"], 38)
    ending = term or f"至 {fields['valid_until']}"
    face.value("valid_from", (340, 716), f"{fields['valid_from']} {ending}", 38)
    _draw_seal(face, fields["issuing_authority"])
    draw_portrait(face.picture, (950, 446, 1220, 780), portrait)
    return _as_specimen(face, 24)


def _draw_seal(face: Face, authority: str) -> None:
    pen = ImageDraw.Draw(face.picture)
    pen.rounded_rectangle((64, 470, 336, 690), 14, outline=RED, width=6)
    per_line = math.ceil(len(authority) / 3)
    size = 232 // per_line
    face.lines("issuing_authority", (84, 496), authority, size, per_line=per_line, colour=RED)


def _as_specimen(face: Face, degrees: float) -> Face:
    """Print 样本 SPECIMEN across the card, faint enough to read the text below it."""
    layer = Image.new("RGBA", face.picture.size)
    font = NOTO_SANS_BOLD.at(150)
    centre = (SIZE[0] / 2, SIZE[1] / 2)
    ImageDraw.Draw(layer).text(
        centre, "样本 SPECIMEN", font=font, fill=(200, 30, 40, 52), anchor="mm"
    )
    turned = layer.rotate(degrees, resample=Image.Resampling.BICUBIC)
    printed = Image.alpha_composite(face.picture, turned)
    printed.putalpha(_rounded_corners())
    return Face(printed, face.typeface, face.boxes)


def _paper(colour: Colour, pattern: Colour) -> Image.Image:
    """Return a card's background, with fine waves across it."""
    paper = Image.new("RGBA", SIZE, colour)
    pen = ImageDraw.Draw(paper)
    for row in range(-60, SIZE[1] + 60, 15):
        wave = [
            (x, row + 24 * math.sin(x / 130 + row / 90) + 7 * math.sin(x / 31))
            for x in range(0, SIZE[0] + 8, 8)
        ]
        pen.line(wave, fill=pattern, width=2)
    return paper


def _rounded_corners() -> Image.Image:
    mask = Image.new("L", SIZE, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, SIZE[0] - 1, SIZE[1] - 1), 44, fill=255)
    return mask


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
