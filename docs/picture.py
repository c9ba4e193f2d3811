"""The picture of the page of `make up`: the real page, after samples went through it."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, expect

from local.cloud import SAMPLES, make_recogniser, running_cloud
from local.page.app import Page as PageApp
from tests.support.chromium import chromium

WINDOW: Final = (1280, 720)
UPLOADED: Final = (
    "driver/truncated.jpg",
    "id/no-card.jpg",
    "driver/straight.jpg",
    "id/straight.jpg",
)
ENDED: Final = ("failed", "nothing found", "recognised", "recognised")
_COLOURS: Final = 256


def take(path: Path) -> None:
    """Take the picture, as a PNG of few colours."""
    with (
        running_cloud(make_recogniser("scripted")) as cloud,
        closing(PageApp(cloud, SAMPLES)),
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": WINDOW[0], "height": WINDOW[1]}, locale="en-GB")
        page.goto(f"{cloud.setup.url}/")
        for name, state in zip(UPLOADED, ENDED, strict=True):
            _upload(page, name, state)
        page.locator(".values [data-field=address]").hover()
        picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)


def _upload(page: Page, name: str, state: str) -> None:
    folder, _, file = name.partition("/")
    card_type = "DriverLicense" if folder == "driver" else "IDCard"
    page.locator(f"input[value={card_type}]").check(force=True)
    page.set_input_files("#files", SAMPLES / name)
    expect(page.locator("main h2")).to_have_text(file)
    expect(page.locator("#state")).to_have_text(state)
