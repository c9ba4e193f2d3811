"""Reports of invented cards, and a report that is open in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from cli.bucket.results import WantedResults, open_results
from cli.bucket.reviews import Review
from cli.pictures.decoding import thumbnail_of
from cli.report.page import Facts
from cli.report.writing import card_in_report, write_report
from cli.terminal.masking import masking_of
from shared.documents import Result
from shared.store.layout import review_name
from tests.support.cards import AT, MINIMUM
from tests.support.environment import BUCKET
from tests.support.many_cards import filled
from tests.support.pipelines import World

CARDS = 5000


def write(
    path: Path,
    results: Iterator[Result],
    *,
    reveal: bool,
    photo: bytes | None = None,
    reviews: Sequence[Review] = (),
) -> Path:
    """The report of these results; `photo` is everybody's."""
    world = World()
    filled(world.store, results)
    for one in reviews:
        name = review_name("ocr/", one.source["key"], one.version, one.number)
        world.store.objects[name] = one.body()
    context = world.context()
    masking = masking_of(context, reveal=reveal)
    thumbnail = thumbnail_of(photo) if photo else None
    facts = Facts(BUCKET, "uploads/", AT, MINIMUM, reveal=reveal, images=bool(photo))
    with (
        open_results(context, WantedResults(with_reviews=True)) as cards,
        path.open("w", encoding="utf-8") as stream,
    ):
        write_report(stream, facts, ((card_in_report(card, masking), thumbnail) for card in cards))
    return path


def opened(page: Page, path: Path) -> Page:
    page.goto(path.as_uri())
    return page


def rows(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Cards").get_by_role("option")


def shown(page: Page) -> int:
    """How many cards the filters leave, as the page says."""
    count = page.get_by_role("status").inner_text().split(" of ", maxsplit=1)[0]
    return int(count.replace(",", ""))


def data(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.locator("#cards-data").inner_text())
    return found
