"""Thousands of invented cards as their results would lie in a bucket: the same ones every time."""

from __future__ import annotations

import random
from collections.abc import Iterator

from shared.card import CardType, IdInfo, Point
from shared.card.values import check_digit
from shared.documents import Deliverer, Evidence, Outcome, Result, ResultError, Source
from shared.store.layout import result_name
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.environment import BUCKET, REGION
from tests.support.memory import MemoryStore
from tests.support.results import read_result_of

START = 1_767_225_600  # 2026-01-01T00:00:00Z
DAYS = 60

_OUTCOMES: tuple[Outcome, ...] = ("recognised", "nothing_found", "failed", "rejected")
_NAMES = ("样本甲", "样本乙", "测试员丙", "示例丁", "虚构戊")
_STREETS = ("测试路", "样例街", "虚构大道", "假想巷")
_ERRORS = ("SourceReplaced", "ResourceNotSupported", "AttemptsExhausted", "SubmissionUnknown")

# Where the lines of a card stand, as left, top, right, bottom.
_PLACES = {
    "姓名": (244, 144, 394, 192),
    "性别": (244, 244, 288, 287),
    "民族": (538, 246, 582, 287),
    "出生": (244, 344, 662, 378),
    "住址": (244, 432, 772, 534),
    "公民身份号码": (462, 746, 1081, 789),
    "证号": (462, 170, 980, 214),
    "国籍": (1096, 246, 1150, 287),
    "准驾车型": (748, 690, 790, 730),
    "有效期限": (524, 756, 870, 790),
}
_LABELS: dict[CardType, tuple[str, ...]] = {
    "IDCard": ("姓名", "性别", "民族", "出生", "住址", "公民身份号码"),
    "DriverLicense": ("证号", "姓名", "性别", "国籍", "住址", "准驾车型", "有效期限"),
}


def many_cards(count: int) -> Iterator[Result]:
    """Results of every outcome over `DAYS` days, with scores from bad to very good."""
    chance = random.Random(5)  # noqa: S311 — the same cards every time
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
    kind: CardType = chance.choice(("IDCard", "IDCard", "DriverLicense"))
    outcome = chance.choices(_OUTCOMES, (90, 4, 4, 2))[0]
    at = rfc3339(START + chance.betavariate(2, 1.4) * DAYS * 86400)
    folder = "id" if kind == "IDCard" else "driver"
    key = f"uploads/{folder}/{START + number}-{chance.choice(_NAMES)}.jpg"
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
        card_type=kind,
        trigger="upload",
        evidence=Evidence(deliverer, "api" if outcome == "rejected" else "json", verified, at),
        written_at=at,
        id_infos=_infos(kind, chance) if outcome == "recognised" else (),
        job=None if outcome == "rejected" else finished_job(job_id=f"j{number}", key=key),
        error=error if outcome in {"failed", "rejected"} else None,
    )


def _infos(kind: CardType, chance: random.Random) -> tuple[IdInfo, ...]:
    quality = chance.betavariate(9, 1)
    man = chance.random() < 0.5
    return tuple(
        IdInfo(
            label,
            _text(label, man, chance),
            round(min(100, 100 * quality * chance.uniform(0.93, 1.04))),
            _corners(label, chance),
        )
        for label in _LABELS[kind]
    )


def _text(label: str, man: bool, chance: random.Random) -> str:  # noqa: FBT001
    texts = {
        "姓名": chance.choice(_NAMES),
        "性别": "男" if man else "女",
        "民族": "汉",
        "出生": "1990年1月2日",
        "住址": f"样例省虚构市{chance.choice(_STREETS)}{chance.randint(1, 999)}号",
        "国籍": "中国",
        "准驾车型": "C1",
        "有效期限": "2022-04-21至2032-04-21",
    }
    return texts.get(label) or _number(man, chance)


def _number(man: bool, chance: random.Random) -> str:  # noqa: FBT001
    """A number of a region that doesn't exist, with its check digit; now and then a wrong one."""
    first = f"99010119900102{chance.randint(0, 49):02d}{chance.randrange(0, 10, 2) + man}"
    return first + (check_digit(first) if chance.random() < 0.97 else "0")


def _corners(label: str, chance: random.Random) -> tuple[Point, ...]:
    left, top, right, bottom = _PLACES[label]
    tilt = chance.randint(-8, 8)
    return (left, top), (left, bottom), (right, bottom + tilt), (right, top + tilt)
