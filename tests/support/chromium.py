"""Headless Chromium, as the tests of pages drive it. Needs requirements/browser.txt."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",  # it can't have one as root, and shows only pages of this repository
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class ChromiumMissing(Exception):
    """There is no Chromium on this machine; the message says how to install one."""


def find_chromium() -> str:
    """Return the path of Chromium: CHROMIUM's value, or the first of `NAMES` on the PATH.

    Raises:
        ChromiumMissing: There is none.
    """
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        looked_for = f"CHROMIUM={named}" if named else f"{', '.join(NAMES)} on the PATH"
        raise ChromiumMissing(
            f"Chromium is needed, but there is no {looked_for}. Debian and Ubuntu: "
            "apt-get install chromium; elsewhere: name one with CHROMIUM=<path>."
        )
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium until the block is left.

    Raises:
        ChromiumMissing: There is none on this machine.
    """
    executable = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
