"""Thousands of invented cards as their results would lie in a bucket: the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from shared.card import IdInfo
from shared.documents import Deliverer, Evidence, Outcome, Result, ResultError, Source
from shared.store.layout import result_name
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.environment import BUCKET, REGION
from tests.support.invented_cards import Card, damaged, whole_card
from tests.support.memory import MemoryStore
from tests.support.results import read_result_of

START = 1_767_225_600  # 2026-01-01T00:00:00Z
DAYS = 60

_OUTCOMES: tuple[Outcome, ...] = ("recognised", "nothing_found", "failed", "rejected")
_ERRORS = ("SourceReplaced", "ResourceNotSupported", "AttemptsExhausted", "SubmissionUnknown")


def many_cards(count: int) -> Iterator[Result]:
    """Results of every outcome over `DAYS` days, with scores from bad to very good."""
    chance = random.Random(14)  # noqa: S311 — the same cards every time
    for number in range(count):
        yield _card(number, chance)


def filled(store: MemoryStore, results: Iterator[Result]) -> MemoryStore:
    """A store with these results, and the photos that most of them were read from."""
    for number, result in enumerate(results):
        name = result_name("ocr/", result.source.key, result.version)
        store.objects[name] = result.body()
        if number % 50:
            store.upload(result.source.key, etag=result.source.etag)
    return store


def _card(number: int, chance: random.Random) -> Result:
    card = whole_card(chance)
    if chance.random() < 0.03:
        card = damaged(card, card, chance).card
    outcome = chance.choices(_OUTCOMES, (90, 4, 4, 2))[0]
    at = rfc3339(START + chance.betavariate(2, 1.4) * DAYS * 86400)
    folder = "id" if card.card_type == "IDCard" else "driver"
    key = f"uploads/{folder}/{START + number}-{card.fields['name']}.jpg"
    etag = f"{chance.getrandbits(128):032x}"
    deliverer: Deliverer = (
        "submit" if outcome == "rejected" else chance.choice(("callback", "sweep"))
    )
    verified = outcome == "rejected" or chance.random() > 0.01
    error = ResultError(chance.choice(_ERRORS), f"about {key}", "job")
    return read_result_of(
        source=Source(BUCKET, REGION, key, etag, chance.randint(80_000, 900_000), at, None),
        version=etag,
        attempt=1,
        outcome=outcome,
        card_type=card.card_type,
        trigger="upload",
        evidence=Evidence(deliverer, "api" if outcome == "rejected" else "json", verified, at),
        written_at=at,
        id_infos=_infos(card, chance) if outcome == "recognised" else (),
        job=None if outcome == "rejected" else finished_job(job_id=f"j{number}", key=key),
        error=error if outcome in {"failed", "rejected"} else None,
    )


def _infos(card: Card, chance: random.Random) -> tuple[IdInfo, ...]:
    quality = 100 * chance.betavariate(9, 1)
    return tuple(
        info._replace(score=round(min(100, quality * chance.uniform(0.93, 1.04))))
        for info in card.infos()
    )
