from __future__ import annotations

import math

import pytest

from local.recognition.lines import Quad, around, in_frame, slice_of, turned_back

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


def test_a_slice_is_a_share_of_the_line_s_length() -> None:
    assert slice_of(SQUARE, 0.2, 0.5) == ((2, 0), (2, 10), (5, 10), (5, 0))


def test_level_text_is_enclosed_by_an_upright_rectangle() -> None:
    right: Quad = ((20, 5), (20, 15), (40, 15), (40, 5))

    assert around([SQUARE, right], 0.0) == ((0, 0), (0, 15), (40, 15), (40, 0))


def test_leaning_text_is_enclosed_by_a_rectangle_that_leans_with_it() -> None:
    angle = math.radians(90)

    top_left, bottom_left, bottom_right, top_right = around([SQUARE], angle)

    assert top_left == pytest.approx((10, 0))
    assert bottom_left == pytest.approx((0, 0))
    assert bottom_right == pytest.approx((0, 10))
    assert top_right == pytest.approx((10, 10))


def test_a_point_s_place_in_leaning_text_is_along_and_below() -> None:
    assert in_frame((0, 5), math.radians(90)) == pytest.approx((5, 0))
