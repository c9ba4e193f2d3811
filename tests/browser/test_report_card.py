"""One card of the report, in a real browser: its texts, its boxes, its scores."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from shared.card import IdInfo
from tests.browser.reports import opened, rows, write
from tests.support.results import card_result
from tests.support.reviews import review_of

pytestmark = pytest.mark.browser

SAMPLE = Path("local/samples/id/straight.jpg")


def test_a_card_shows_what_its_row_announces(page: Page, revealed: Path) -> None:
    opened(page, revealed)
    row = rows(page).nth(3)
    row.click()
    expect(page.locator("#card h2")).to_have_text(row.locator(".name").inner_text())


@pytest.mark.parametrize("hostile", ["</script><img src=x onerror=alert(1)>", "<b>&lt;'\"", "${1}"])
def test_texts_are_shown_as_they_are_and_never_run(
    hostile: str, page: Page, tmp_path: Path
) -> None:
    infos = (IdInfo("姓名", hostile, 99, ()), IdInfo(hostile, hostile, 1, ((0, 0), (0, 9), (9, 9))))
    card = card_result(f"uploads/{hostile}.jpg", id_infos=infos)
    opened(page, write(tmp_path / "r.html", iter([card]), reveal=True))
    expect(page.locator("#card h2")).to_have_text(f"uploads/{hostile}.jpg")
    expect(page.locator("#card .value", has_text=hostile).first).to_be_visible()
    assert page.locator("img, #card b, #list b").count() == 0


def test_boxes_lie_at_the_pixels_of_the_result(page: Page, tmp_path: Path) -> None:
    """The photo fills its extent, so that a pixel of it is a unit of the drawing."""
    places = {"姓名": ((244, 144), (244, 192), (394, 192), (394, 144))}
    infos = (IdInfo("姓名", "样本甲", 99, places["姓名"]),)
    card = card_result(id_infos=infos)
    report = write(tmp_path / "r.html", iter([card]), reveal=True, photo=SAMPLE.read_bytes())
    opened(page, report)
    picture = page.locator("#card .frame")
    expect(picture.locator("svg")).to_have_attribute("viewBox", "0 0 1360 900")
    image = picture.locator("img").bounding_box()
    assert image is not None
    corners = picture.locator("polygon.edge").evaluate(
        """polygon => [...polygon.points].map((point) => {
            const { x, y } = point.matrixTransform(polygon.getScreenCTM());
            return [x, y];
        })"""
    )
    for (x, y), (left, top) in zip(corners, places["姓名"], strict=True):
        assert (x - image["x"]) / image["width"] == pytest.approx(left / 1360, abs=0.002)
        assert (y - image["y"]) / image["height"] == pytest.approx(top / 900, abs=0.002)
    assert page.evaluate(
        """() => new Promise((done) => {
            const picture = new Image();
            picture.onload = () => done(picture.naturalWidth > 0);
            picture.src = document.querySelector("#card .frame img").src;
        })"""
    )


def test_a_score_has_its_band_in_list_boxes_and_table(page: Page, tmp_path: Path) -> None:
    corners = ((0, 0), (0, 9), (9, 9), (9, 0))
    infos = tuple(
        IdInfo(label, "x", score, corners)
        for label, score in (("姓名", 95), ("性别", 85), ("住址", 20), ("民族", None))
    )
    opened(page, write(tmp_path / "r.html", iter([card_result(id_infos=infos)]), reveal=True))
    for band in ("good", "fair", "low", "none"):
        assert page.locator(f"#card .box.{band}").count() == 1
        assert page.locator(f"#card .chip.{band}").count() == 1
    expect(page.locator("#list .chip")).to_have_class("chip low")
    expect(page.locator("#list .chip")).to_have_text("lowest score 20, below the minimum of 80")


@pytest.mark.parametrize("hostile", ["</script><img src=x onerror=alert(1)>", "<b>"])
def test_a_reviewed_card_shows_whose_word_counts_and_needs_no_review(
    hostile: str, page: Page, tmp_path: Path
) -> None:
    cards = [card_result("uploads/a.jpg"), card_result("uploads/b.jpg")]
    review = review_of(cards[0], name=f"样本乙{hostile}")._replace(note=hostile)
    opened(page, write(tmp_path / "r.html", iter(cards), reveal=True, reviews=[review]))
    page.locator("#review").select_option("reviewed")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#card .tags .state")).to_have_text("recognised")
    expect(page.locator("#card .review")).to_contain_text("Reviewed by reviewer-1")
    expect(page.locator("#card .review .said")).to_have_text(hostile)
    expect(page.locator("#card [data-field=name] .value")).to_have_text(f"样本乙{hostile}")
    page.locator("#review").select_option("needed")
    expect(page.locator("#card h2")).to_have_text("uploads/b.jpg")
    assert page.locator("img, #card b").count() == 0
