"""The page of `card-ocr review` over a bucket in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from cli.review.awaiting import AwaitingCards
from cli.review.page import ReviewPage, ReviewSession
from cli.review.server import served
from shared.store.layout import result_name
from tests.support.cards import id_infos
from tests.support.pipelines import World
from tests.support.results import card_result

SAMPLE = Path("local/samples/id/straight.jpg")
KEY = "uploads/a.jpg"
GOOD_NUMBER, BAD_NUMBER = "990101199001020014", "990101199001020013"
TEXTS = {"姓名": "样本甲", "性别": "男", "民族": "汉", "出生": "1990年1月2日"}
CARD = {**TEXTS, "住址": "样例省虚构市测试路1号", "公民身份号码": BAD_NUMBER}


Serve = Callable[..., str]
"""Serves the page of a reviewer until the browser has left it: what `serving` takes, and yields."""
Review = Callable[..., Page]
"""Serves such a page in the same way, and opens it in `page`."""


def bucket(*keys: str, **texts: str) -> World:
    """A bucket with a card at each key, the first the oldest; their numbers fail the check."""
    world = World()
    for number, key in enumerate(keys or (KEY,)):
        add(world, key, written_at=f"2026-01-02T03:04:{number:02d}Z", **texts)
    return world


def add(
    world: World,
    key: str,
    version: str = "e1",
    written_at: str = "2026-01-02T03:04:05Z",
    **texts: str,
) -> None:
    infos = id_infos(**{**CARD, **texts})
    result = card_result(key, version, id_infos=infos, written_at=written_at)
    world.store.objects[result_name("ocr/", key, version)] = result.body()
    world.store.upload(key, etag=version.partition("~")[0])


def reviews(world: World) -> list[dict[str, Any]]:
    return [json.loads(world.store.objects[name]) for name in world.store.names("reviews")]


@contextmanager
def serving(world: World, reviewer: str = "reviewer-1") -> Iterator[str]:
    """Serve the page of a reviewer; yields the address that the command prints."""
    awaiting, context = AwaitingCards(), world.context()
    awaiting.look(context, None, lambda _count: None)
    content = SAMPLE.read_bytes()
    session = ReviewSession(reviewer, "a place")
    page = ReviewPage(context, lambda _key, _etag: content, awaiting, session)
    with served(page.answer) as admission:
        yield admission.address


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#card .fields")).to_be_visible()
    return page


def value(page: Page, name: str) -> Locator:
    return page.locator(f"#value-{name}")


def rows(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")
