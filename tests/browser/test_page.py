"""The page of `make up`: photos go in, and are followed to their results.

The boxes over a photo lie at the pixels that the result names. What the page hides until it is
asked, and from whom it keeps it altogether, is here too.
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from coslocal.ci.faults import RequestFault
from coslocal.client import official_client
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from coslocal.server import LocalServer
from local.cloud import SAMPLES
from tests.browser.served import OWN, SIDEWAYS, Served, choose, file, sample, served
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

STEPS = ["uploaded", "claimed", "submitted", "recognised", "result"]


def expect_steps(page: Page, states: Mapping[str, str]) -> None:
    """Wait until these steps have these states: they follow the card's state, event by event."""
    for name, state in states.items():
        step = page.locator(f".steps li[data-step={name}]")
        expect(step).to_have_attribute("data-state", state)


def test_an_empty_bucket_says_what_to_do_and_a_sample_is_one_click_away(opened: Page) -> None:
    main = opened.get_by_role("main")
    expect(main.get_by_role("heading")).to_have_text("Drop a photo of a card here")
    main.get_by_role("button", name="Try a sample card").click()
    expect(opened.locator("#state")).to_have_text("recognised")
    expect(opened.locator(".values [data-field=name] .value")).to_have_text("样本甲")


def test_samples_are_tried_one_after_the_other(opened: Page) -> None:
    for number in (1, 2, 3):
        opened.locator("#sample").click()
        expect(opened.locator("#cards .row")).to_have_count(number)


def test_a_card_is_watched_on_its_way_step_by_step(opened: Page, local: Served) -> None:
    local.recogniser.hold()
    choose(opened, file("card.jpg", sample("id/straight.jpg")))
    expect(opened.locator("#state")).to_have_text("submitted")
    expect(opened.locator(".steps li[data-state=current]")).to_have_attribute(
        "data-step", "recognised"
    )
    expect_steps(
        opened,
        {**dict.fromkeys(STEPS[:3], "done"), "recognised": "current", "result": "ahead"},
    )
    expect(opened.locator("details[data-kind=pending] summary")).to_contain_text("ocr/pending/")
    local.recogniser.release()
    expect(opened.locator("#state")).to_have_text("recognised")
    expect_steps(opened, dict.fromkeys(STEPS, "done"))
    expect(opened.locator("details[data-kind=pending]")).to_have_count(0)


def test_the_steps_are_shown_in_the_order_they_were_made(opened: Page) -> None:
    choose(opened, file("card.jpg", sample("id/straight.jpg")))
    expect(opened.locator("#state")).to_have_text("recognised")
    texts = opened.locator(".steps .time").all_inner_texts()
    assert re.fullmatch(r"\d\d:\d\d:\d\d", texts[0])
    times = [float(text.removeprefix("+").removesuffix(" s")) for text in texts[1:]]
    assert times == sorted(times)


def test_a_claim_is_seen_while_it_stands(opened: Page, local: Served) -> None:
    may_go_on = threading.Event()

    def hold_the_look_for_a_result(request: CosRequest) -> CosError | None:
        if request.method == "HEAD" and (request.key or "").startswith("ocr/results/"):
            assert may_go_on.wait(30)
        return None

    local.cloud.cos.before_effect = hold_the_look_for_a_result
    choose(opened, file("card.jpg", sample("id/straight.jpg")))
    expect(opened.locator("#state")).to_have_text("claimed")
    may_go_on.set()
    expect(opened.locator("#state")).to_have_text("recognised")


def test_several_files_go_up_at_once_each_under_a_name_of_its_own(opened: Page) -> None:
    choose(
        opened,
        file("one.jpg", sample("id/straight.jpg")),
        file("two.jpg", sample("id/angle.jpg")),
        file("one.jpg", sample("id/dark.jpg")),
    )
    for name in ("one.jpg", "two.jpg", "one-2.jpg"):
        expect(opened.locator("#cards .row", has_text=name)).to_contain_text("recognised")
    expect(opened.locator("#count")).to_have_text("3")


def test_the_card_type_chosen_is_the_one_that_is_read(opened: Page) -> None:
    opened.get_by_label("Driving licence").check(force=True)
    choose(opened, file("licence.jpg", sample("driver/straight.jpg")))
    expect(opened.locator("#state")).to_have_text("recognised")
    expect(opened.locator(".values [data-field=vehicle_class]")).to_contain_text("C1")


