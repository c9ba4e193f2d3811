"""Lines of text, and their places in a picture."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from local.recognition.lines import Quad, around, joined, level, offset, stands, turned_back
from tests.support.ocr_lines import leaning, line

SQUARE: Quad = ((0, 0), (0, 10), (10, 10), (10, 0))


@pytest.mark.parametrize(
    ("quarters", "turned"),
    [
        # A point 30 right and 20 down in a picture 100 wide and 80 high, turned anticlockwise.
        (0, (30, 20)),
        (1, (20, 70)),
        (2, (70, 60)),
        (3, (60, 30)),
    ],
)
def test_a_point_of_a_turned_picture_goes_back_to_its_place(
    quarters: int, turned: tuple[float, float]
) -> None:
    assert turned_back(turned, quarters, (100, 80)) == (30, 20)


def test_leaning_text_is_enclosed_by_a_rectangle_that_leans_with_it() -> None:
    angle = math.radians(90)

    top_left, bottom_left, bottom_right, top_right = around([SQUARE], angle)

    assert top_left == pytest.approx((10, 0))
    assert bottom_left == pytest.approx((0, 0))
    assert bottom_right == pytest.approx((0, 10))
    assert top_right == pytest.approx((10, 10))


def test_a_part_of_a_line_stands_where_its_characters_stand() -> None:
    part = line(100, 0, "性别 女").part(2, 4)

    assert part is not None
    assert part.text == "女"
    assert [part.left, part.right] == [(220, 20), (260, 20)]
    assert part.cells == ((0.0, 1.0),)


def test_a_part_of_a_part_stands_where_its_characters_stand() -> None:
    part = line(0, 0, "性别女民族汉").part(2, 6)

    assert part is not None
    last = part.part(3, 4)
    assert last is not None
    assert last.left == pytest.approx((200, 20))


def test_the_outer_parts_of_a_line_reach_its_ends() -> None:
    whole = replace(line(0, 0, "性女", width=100), cells=((0.1, 0.3), (0.6, 0.8)))

    first, last = whole.part(0, 1), whole.part(1, 2)

    assert first is not None
    assert last is not None
    assert (first.left[0], first.right[0]) == pytest.approx((0, 30))
    assert (last.left[0], last.right[0]) == pytest.approx((60, 100))


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 3)])
def test_a_part_without_a_letter_is_none(start: int, end: int) -> None:
    assert line(0, 0, "性别 女").part(start, end) is None


def test_text_that_runs_down_the_picture_stands() -> None:
    assert stands(line(0, 0, "公民身份号码", width=30, height=200))
    assert stands(leaning([line(0, 0, "公民身份号码")], 80)[0])
    assert not stands(line(0, 0, "女"))


def test_a_watermark_across_the_card_is_no_level_text() -> None:
    form = [line(0, 0, "姓名样本甲"), line(0, 80, "住址样例省虚构市")]
    watermark = leaning([line(0, 200, "样本")], -20)

    assert level([*form, *watermark]) == form


def test_nothing_is_level_if_there_is_nothing() -> None:
    assert level([]) == []


@pytest.mark.parametrize(
    ("texts", "together"),
    [
        (["样例省虚构市", "12号3单元"], "样例省虚构市12号3单元"),
        (["1990 年 1 月 2日"], "1990年1月2日"),
        (["JOHN  SPECIMEN"], "JOHN SPECIMEN"),
        (["JOHN", "SPECIMEN"], "JOHN SPECIMEN"),
        ([" 2018-09-10 至2028-09-10 "], "2018-09-10至2028-09-10"),
    ],
)
def test_blanks_stay_only_between_latin_letters(texts: list[str], together: str) -> None:
    assert joined([line(0, 0, text) for text in texts]) == together


def test_an_offset_is_measured_in_heights_from_the_end_of_the_anchor() -> None:
    label, value = line(0, 0, "姓名"), line(120, 20, "样本甲")

    assert offset(value, label) == pytest.approx((1.0, 0.5))


def test_a_row_runs_in_the_direction_of_its_longer_text() -> None:
    label = leaning([line(0, 0, "姓名")], 8)[0]

    assert abs(offset(line(480, 0, "样本甲的名字"), label)[1]) < 0.3


def test_an_offset_follows_text_that_leans() -> None:
    label, value = leaning([line(0, 0, "姓名"), line(120, 20, "样本甲")], 8)

    assert offset(value, label) == pytest.approx((1.0, 0.5))
