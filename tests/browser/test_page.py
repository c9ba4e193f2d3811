"""The page of `make up`: photos go in, and are followed to their results."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from coslocal.ci.faults import RequestFault
from coslocal.client import official_client
from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest
from tests.browser.served import OWN, Served, choose, file, sample, served
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