def test_a_dropped_photo_is_uploaded(opened: Page) -> None:
    opened.evaluate(
        """bytes => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", {type: "image/jpeg"}));
          for (const type of ["dragenter", "dragover", "drop"])
            document.body.dispatchEvent(
              new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        list(sample("id/small.jpg")),
    )
    expect(opened.locator("#state")).to_have_text("recognised")
    expect(opened.locator("#over")).to_be_hidden()


def test_a_broken_picture_ends_with_its_reason(opened: Page) -> None:
    choose(opened, file("broken.jpg", sample("driver/truncated.jpg")))
    expect(opened.locator("#state")).to_have_text("failed")
    expect(opened.locator(".reason")).to_contain_text("ResourceNotSupported")
    expect_steps(opened, {"recognised": "failed"})


def test_a_text_is_rejected_with_its_reason_and_never_sent(opened: Page, local: Served) -> None:
    choose(opened, file("notes.txt", b"no card", "text/plain"))
    expect(opened.locator("#state")).to_have_text("rejected")
    expect(opened.locator(".reason")).to_contain_text("NotAnImage")
    expect(opened.locator(".no-picture")).to_be_visible()
    expect_steps(opened, {"submitted": "skipped"})
    assert local.cloud.jobs == []


def test_a_card_that_ci_refuses_for_now_waits_with_the_reason(opened: Page, local: Served) -> None:
    local.cloud.runner.faults.requests.append(RequestFault("QueueSaturated"))
    choose(opened, file("card.jpg", sample("id/straight.jpg")))
    expect(opened.locator("#state")).to_have_text("waiting")
    expect(opened.locator(".reason")).to_contain_text("QueueSaturated")


def test_a_picture_without_a_card_says_so(opened: Page) -> None:
    choose(opened, file("table.jpg", sample("id/no-card.jpg")))
    expect(opened.locator("#state")).to_have_text("nothing found")
    expect(opened.locator(".read")).to_contain_text("CI found no ID card")


def test_an_upload_that_cos_refuses_stays_in_the_list_with_the_reason(
    opened: Page, local: Served, watch: Watch
) -> None:
    watch.expect("502")
    local.cloud.cos.before_effect = lambda request: (
        CosError("AccessDenied", "not now") if request.method == "PUT" else None
    )
    choose(opened, file("card.jpg", sample("id/straight.jpg")))
    refused = opened.locator(".uploads .refused")
    expect(refused).to_contain_text("AccessDenied")
    refused.get_by_role("button", name="dismiss").click()
    expect(refused).to_have_count(0)


def test_a_name_that_looks_like_markup_is_text(opened: Page) -> None:
    name = "<img src=x onerror=alert(1)>.jpg"
    choose(opened, file(name, sample("id/straight.jpg")))
    expect(opened.locator("main h2")).to_have_text(name)


def test_what_others_put_into_the_bucket_or_delete_is_seen(opened: Page, local: Served) -> None:
    cloud = local.cloud
    user = official_client(cloud.setup.url, cloud.uploader, cloud.setup.region)
    bucket, key = cloud.setup.bucket, "uploads/id/other.jpg"
    user.put_object(
        Bucket=bucket, Key=key, Body=sample("id/straight.jpg"), ContentType="image/jpeg"
    )
    expect(opened.locator("#cards .row")).to_contain_text("recognised")
    opened.locator("#cards .row").click()
    user.delete_object(Bucket=bucket, Key=key)
    expect(opened.locator("#cards .row")).to_contain_text("photo gone or replaced")
    for found in ("pending", "results"):
        names = user.list_objects(Bucket=bucket, Prefix=f"ocr/{found}/").get("Contents", [])
        for entry in names:
            user.delete_object(Bucket=bucket, Key=entry["Key"])
    expect(opened.locator("#cards .row")).to_have_count(0)
    expect(opened.get_by_role("main")).to_contain_text("Drop a photo")


def test_the_arrow_keys_move_along_the_list(opened: Page) -> None:
    choose(opened, file("one.jpg", sample("id/straight.jpg")))
    expect(opened.locator("#state")).to_have_text("recognised")
    choose(opened, file("two.jpg", sample("id/angle.jpg")))
    expect(opened.locator("main h2")).to_have_text("two.jpg")
    opened.locator("#cards").focus()
    opened.keyboard.press("ArrowDown")
    expect(opened.locator("main h2")).to_have_text("one.jpg")
    opened.keyboard.press("Home")
    expect(opened.locator("main h2")).to_have_text("two.jpg")
    expect(opened.locator("#cards [aria-selected=true]")).to_contain_text("two.jpg")


def test_everything_can_be_reached_and_used_by_keyboard(opened: Page) -> None:
    reached = []
    for _ in range(6):
        opened.keyboard.press("Tab")
        reached.append(
            opened.evaluate(
                "document.activeElement.textContent.trim() || document.activeElement.value"
            )
        )
    assert reached == [
        "Skip to the card",
        "中文",
        "IDCard",
        "Choose files",
        "Try a sample card",
        "All samples",
    ]
    opened.locator("#sample").focus()
    opened.keyboard.press("Enter")
    expect(opened.locator("#state")).to_have_text("recognised")


def test_a_field_and_its_box_light_up_together(opened: Page) -> None:
    choose(opened, file("card.jpg", sample("id/straight.jpg")))
    field = opened.locator(".values [data-field=address]")
    box = opened.locator(".boxes [data-field=address]")
    field.focus()
    expect(box).to_contain_class("lit")
    opened.locator(".boxes [data-field=name]").hover()
    expect(opened.locator(".values [data-field=name]")).to_contain_class("lit")


def test_a_page_that_lost_the_cloud_says_so_and_finds_it_again(page: Page, watch: Watch) -> None:
    watch.expect(
        "ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET"
    )
    with served() as first:
        page.goto(first.url)
        expect(page.locator("#connection")).to_have_text("live")
        page.locator("#sample").click()
        expect(page.locator("#cards .row")).to_have_count(1)
        port = int(first.url.rpartition(":")[2].strip("/"))
    expect(page.locator("#lost")).to_be_visible()
    with served(port) as second:
        assert second.url == first.url
        expect(page.locator("#connection")).to_have_text("live")
        expect(page.locator("#lost")).to_be_hidden()
        expect(page.locator("#cards .row")).to_have_count(0)


def test_the_page_holds_up_on_a_telephone_in_the_dark(opened: Page) -> None:
    opened.emulate_media(color_scheme="dark", reduced_motion="reduce")
    opened.set_viewport_size({"width": 360, "height": 740})
    choose(opened, file("card.jpg", sample("driver/straight.jpg") + OWN))
    expect(opened.locator("#state")).to_contain_text("nothing found")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360


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
