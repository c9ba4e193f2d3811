"""The watch itself: a page that errs or calls elsewhere is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def strange(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def open_file(page: Page, folder: Path, html: str) -> Watch:
    watch = Watch()
    watch.follow(page)
    path = folder / "page.html"
    path.write_text(html)
    page.goto(path.as_uri())
    return watch


def test_an_error_on_the_console_is_noticed(strange: Page, tmp_path: Path) -> None:
    watch = open_file(strange, tmp_path, "<script>console.error('broken')</script>")
    assert watch.errors == ["broken"]


def test_an_error_that_is_raised_is_noticed(strange: Page, tmp_path: Path) -> None:
    watch = open_file(strange, tmp_path, "<script>undefined.broken</script>")
    assert len(watch.errors) == 1


def test_a_request_to_elsewhere_is_noticed(strange: Page, tmp_path: Path) -> None:
    watch = open_file(strange, tmp_path, "<img src=https://elsewhere.example/picture.png>")
    assert watch.left_the_origin() == ["https://elsewhere.example/picture.png"]


def test_pictures_inside_the_page_are_at_home(strange: Page, tmp_path: Path) -> None:
    watch = open_file(strange, tmp_path, "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>")
    assert watch.errors == []
    assert watch.left_the_origin() == []
