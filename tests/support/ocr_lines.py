"""Lines of text as an OCR engine would find them on an invented card, without the engine."""

from __future__ import annotations

import math

from local.recognition.lines import Line, Quad, Vector, evenly

HEIGHT = 40


def line(
    left: float,
    top: float,
    text: str,
    *,
    height: float = HEIGHT,
    width: float | None = None,
    score: float = 0.99,
) -> Line:
    """Return level text whose letters are as wide as high."""
    right = left + (len(text) * height if width is None else width)
    corners: Quad = ((left, top), (left, top + height), (right, top + height), (right, top))
    return Line(text, score, corners, evenly(len(text)))


def leaning(lines: list[Line], degrees: float) -> list[Line]:
    """Return the lines of a card that lies turned clockwise around the origin."""
    return [_turned(one, math.radians(degrees)) for one in lines]


def _turned(one: Line, angle: float) -> Line:
    def turn(point: Vector) -> Vector:
        x, y = point
        cos, sin = math.cos(angle), math.sin(angle)
        return x * cos - y * sin, x * sin + y * cos

    top_left, bottom_left, bottom_right, top_right = one.corners
    corners = (turn(top_left), turn(bottom_left), turn(bottom_right), turn(top_right))
    return Line(one.text, one.score, corners, one.cells)


def id_card() -> list[Line]:
    """Return an ID card, with labels and values joined in some lines and apart in others."""
    return [
        line(100, 100, "姓名样本甲"),
        line(100, 200, "性别 女民族汉"),
        line(100, 300, "出生 1990年1月 2日"),
        line(100, 400, "住址"),
        line(220, 400, "样例省虚构市测试区假想路"),
        line(220, 455, "12号3单元405室"),
        line(100, 700, "公民身份号码"),
        line(440, 700, "990101199001020022", width=500),
    ]


def driver_license() -> list[Line]:
    """Return a licence's main page with its English captions and the seal."""
    return [
        line(400, 20, "机动车驾驶证", height=50),
        line(60, 100, "证号 No.", width=140),
        line(430, 100, "990101198805170435", width=500),
        line(60, 170, "姓名 Name", width=160),
        line(240, 170, "测试员庚"),
        line(560, 170, "性别 Sex男", width=170),
        line(860, 170, "国籍 Nationality 中国", width=280),
        line(60, 240, "住址 Address", width=180),
        line(260, 240, "样例省虚构市测试区假想路34号"),
        line(80, 400, "样例省虚构", height=50),
        line(80, 460, "市公安局交", height=50),
        line(80, 520, "通警察支队", height=50),
        line(390, 400, "出生日期"),
        line(390, 440, "Date of Birth", height=25, width=120),
        line(620, 400, "1988-05-17", width=200),
        line(390, 480, "初次领证日期"),
        line(390, 520, "Date of First Issue", height=25, width=170),
        line(660, 480, "2012-09-10", width=200),
        line(390, 560, "准驾车型"),
        line(390, 600, "Class", height=25, width=60),
        line(620, 560, "C1", width=55),
        line(60, 660, "有效期限 valid Period 2018-09-10 至2028-09-10", width=720),
    ]
