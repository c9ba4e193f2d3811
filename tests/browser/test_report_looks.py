"""How the report looks, in a real browser: dark and light, names of its controls."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.reports import opened

pytestmark = pytest.mark.browser


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
