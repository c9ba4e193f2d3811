"""The page of `card-ocr review` in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cli.report.page import words
from shared.store.layout import pending_name, result_name
from tests.browser.conftest import SCREENSHOTS
from tests.browser.reviews import (
    BAD_NUMBER,
    GOOD_NUMBER,
    KEY,
    Review,
    Serve,
    add,
    bucket,
    opened,
    reviews,
    rows,
    serving,
    value,
)
from tests.browser.test_both_pages import CONTRASTS_TOO_LOW, english_in
from tests.browser.watch import Watch
from tests.support.memory import failing_at

pytestmark = pytest.mark.browser

ENGLISH, CHINESE = words("english"), words("chinese")
REFUSED = "the server responded with a status of"
HOSTILE = ["</script><img src=x onerror=alert(1)>", "<b>&lt;'\"`code`", "${1}{by}", "\u202egnp.jpg"]


def panel(page: Page) -> str:
    return page.locator("#card .panel").inner_text()


def button(page: Page, name: str) -> None:
    page.locator("#card .buttons").get_by_role("button", name=name, exact=True).click()


# -- the list -------------------------------------------------------------------------------------


def test_cards_that_were_found_before_a_fault_are_shown_with_it(page: Page, review: Review) -> None:
    world = bucket("uploads/a.jpg", "uploads/b.jpg")
    world.store.before = failing_at("read", "b.jpg")
    review(world)
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#lost")).to_contain_text("InternalError")


# -- by keyboard ----------------------------------------------------------------------------------


def test_a_card_is_corrected_by_keyboard_only(page: Page, review: Review) -> None:
    world = bucket("uploads/a.jpg", "uploads/b.jpg")
    review(world)
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("Tab")  # the link that skips to the card
    for _ in range(6):
        page.keyboard.press("Tab")
    expect(page.locator("#list")).to_be_focused()
    page.keyboard.press("Enter")
    expect(value(page, "name")).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(value(page, "id_number")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.type(GOOD_NUMBER[-1])
    page.keyboard.press("Control+Enter")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#list")).to_be_focused()
    expect(page.locator("#card h2")).to_have_text("uploads/b.jpg")
    (written,) = reviews(world)
    assert (written["decision"], written["changed"]) == ("corrected", ["id_number"])
    assert written["fields"]["id_number"] == GOOD_NUMBER


def test_letters_decide_from_the_list_and_the_next_card_follows(
    page: Page, review: Review, watch: Watch
) -> None:
    watch.expect(REFUSED)  # the check digit is asked about
    keys = [f"uploads/{letter}.jpg" for letter in "abcd"]
    world = bucket(*keys)
    review(world)
    page.locator("#list").focus()
    page.keyboard.press("s")  # skip the first
    expect(page.locator("#card h2")).to_have_text(keys[1])
    page.keyboard.press("x")
    expect(page.locator("#card h2")).to_have_text(keys[2])
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Keep the values")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_have_text(keys[3])
    page.keyboard.press("r")
    expect(page.locator("#card .panel")).to_contain_text("one more job, which is paid for")
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_have_text(keys[0])
    expect(page.locator("#list")).to_be_focused()
    expect(page.locator("#announcements")).to_contain_text("The rerun is in line.")
    assert {one["source"]["key"]: one["decision"] for one in reviews(world)} == {
        keys[1]: "rejected",
        keys[2]: "confirmed",
    }
    (pending,) = world.store.names("pending")
    assert pending == pending_name("ocr/", keys[3], "e1~2", 1)


def test_letters_that_are_typed_decide_nothing(page: Page, review: Review) -> None:
    world = bucket()
    review(world)
    value(page, "name").click()
    with page.expect_response("**/checks"):
        page.keyboard.type("axrs/")
    page.locator("#note").click()
    page.keyboard.type("axrs/")
    expect(page.locator("#note")).to_have_value("axrs/")
    expect(rows(page)).to_have_count(1)
    assert reviews(world) == []
    assert world.store.names("pending") == []


def test_escape_leads_from_the_panel_to_the_card_and_to_the_list(
    page: Page, review: Review, watch: Watch
) -> None:
    watch.expect(REFUSED)
    review(bucket())
    page.locator("#list").focus()
    page.keyboard.press("a")
    expect(page.locator("#card .panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#card .panel")).to_have_count(0)
    expect(page.locator("#card .primary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#list")).to_be_focused()


# -- values and their checks ----------------------------------------------------------------------


def test_checks_run_while_a_value_is_typed(page: Page, review: Review) -> None:
    review(bucket())
    number = value(page, "id_number")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#hint-id_number")).to_contain_text("check digit")
    number.fill(GOOD_NUMBER)
    expect(number).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#hint-id_number")).to_be_empty()
    value(page, "birth_date").fill("1990年1月3日")
    expect(page.locator("#hint-birth_date")).to_contain_text("is written as 1990-01-03")
    live = page.locator("#card [aria-live] [data-passed=false]")
    expect(live).to_contain_text("id_number.birth_date")
    expect(page.locator("#card .primary")).to_have_text("Save the correction")


def test_a_changed_value_that_fails_its_check_is_kept_with_a_note(
    page: Page, review: Review, watch: Watch
) -> None:
    watch.expect(REFUSED)
    world = bucket()
    review(world)
    value(page, "name").fill("样本乙")
    button(page, "Save the correction")
    expect(page.locator("#note")).to_be_focused()
    assert "id_number.check_digit" in panel(page)
    page.keyboard.type("the card prints it so")
    button(page, "Keep the values")
    expect(rows(page)).to_have_count(0)
    expect(page.locator("#none")).to_have_text("Nothing awaits a person.")
    (written,) = reviews(world)
    assert (written["changed"], written["note"]) == (["name"], "the card prints it so")
    assert written["fields"]["id_number"] == BAD_NUMBER


def test_a_field_and_its_box_light_up_together(page: Page, review: Review) -> None:
    review(bucket())
    for name in ("name", "id_number"):
        value(page, name).focus()
        expect(page.locator(f"#card .box[data-field={name}]")).to_have_class(re.compile("lit"))
        expect(page.locator("#card .box.lit")).to_have_count(1)
        expect(page.locator(f"#card .field[data-field={name}]")).to_have_class("field lit")


def test_the_photo_is_shown_and_its_boxes_lie_in_its_own_pixels(page: Page, review: Review) -> None:
    review(bucket())
    frame = page.locator("#card .frame")
    expect(frame.locator("svg")).to_have_attribute("viewBox", "0 0 1360 900")
    assert frame.locator("img").evaluate("one => one.complete && one.naturalWidth > 0")


def test_what_was_typed_is_there_again_after_another_card(page: Page, review: Review) -> None:
    review(bucket("uploads/a.jpg", "uploads/b.jpg"))
    value(page, "name").fill("样本乙")
    page.locator("#note").fill("half a note")
    rows(page).nth(1).click()
    expect(page.locator("#card h2")).to_have_text("uploads/b.jpg")
    expect(rows(page).nth(0)).to_contain_text("edited")
    rows(page).nth(0).click()
    expect(value(page, "name")).to_have_value("样本乙")
    expect(page.locator("#note")).to_have_value("half a note")
    page.get_by_role("button", name="中文").click()
    expect(value(page, "name")).to_have_value("样本乙")


def test_filters_leave_what_they_name_oldest_first(page: Page, review: Review) -> None:
    world = bucket("uploads/b.jpg", "uploads/a.jpg")
    add(
        world,
        "uploads/c.jpg",
        written_at="2026-01-01T00:00:00Z",
        公民身份号码=GOOD_NUMBER,
        民族="x",
    )
    review(world)
    names = rows(page).locator(".name")
    expect(names).to_have_text(["uploads/c.jpg", "uploads/b.jpg", "uploads/a.jpg"])
    page.keyboard.press("/")
    page.keyboard.type("ethnicity.known")
    expect(names).to_have_text(["uploads/c.jpg"])
    expect(page.locator("#count")).to_have_text("1 of 3 cards")
    page.locator("#type").select_option("DriverLicense")
    expect(page.locator("#none")).to_have_text("No card passes these filters.")
    page.get_by_role("button", name="Clear").click()
    expect(names).to_have_count(3)


# -- what happens meanwhile -----------------------------------------------------------------------


def test_the_second_of_two_reviewers_is_shown_the_first_review(
    page: Page, serve: Serve, browser: Browser, watch: Watch
) -> None:
    watch.expect(REFUSED)
    world = bucket()
    one, other = serve(world, "first"), serve(world, "second")
    opened(page, one)
    context = browser.new_context()
    second = opened(context.new_page(), other)
    value(second, "name").fill("样本丙")
    value(second, "id_number").fill(GOOD_NUMBER)
    value(page, "id_number").fill(GOOD_NUMBER)
    button(page, "Save the correction")
    expect(rows(page)).to_have_count(0)
    button(second, "Save the correction")
    expect(second.locator("#card .panel .review")).to_contain_text("Reviewed by first")
    expect(second.locator("#card .panel .review")).to_contain_text(GOOD_NUMBER)
    expect(value(second, "name")).to_have_value("样本丙")
    assert len(reviews(world)) == 1
    second.locator("#card .panel").get_by_role("button", name="Decide all the same").click()
    expect(rows(second)).to_have_count(0)
    context.close()
    assert [(one["reviewer"], one["number"]) for one in reviews(world)] == [
        ("first", 1),
        ("second", 2),
    ]


def test_a_card_that_was_reviewed_before_it_is_opened_shows_that_review(
    page: Page, serve: Serve
) -> None:
    world = bucket("uploads/a.jpg", "uploads/b.jpg")
    one, other = serve(world, "first"), serve(world, "second")
    opened(page, other)
    context = page.context.browser.new_context()  # type: ignore[union-attr]
    first = opened(context.new_page(), one)
    rows(first).nth(1).click()
    expect(first.locator("#card h2")).to_have_text("uploads/b.jpg")
    value(first, "id_number").fill(GOOD_NUMBER)
    button(first, "Save the correction")
    expect(rows(first)).to_have_count(1)
    rows(page).nth(1).click()
    expect(page.locator("#card .review")).to_contain_text("Reviewed by first")
    context.close()


MEANWHILE = {
    "forgotten": "no longer there",
    "rerun": "a newer result",
    "rerunning": "a rerun is pending",
    "replaced": "another photo is at the key",
}


@pytest.mark.parametrize("happened", MEANWHILE)
def test_a_card_that_changed_meanwhile_is_refused_and_keeps_what_was_typed(
    happened: str, page: Page, review: Review, watch: Watch
) -> None:
    watch.expect(REFUSED)
    world = bucket()
    review(world)
    value(page, "id_number").fill(GOOD_NUMBER)
    page.locator("#note").fill("a note")
    if happened == "forgotten":
        world.store.delete(result_name("ocr/", KEY, "e1"))
    elif happened == "rerun":
        add(world, KEY, "e1~2")
    elif happened == "rerunning":
        world.store.objects[pending_name("ocr/", KEY, "e1~2", 1)] = b"{}"
    else:
        world.store.upload(KEY, etag="e2")
    button(page, "Save the correction")
    expect(page.locator("#card .panel")).to_contain_text(MEANWHILE[happened])
    expect(value(page, "id_number")).to_have_value(GOOD_NUMBER)
    expect(page.locator("#note")).to_have_value("a note")
    assert reviews(world) == []


@pytest.mark.parametrize(
    "arrives", [True, False], ids=["the answer is lost", "the request is lost"]
)
def test_a_connection_that_is_lost_during_a_decision_loses_nothing(
    arrives: bool,  # noqa: FBT001 — a parameter of the test
    page: Page,
    review: Review,
    watch: Watch,
) -> None:
    watch.expect("net::ERR")
    world = bucket()

    def lose(route: Route) -> None:
        if arrives:
            route.fetch()
        route.abort()

    review(world)
    value(page, "id_number").fill(GOOD_NUMBER)
    page.route("**/reviews", lose)
    button(page, "Save the correction")
    expect(page.locator("#card .panel")).to_contain_text("doesn’t answer")
    expect(value(page, "id_number")).to_have_value(GOOD_NUMBER)
    page.unroute("**/reviews")
    page.locator("#card .panel").get_by_role("button", name="Try again").click()
    expect(rows(page)).to_have_count(0)
    (written,) = reviews(world)
    assert written["fields"]["id_number"] == GOOD_NUMBER


def test_a_page_that_is_no_longer_served_says_so(page: Page, watch: Watch) -> None:
    watch.expect("net::ERR")
    with serving(bucket()) as address:
        opened(page, address)
        value(page, "name").fill("样本乙")
    button(page, "Save the correction")
    expect(page.locator("#card .panel")).to_contain_text("doesn’t answer")
    expect(value(page, "name")).to_have_value("样本乙")


def test_the_address_is_good_once_and_the_token_leaves_the_address_bar(
    page: Page, serve: Serve, browser: Browser
) -> None:
    address = serve(bucket())
    opened(page, address)
    assert page.url == re.sub(r"\?.*", "", address)
    page.reload()
    expect(page.locator("#card .fields")).to_be_visible()
    context = browser.new_context()
    other = context.new_page()
    reply = other.goto(address)
    assert reply is not None
    assert reply.status == 403
    assert "good once" in other.inner_text("body")
    context.close()


def test_two_pages_can_be_open_in_one_browser(page: Page, serve: Serve) -> None:
    one, other = serve(bucket("uploads/a.jpg")), serve(bucket("uploads/b.jpg"))
    opened(page, one)
    second = opened(page.context.new_page(), other)
    page.reload()
    expect(page.locator("#card h2")).to_have_text("uploads/a.jpg")
    expect(second.locator("#card h2")).to_have_text("uploads/b.jpg")
    second.close()


# -- looks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_keys_and_texts_are_shown_as_they_are_and_never_run(
    hostile: str, page: Page, review: Review, watch: Watch
) -> None:
    watch.expect(REFUSED)
    key = f"uploads/{hostile}.jpg"
    world = bucket(key, 姓名=f"样本{hostile}", **{hostile: f"x{hostile}"})
    review(world, hostile)
    expect(page.locator("#card h2")).to_have_text(key)
    expect(page.locator("#place")).to_contain_text(hostile)
    expect(page.locator("#card .values")).to_contain_text(f"x{hostile}")
    value(page, "address").fill(hostile)
    page.locator("#note").fill(hostile)
    button(page, "Save the correction")
    expect(page.locator("#card .panel")).to_be_visible()
    button(page, "Keep the values")
    expect(rows(page)).to_have_count(0)
    assert page.locator("#card b, #list b, img[src=x]").count() == 0
    (written,) = reviews(world)
    assert written["source"]["key"] == key
    assert written["reviewer"] == hostile


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_page_fits_every_width(
    colours: str, page: Page, review: Review, watch: Watch, request: pytest.FixtureRequest
) -> None:
    watch.expect(REFUSED)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    long = f"uploads/{'long' * 60}.jpg"
    review(bucket(long))
    page.emulate_media(forced_colors=colours)  # type: ignore[arg-type]
    page.locator("#card .primary").click()
    expect(page.locator("#card .panel")).to_be_visible()
    for width in (320, 400, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        for one in page.locator("#card input, #card button, #filters input, #filters select").all():
            box = one.bounding_box()
            assert box is not None
            assert box["x"] >= 0, width
            assert box["x"] + box["width"] <= width, width
        name = f"{request.node.name}-{width}.png"
        page.screenshot(path=SCREENSHOTS / name, full_page=True)


def test_in_forced_colours_the_selected_card_the_lit_field_and_a_failed_value_have_a_line(
    page: Page,
    review: Review,
) -> None:
    review(bucket())
    page.emulate_media(forced_colors="active")
    style = "one => getComputedStyle(one).outlineStyle"
    assert page.locator(".row[aria-selected=true]").evaluate(style) == "solid"
    value(page, "name").focus()
    assert page.locator("#card .field.lit").evaluate(style) == "solid"
    border = "one => getComputedStyle(one).borderTopStyle"
    assert value(page, "id_number").evaluate(border) == "double"
    assert value(page, "name").evaluate(border) == "solid"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(
    scheme: str, page: Page, review: Review, watch: Watch
) -> None:
    watch.expect(REFUSED)
    review(bucket())
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    value(page, "name").fill("样本乙")
    button(page, "Save the correction")
    expect(page.locator("#card .panel")).to_be_visible()
    assert page.evaluate(CONTRASTS_TOO_LOW) == []


def test_the_switch_changes_every_word(page: Page, review: Review, watch: Watch) -> None:
    watch.expect(REFUSED)
    review(bucket())
    button(page, "Confirm")
    expect(page.locator("#card .panel")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text(CHINESE["review.title"])
    page.locator("#card .panel").get_by_role("button", name=CHINESE["review.back"]).click()
    assert english_in(page) == set()


def test_every_control_has_a_name(page: Page, review: Review) -> None:
    review(bucket())
    for control in page.locator("input, select, button, textarea").all():
        label = control.evaluate("it => it.labels?.[0]?.innerText || it.innerText")
        assert label.strip()


def test_the_field_that_has_the_focus_is_never_behind_the_photo(page: Page, review: Review) -> None:
    review(bucket())
    page.locator("#note").focus()
    for name in ("id_number", "address", "birth_date", "ethnicity", "gender", "name"):
        value(page, name).focus()
        field, photo = value(page, name).bounding_box(), page.locator(".frame").bounding_box()
        assert field is not None
        assert photo is not None
        assert field["y"] >= photo["y"] + photo["height"], name
