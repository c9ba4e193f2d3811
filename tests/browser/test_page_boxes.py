"""The boxes over a photo: at the pixels that the result names, whatever the window."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.served import SIDEWAYS, Served, choose, file, sample

pytestmark = pytest.mark.browser

WINDOWS = [(1280, 860), (420, 900)]
BOX = (31, 111, 84)
"""The colour of a box with a good score on a photo, in viewer.css."""

Point = tuple[float, float]


def drawn(page: Page) -> dict[str, list[Point]]:
    """The corners of every box on the screen, by field."""
    corners: dict[str, list[Point]] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".box .edge")].map(box => [
          box.parentNode.dataset.field,
          [...box.points].map(p => p.matrixTransform(box.getScreenCTM())).map(p => [p.x, p.y])]))"""
    )
    return corners


def expected(page: Page, result: dict[str, Any], content: bytes) -> dict[str, list[Point]]:
    """Where the polygons of a result lie on the screen, reckoned from the picture's own pixels."""
    width, height = Image.open(io.BytesIO(content)).size  # as stored: EXIF is not applied
    place = page.locator(".frame img").bounding_box()
    assert place is not None
    return {
        item["field"]: [
            (
                place["x"] + x * place["width"] / width,
                place["y"] + y * place["height"] / height,
            )
            for x, y in item["polygon"]
        ]
        for item in result["items"]
    }


def assert_boxes_fit(page: Page, result: dict[str, Any], content: bytes) -> None:
    found, wanted = drawn(page), expected(page, result, content)
    assert found.keys() == wanted.keys()
    for field, corners in wanted.items():
        for (x, y), (wanted_x, wanted_y) in zip(found[field], corners, strict=True):
            assert abs(x - wanted_x) < 0.5, field
            assert abs(y - wanted_y) < 0.5, field


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", ["id/straight.jpg", "driver/angle.jpg", "id/rotated-90.jpg"])
def test_boxes_lie_where_the_result_says(
    opened: Page, local: Served, name: str, window: tuple[int, int]
) -> None:
    content, folder = sample(name), name.partition("/")[0]
    opened.set_viewport_size({"width": window[0], "height": window[1]})
    if folder == "driver":
        opened.get_by_label("Driving licence").check(force=True)
    choose(opened, file("card.jpg", content))
    expect(opened.locator(".box .edge").first).to_be_attached()
    assert_boxes_fit(opened, local.result(f"uploads/{folder}/card.jpg"), content)


def test_boxes_follow_when_the_window_changes(opened: Page, local: Served) -> None:
    content = sample("id/straight.jpg")
    choose(opened, file("card.jpg", content))
    expect(opened.locator(".box .edge").first).to_be_attached()
    before = drawn(opened)
    opened.set_viewport_size({"width": 900, "height": 600})
    assert drawn(opened) != before
    assert_boxes_fit(opened, local.result("uploads/id/card.jpg"), content)


def test_boxes_fit_a_picture_that_says_it_is_to_be_turned(opened: Page, local: Served) -> None:
    content = sample("id/straight.jpg")
    turned = content[:2] + SIDEWAYS + content[2:]
    assert Image.open(io.BytesIO(turned)).getexif()[0x0112] == 6
    choose(opened, file("card.jpg", turned))
    expect(opened.locator(".box .edge").first).to_be_attached()
    assert_boxes_fit(opened, local.result("uploads/id/card.jpg"), content)
    place = opened.locator(".frame img").bounding_box()
    assert place is not None
    assert place["width"] > place["height"]


def test_the_edges_of_the_boxes_are_seen_at_those_pixels(opened: Page) -> None:
    choose(opened, file("card.jpg", sample("id/straight.jpg")))
    expect(opened.locator(".box .edge").first).to_be_attached()
    middles = [middle for corners in drawn(opened).values() for middle in edge_middles(corners)]
    assert all(is_box(opened, middles))
    opened.locator(".boxes").evaluate("boxes => boxes.replaceChildren()")
    assert not any(is_box(opened, middles))


def edge_middles(corners: list[Point]) -> list[Point]:
    following = corners[1:] + corners[:1]
    return [((x + u) / 2, (y + v) / 2) for (x, y), (u, v) in zip(corners, following, strict=True)]


def is_box(page: Page, places: list[Point]) -> list[bool]:
    """Whether a pixel at each place of the window has the colour of a box."""
    window = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return [
        any(
            is_near(window.getpixel((round(x) + right, round(y) + down)))
            for right in (-1, 0, 1)
            for down in (-1, 0, 1)
        )
        for x, y in places
    ]


def is_near(colour: Any) -> bool:
    return all(abs(one - wanted) < 16 for one, wanted in zip(colour, BOX, strict=True))
