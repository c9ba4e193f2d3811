"""The report of 5,000 cards, in a real browser: how fast it is, and what a person can do in it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cli.masking import masking_of
from cli.pictures.thumbnail import thumbnail_of
from cli.report.card import card_in_report
from cli.report.page import Facts
from cli.report.writing import write_report
from cli.results import Wanted
from cli.results.gather import gathering
from shared.card import IdInfo
from shared.documents import Result
from tests.browser.conftest import SCREENSHOTS
from tests.support.environment import BUCKET
from tests.support.many_cards import filled, many_cards
from tests.support.pipelines import World
from tests.support.results import AT, MINIMUM, card_result

pytestmark = pytest.mark.browser

CARDS = 5000
OPEN_SECONDS = 3.0
FILTER_MILLISECONDS = 200
SAMPLE = Path("local/samples/id/straight.jpg")

Write = Callable[..., Path]


def write(
    path: Path, results: Iterator[Result], *, reveal: bool, photograph: bytes | None = None
) -> Path:
    """The report of these results; `photograph` is everybody's."""
    world = World()
    filled(world.store, results)
    pipeline = world.pipeline()
    masking = masking_of(pipeline, reveal=reveal)
    thumbnail = thumbnail_of(photograph) if photograph else None
    facts = Facts(BUCKET, "uploads/", AT, MINIMUM, reveal=reveal, images=bool(photograph))
    with (
        gathering(pipeline, Wanted(), kept=False) as cards,
        path.open("w", encoding="utf-8") as stream,
    ):
        write_report(stream, facts, ((card_in_report(card, masking), thumbnail) for card in cards))
    return path


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("masked") / "r.html", many_cards(CARDS), reveal=False)


@pytest.fixture(scope="module")
def revealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("revealed") / "r.html", many_cards(CARDS), reveal=True)


def opened(page: Page, path: Path) -> Page:
    page.goto(path.as_uri())
    return page


def rows(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Cards").get_by_role("option")


def shown(page: Page) -> int:
    """How many cards the filters leave, as the page says."""
    count = page.get_by_role("status").inner_text().split(" of ", maxsplit=1)[0]
    return int(count.replace(",", ""))


def data(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.locator("#cards-data").inner_text())
    return found


def test_five_thousand_cards_open_within_three_seconds(page: Page, masked: Path) -> None:
    began = time.monotonic()
    opened(page, masked)
    expect(rows(page).first).to_be_visible()
    seconds = time.monotonic() - began
    assert shown(page) == CARDS
    assert seconds < OPEN_SECONDS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("outcome", "failed"), ("outcome", ""), ("review", "needed"), ("order", "lowest")),
        *(("from", "2026-02-01"), ("until", "2026-01-15"), ("text", "样例省")),
        *(("text", "1767228"), ("text", "no card has this"), ("text", "SourceReplaced")),
    ],
)
def test_a_filter_answers_within_200_milliseconds(
    name: str, value: str, page: Page, revealed: Path
) -> None:
    opened(page, revealed)
    milliseconds = min(page.evaluate(FILTER, [name, value]) for _ in range(3))
    assert milliseconds < FILTER_MILLISECONDS


def test_the_counts_are_those_of_the_cards(page: Page, masked: Path) -> None:
    cards = data(opened(page, masked))
    for outcome, words in (("recognised", "Recognised"), ("rejected", "Rejected")):
        count = sum(card["outcome"] == outcome for card in cards)
        label = page.get_by_role("radio", name=f"{words} {count:,}")
        label.check()
        assert shown(page) == count


def test_review_date_and_text_filter_together(page: Page, revealed: Path) -> None:
    cards = data(opened(page, revealed))
    page.get_by_label("Review").select_option("needs review")
    page.get_by_label("From").fill("2026-01-10")
    page.get_by_label("Until").fill("2026-02-10")
    page.get_by_role("searchbox", name="Text").fill("样本甲 uploads/id")
    wanted = [
        card
        for card in cards
        if card["needs_review"]
        and "2026-01-10" <= card["written_at"][:10] <= "2026-02-10"
        and "样本甲" in json.dumps(card, ensure_ascii=False)
        and "uploads/id" in card["key"]
    ]
    assert wanted
    assert shown(page) == len(wanted)


