"""How the report looks, in a real browser: contrasts, dark and light, names, on a telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SCREENSHOTS
from tests.browser.reports import opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(scheme: str, page: Page, revealed: Path) -> None:
    """WCAG 2.2 AA: 4.5 to 1, for whatever stands in the page."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    opened(page, revealed)
    page.locator("#card").evaluate("card => card.scrollTo(0, 300)")
    assert page.evaluate(CONTRASTS_TOO_LOW) == []
    page.screenshot(path=SCREENSHOTS / f"report-{scheme}.png", full_page=True)


def test_the_button_changes_between_dark_and_light(page: Page, masked: Path) -> None:
    page.emulate_media(color_scheme="light")
    opened(page, masked)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) != light
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) == light


def test_every_control_has_a_name(page: Page, masked: Path) -> None:
    opened(page, masked)
    for control in page.locator("input, select, button").all():
        label = control.evaluate("it => it.labels?.[0]?.innerText || it.innerText")
        assert label.strip()


def test_the_page_fits_a_telephone(page: Page, masked: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    opened(page, masked)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


CONTRASTS_TOO_LOW = """() => {
    const UNSEEN = "script, style, noscript, title, .unseen, .skip";
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([red, green, blue]) => {
        const [r, g, b] = [red, green, blue].map((one) => {
            const share = one / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const colour = rgba(getComputedStyle(one).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255];
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const low = [];
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || element.closest(UNSEEN)) continue;
        const style = getComputedStyle(element);
        const ink = rgba(element.closest("svg") ? style.fill : style.color);
        const [one, other] = [luminance(ink), luminance(groundOf(element))].sort();
        if ((other + 0.05) / (one + 0.05) < 4.5) low.push(texts.currentNode.data.trim());
    }
    return low;
}"""
