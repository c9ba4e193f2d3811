"""Pages in a real browser: what holds for every test that opens one.

A test takes `page`. At its end the page must have written no error to its console, raised none,
and sent no request but to the origin it was opened at; `watch` has what was seen, and takes note
of what a test expects. A screenshot of every page is kept under build/browser/.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.watch import Watch
from tests.support.many_cards import many_cards

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

    from tests.browser.reviews import Review, Serve
    from tests.browser.served import Served

# `make test` installs no Playwright: the tests here import it, and are marked `browser`.
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

SCREENSHOTS = Path(__file__).parents[2] / "build" / "browser"
PATIENCE_MILLISECONDS = 15_000
WINDOW = (1280, 860)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect  # noqa: PLC0415 - see above

    from tests.support.chromium import ChromiumMissing, chromium  # noqa: PLC0415 - see above

    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    try:
        with chromium() as running:
            yield running
    except ChromiumMissing as missing:
        pytest.exit(str(missing), returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def locale() -> str:
    """What the browser says of its user's language; a test may say otherwise."""
    return "en-GB"


@pytest.fixture
def zone() -> str:
    """The zone of the browser's clock; a test may say otherwise."""
    return "UTC"


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """What serves a page. It ends after `page`, which would write an error if it called nobody."""
    with ExitStack() as running:
        yield running


@pytest.fixture
def page(
    browser: Browser,
    servers: ExitStack,
    watch: Watch,
    locale: str,
    zone: str,
    request: pytest.FixtureRequest,
) -> Iterator[Page]:
    from playwright.sync_api import TimeoutError as PlaywrightTimeout  # noqa: PLC0415 - see above

    assert servers is not None  # taken only for the order
    width, height = WINDOW
    viewport: ViewportSize = {"width": width, "height": height}
    context = browser.new_context(viewport=viewport, locale=locale, timezone_id=zone)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    opened = context.new_page()
    watch.follow(opened)
    try:
        yield opened
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        name = request.node.name.replace("/", "-")
        with suppress(
            PlaywrightTimeout
        ):  # a busy machine may take too long, and no test looks at it
            opened.screenshot(path=SCREENSHOTS / f"{name}.png")
    finally:
        context.close()
    assert watch.errors == []
    assert watch.left_the_origin() == []


@pytest.fixture
def local(servers: ExitStack) -> Served:
    """A local cloud with its page."""
    from tests.browser.served import served  # noqa: PLC0415 - see above

    return servers.enter_context(served())


@pytest.fixture
def serve(servers: ExitStack) -> Serve:
    """Serves pages of reviewers."""
    from tests.browser.reviews import serving  # noqa: PLC0415 - see above

    return lambda *of: servers.enter_context(serving(*of))


@pytest.fixture
def review(page: Page, serve: Serve) -> Review:
    """Serves the page of a reviewer and opens it."""
    from tests.browser.reviews import opened as open_review  # noqa: PLC0415 - see above

    return lambda *of: open_review(page, serve(*of))


@pytest.fixture
def opened(page: Page, local: Served) -> Page:
    """The page of `make up`, in its browser."""
    page.goto(local.url)
    page.wait_for_selector("#connection[data-state=live]")
    return page


@pytest.fixture(scope="session")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 5,000 cards as it is by default."""
    return _report(tmp_path_factory.mktemp("masked"), reveal=False)


@pytest.fixture(scope="session")
def revealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with every value."""
    return _report(tmp_path_factory.mktemp("revealed"), reveal=True)


def _report(folder: Path, *, reveal: bool) -> Path:
    from tests.browser.reports import CARDS, write  # noqa: PLC0415 - see above

    return write(folder / "r.html", many_cards(CARDS), reveal=reveal)
