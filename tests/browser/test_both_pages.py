"""What holds for the page of `make up` and for the report: languages, widths, colours, names."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cli.report.page import words
from tests.browser.conftest import SCREENSHOTS
from tests.browser.reports import write
from tests.support.many_cards import many_cards

pytestmark = pytest.mark.browser

ENGLISH, CHINESE = words("english"), words("chinese")
WIDTHS = (320, 400, 1200)
LOCALES = ("en-GB", "zh-CN")

Open = Callable[[], Page]


@pytest.fixture(params=["page", "report"])
def open_page(request: pytest.FixtureRequest, locale: str, tmp_path: Path) -> Open:
    """Opens one of the two in a browser of `locale`, with a card whose values are shown."""
    assert locale  # `page` takes it: named here so that a test can set it
    if request.param == "report":
        page: Page = request.getfixturevalue("page")
        report = write(tmp_path / "r.html", many_cards(30), reveal=True)
        return lambda: open_report(page, report)
    page, url = request.getfixturevalue("page"), request.getfixturevalue("local").url
    return lambda: open_local(page, url)


def open_report(page: Page, path: Path) -> Page:
    page.goto(path.as_uri())
    expect(page.locator("#card .values")).to_be_visible()
    return page


def open_local(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator("#sample").click()
    expect(page.locator("#card .values")).to_be_visible()
    return page


def language(page: Page) -> str | None:
    return page.locator("html").get_attribute("lang")


def titles(page: Page) -> set[str]:
    return {page.title(), page.locator("h1").inner_text().strip()}


@pytest.mark.parametrize(
    ("locale", "tag", "table"),
    [
        *(("en-US", "en", ENGLISH), ("fr-FR", "en", ENGLISH)),
        *(("zh-CN", "zh-Hans", CHINESE), ("zh-TW", "zh-Hans", CHINESE)),
    ],
)
def test_a_page_follows_the_browser(open_page: Open, tag: str, table: dict[str, str]) -> None:
    page = open_page()
    assert language(page) == tag
    assert titles(page) <= {table["page.title"], table["report.title"]}


def test_the_first_language_that_the_page_knows_counts(open_page: Open, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'languages', {get: () => ['de-CH', 'zh-SG', 'en']})"
    )
    assert language(open_page()) == "zh-Hans"


def test_the_switch_changes_every_word_and_is_remembered(open_page: Open) -> None:
    page = open_page()
    switch = page.get_by_role("button", name="中文")
    expect(switch).to_have_attribute("lang", "zh-Hans")
    switch.click()
    expect(page.get_by_role("button", name="English")).to_have_attribute("lang", "en")
    expect(page.locator("#card .values")).to_be_visible()
    assert language(page) == "zh-Hans"
    assert titles(page) <= {CHINESE["page.title"], CHINESE["report.title"]}
    assert english_in(page) == set()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.get_by_role("button", name="English").click()
    assert language(page) == "en"
    assert english_in(page)


def test_a_browser_that_stores_nothing_can_still_switch(open_page: Open, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})"
    )
    open_page().get_by_role("button", name="中文").click()
    assert language(page) == "zh-Hans"
    assert language(open_page()) == "en"


@pytest.mark.parametrize("locale", LOCALES)
def test_a_field_is_named_as_the_card_prints_it_and_as_the_result_has_it(open_page: Open) -> None:
    label = open_page().locator(".values [data-field=name] dt")
    expect(label).to_have_text("姓名 name")
    expect(label.locator("[lang=zh-Hans]")).to_have_text("姓名")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_fits_every_width_in_light_and_dark(
    open_page: Open, scheme: str, request: pytest.FixtureRequest
) -> None:
    page = open_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert_fits_every_width(page, request.node.name)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_fits_every_width_in_forced_colours(
    open_page: Open, request: pytest.FixtureRequest
) -> None:
    page = open_page()
    page.emulate_media(forced_colors="active")
    assert_fits_every_width(page, request.node.name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(open_page: Open, scheme: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1, for whatever stands in the page."""
    page = open_page()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    assert page.evaluate(CONTRASTS_TOO_LOW) == []


def test_in_forced_colours_the_selected_card_and_the_lit_value_have_a_line(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(forced_colors="active")
    style = "one => getComputedStyle(one).outlineStyle"
    assert page.locator(".row[aria-selected=true]").evaluate(style) == "solid"
    value = page.locator(".values [data-field=name]")
    value.hover()
    assert value.evaluate(style) == "solid"
    assert page.locator(".row .state").first.evaluate(
        "one => getComputedStyle(one, '::before').backgroundColor"
    ) != page.locator(".row").first.evaluate("one => getComputedStyle(one).backgroundColor")


@pytest.mark.parametrize(("locale", "name"), [("en-GB", "score"), ("zh-CN", "得分")])
def test_every_score_has_a_name_for_screen_readers(open_page: Open, name: str) -> None:
    scores = open_page().locator(".values .score")
    assert scores.count() > 0
    for score in scores.all():
        assert re.fullmatch(
            rf"{name}\S*( below the minimum of 80| 80)? [\d.]+", spoken(score.inner_text())
        )


def spoken(text: str) -> str:
    return " ".join(text.split())


def assert_fits_every_width(page: Page, name: str) -> None:
    """No sideways scrolling, and the number of a card on one line; keeps a screenshot of each."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        number = page.locator(".values .whole")
        expect(number).to_have_count(1)
        assert number.evaluate(LINES) == 1, width
        assert number.evaluate("one => one.scrollWidth <= one.clientWidth"), width
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)


def english_in(page: Page) -> set[str]:
    """Texts, names and hints on the page that are words of the English table."""
    found: list[str] = page.evaluate(TEXTS)
    own = {text for key, text in ENGLISH.items() if key != "language.other" and "{" not in text}
    own -= set(CHINESE.values())
    return {text.strip() for text in found} & own


LINES = """one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
}"""

TEXTS = """() => {
    const texts = [];
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const inside = walker.currentNode.parentElement;
        if (!inside.closest("script, style, noscript, code, [lang=en]:not(html)")) {
            texts.push(walker.currentNode.data);
        }
    }
    for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
        texts.push(one.ariaLabel ?? "", one.title ?? "", one.placeholder ?? "");
    }
    return texts;
}"""

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
