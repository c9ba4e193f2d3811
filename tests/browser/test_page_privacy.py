"""What the page hides until it is asked, and from whom it keeps it altogether."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from coslocal.server import LocalServer
from local.cloud import SAMPLES
from tests.browser.served import OWN, Served, choose, file, sample

pytestmark = pytest.mark.browser

VALUES = json.loads((SAMPLES / "id/straight.json").read_bytes())["fields"]
PERSONAL = [VALUES[name] for name in ("name", "address", "id_number", "birth_date")]


def upload_own(page: Page) -> None:
    choose(page, file("own.jpg", sample("id/straight.jpg") + OWN))
    expect(page.locator("#state")).to_have_text("recognised")
    expect(page.locator(".values")).to_be_visible()


def test_ones_own_card_is_hidden_until_it_is_asked_for(opened: Page) -> None:
    answers: list[str] = []
    opened.on(
        "response", lambda answer: answers.append(answer.url) if "/cards/" in answer.url else None
    )
    upload_own(opened)
    opened.locator("details[data-kind=result] summary").click()
    for value in PERSONAL:
        assert value not in opened.content()
    expect(opened.locator(".values [data-field=id_number] .value")).to_have_text("9" + "*" * 17)
    assert "blur" in opened.locator(".frame img").evaluate("one => getComputedStyle(one).filter")
    assert not any("reveal" in url for url in answers)
    opened.get_by_role("button", name="Show values").click()
    expect(opened.locator(".values")).to_contain_text(VALUES["id_number"])
    expect(opened.locator("pre")).to_contain_text(VALUES["address"])
    assert opened.locator(".frame img").evaluate("one => getComputedStyle(one).filter") == "none"
    opened.get_by_role("button", name="Hide values").click()
    expect(opened.locator(".values")).not_to_contain_text(VALUES["id_number"])
    expect(opened.locator("pre")).not_to_contain_text(VALUES["address"])


def test_a_reload_hides_values_again_and_keeps_the_card_selected(opened: Page) -> None:
    upload_own(opened)
    opened.get_by_role("button", name="Show values").click()
    expect(opened.locator(".values")).to_contain_text(VALUES["name"])
    opened.reload()
    expect(opened.locator("main h2")).to_have_text("own.jpg")
    expect(opened.locator(".values [data-field=name] .value")).to_have_text("样**")


def test_the_specimens_of_the_repository_have_nothing_to_hide(opened: Page) -> None:
    opened.locator("#sample").click()
    expect(opened.locator(".values")).to_contain_text(VALUES["id_number"])
    expect(opened.locator("#reveal")).to_be_hidden()


def test_another_site_in_the_same_browser_gets_nothing(
    browser: Browser, opened: Page, local: Served
) -> None:
    upload_own(opened)
    photo = opened.locator(".frame img").evaluate("picture => picture.src")
    elsewhere = LocalServer()

    def answer(_environ: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])  # type: ignore[operator]
        return [b"<title>elsewhere</title>"]

    elsewhere.serve(answer)
    try:
        with browser.new_context() as context:
            other = context.new_page()
            other.goto(elsewhere.url)
            tried = other.evaluate(ATTEMPTS, {"page": local.url, "photo": photo})
    finally:
        elsewhere.stop()
    assert tried == {
        "reads the list": False,
        "shows the photo": False,
        "follows events": False,
        "hears of an upload": False,
        "frames the page": False,
    }
    expect(opened.locator("#cards .row")).to_have_count(1)


ATTEMPTS = """async ({page, photo}) => {
  const either = (target, good) => new Promise((resolve) => {
    target.addEventListener(good, () => resolve(true));
    target.addEventListener("error", () => resolve(false));
    setTimeout(() => resolve("neither within 10 s"), 10000);
  });
  const picture = new Image();
  const shown = either(picture, "load");
  picture.src = photo;
  const followed = either(new EventSource(page + "page/events"), "open");
  const frame = document.createElement("iframe");
  const framed = either(frame, "load");
  frame.src = page;
  document.body.append(frame);
  const upload = {method: "POST", mode: "no-cors"};
  const sent = await fetch(page + "page/samples/id/dark.jpg", upload).then(() => true, () => false);
  await framed;
  return {
    "reads the list": await fetch(page + "page/samples").then(() => true, () => false),
    "shows the photo": await shown,
    "follows events": await followed,
    "hears of an upload": sent,
    "frames the page": frame.contentWindow.length > 0 || frame.contentDocument !== null,
  };
}"""