def test_clear_brings_every_card_back(page: Page, masked: Path) -> None:
    opened(page, masked)
    page.get_by_role("searchbox", name="Text").fill("no card has this")
    expect(page.get_by_text("No card passes these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("status")).to_have_text(f"{CARDS:,} of {CARDS:,} cards")


def test_a_bar_of_the_chart_chooses_its_days(page: Page, masked: Path) -> None:
    cards = data(opened(page, masked))
    page.locator("#time .bar").nth(30).click()
    day = page.get_by_label("From").input_value()
    assert page.get_by_label("Until").input_value() == day
    assert shown(page) == sum(card["written_at"].startswith(day) for card in cards)


def test_the_cards_can_be_gone_through_by_keyboard(page: Page, masked: Path) -> None:
    opened(page, masked)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Text")).to_be_focused()
    page.keyboard.type("recognised-nothing")
    page.keyboard.press("Escape")
    chosen = page.locator("[aria-selected=true]")
    cards = page.get_by_role("listbox")
    expect(cards).to_be_focused()
    for key, place in (("ArrowDown", 2), ("ArrowDown", 3), ("ArrowUp", 2), ("End", CARDS)):
        page.keyboard.press(key)
        expect(chosen).to_have_attribute("aria-posinset", str(place))
        assert cards.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    expect(chosen).to_be_in_viewport()
    page.keyboard.press("Home")
    expect(chosen).to_have_attribute("aria-posinset", "1")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#card .box.lit")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(cards).to_be_focused()


def test_a_card_shows_what_its_row_announces(page: Page, revealed: Path) -> None:
    opened(page, revealed)
    row = rows(page).nth(3)
    row.click()
    expect(page.locator("#card h2")).to_have_text(row.locator(".name").inner_text())


def test_masked_values_and_keys_are_nowhere_in_the_file(page: Page, masked: Path) -> None:
    text = masked.read_text(encoding="utf-8")
    whole = [card.body(MINIMUM).decode() for card in many_cards(50)]
    values = {
        value
        for body in whole
        for value in json.loads(body)["fields"].values()
        if value and len(value) > 2
    }
    assert values
    assert not [value for value in values if value in text]
    assert "uploads/id/" not in text
    expect(opened(page, masked).get_by_role("note")).to_contain_text("Values are masked")


def test_a_revealed_report_says_so_at_the_top(page: Page, revealed: Path) -> None:
    expect(opened(page, revealed).get_by_role("note")).to_contain_text("personal data")


@pytest.mark.parametrize("hostile", ["</script><img src=x onerror=alert(1)>", "<b>&lt;'\"", "${1}"])
def test_texts_are_shown_as_they_are_and_never_run(
    hostile: str, page: Page, tmp_path: Path
) -> None:
    infos = (IdInfo("姓名", hostile, 99, ()), IdInfo(hostile, hostile, 1, ((0, 0), (0, 9), (9, 9))))
    card = card_result(f"uploads/{hostile}.jpg", id_infos=infos)
    opened(page, write(tmp_path / "r.html", iter([card]), reveal=True))
    expect(page.locator("#card h2")).to_have_text(f"uploads/{hostile}.jpg")
    expect(page.get_by_role("cell", name=hostile, exact=True).first).to_be_visible()
    assert page.locator("img, #card b, #list b").count() == 0


def test_the_policy_stops_a_script_that_got_in(page: Page, masked: Path, tmp_path: Path) -> None:
    other = tmp_path / "r.html"
    text = masked.read_text(encoding="utf-8").replace(
        "<h1>", "<script>document.title = 'ran'</script><h1>", 1
    )
    other.write_text(text, encoding="utf-8")
    blank = page.context.new_page()
    blank.goto(other.as_uri())
    assert blank.title() == "Card OCR report"
    opened(page, masked)


def test_boxes_lie_at_the_pixels_of_the_result(page: Page, tmp_path: Path) -> None:
    """The photograph fills its extent, so that a pixel of it is a unit of the drawing."""
    places = {"姓名": ((244, 144), (244, 192), (394, 192), (394, 144))}
    infos = (IdInfo("姓名", "样本甲", 99, places["姓名"]),)
    card = card_result(id_infos=infos)
    report = write(tmp_path / "r.html", iter([card]), reveal=True, photograph=SAMPLE.read_bytes())
    opened(page, report)
    picture = page.locator("svg.places")
    expect(picture).to_have_attribute("viewBox", "0 0 1360 900")
    image = picture.locator("image").bounding_box()
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
            picture.src = document.querySelector("svg.places image").getAttribute("href");
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


def test_an_empty_report_says_so(page: Page, tmp_path: Path) -> None:
    opened(page, write(tmp_path / "r.html", iter([]), reveal=False))
    expect(page.get_by_text("No card passes these filters.")).to_be_visible()
    assert shown(page) == 0


def test_the_page_fits_a_telephone(page: Page, masked: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    opened(page, masked)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


FILTER = """async ([name, value]) => {
    const form = document.getElementById("filters");
    form.reset();
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    const began = performance.now();
    form.elements[name].value = value;
    form.dispatchEvent(new Event("input"));
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    return performance.now() - began;
}"""
"""Milliseconds until the page shows what a filter leaves."""

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
