"""What a page does besides what is looked at: errors on its console, and requests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Page, Request

_OF_THE_PAGE = ("data", "blob")


class Watch:
    """Follows one page.

    Attributes:
        errors: What the page wrote to its console as an error or a warning, and what it raised;
            but what the test expects.
        urls: Every request, in order; the first is the page itself.
    """

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.urls: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def follow(self, page: Page) -> None:
        """Take note of all that `page` does from now on."""
        page.on("console", self._console)
        page.on("pageerror", self._raised)
        page.on("request", self._request)

    def expect(self, pattern: str) -> None:
        """Leave out errors that match from now on: the test brings them about."""
        self._expected.append(re.compile(pattern))

    def left_the_origin(self) -> list[str]:
        """Every request to somewhere else than where the page lies; of a file, every other one."""
        return [url for url in self.urls if not self._is_home(url)]

    def _is_home(self, url: str) -> bool:
        first, other = urlsplit(self.urls[0]), urlsplit(url)
        if first.scheme == "file":
            return other.scheme in _OF_THE_PAGE or other.path == first.path
        origin = (first.scheme, first.netloc)
        return other.scheme in _OF_THE_PAGE or (other.scheme, other.netloc) == origin

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._note(message.text)

    def _raised(self, error: Error) -> None:
        self._note(str(error))

    def _request(self, request: Request) -> None:
        self.urls.append(request.url)

    def _note(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._expected):
            self.errors.append(text)
