"""Draws twenty cards in five fonts: `python -m tests.local.recognition.fonts.draw`.

Needs Pillow, numpy and the Debian packages of the typefaces besides fonts-noto-cjk. The photos are
shipped, so nobody else needs them. The same releases draw the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from local.samples.draw import Sample, draw, turned
from local.samples.faces import Typeface
from local.samples.photos import Corners, Shot

FOLDER: Final = Path(__file__).parent

ZEN_HEI: Final = Typeface("fonts-wqy-zenhei", "wqy-zenhei.ttc")
MICRO_HEI: Final = Typeface("fonts-wqy-microhei", "wqy-microhei.ttc")
SUNG: Final = Typeface("fonts-arphic-gbsn00lp", "gbsn00lp.ttf")
KAI: Final = Typeface("fonts-arphic-ukai", "ukai.ttc")
WENKAI: Final = Typeface("fonts-lxgw-wenkai", "LXGWWenKai-Regular.ttf")

LYING: Final = (1320, 860)
STANDING: Final = (860, 1320)
SCAN: Final[Corners] = ((18, 25), (18, 835), (1302, 835), (1302, 25))
LEANING: Final[Corners] = ((95, 110), (25, 730), (1130, 835), (1265, 40))
SMALLER: Final = 1.8


def _straight(seed: int) -> Shot:
    return Shot(LYING, SCAN, shrink=SMALLER, seed=seed)


def _leaning(seed: int) -> Shot:
    return Shot(LYING, LEANING, shrink=SMALLER, seed=seed)


def _dim(seed: int) -> Shot:
    return Shot(LYING, SCAN, light=0.5, noise=1.4, shrink=SMALLER, seed=seed)


def _upside_down(seed: int) -> Shot:
    return Shot(LYING, turned(LYING, 2), shrink=SMALLER, seed=seed)


def _upright(seed: int) -> Shot:
    return Shot(STANDING, turned(STANDING, 1), shrink=SMALLER, seed=seed)


SAMPLES: Final = (
    Sample("id/zen-hei-1", "party hat", _straight(31), ZEN_HEI),
    Sample("id/zen-hei-2", "cat ears", _leaning(32), ZEN_HEI),
    Sample("id/micro-hei-1", "robot", _dim(33), MICRO_HEI),
    Sample("id/micro-hei-2", "bun", _straight(34), MICRO_HEI),
    Sample("id/sung-1", "party hat", _upside_down(35), SUNG),
    Sample("id/sung-2", "cat ears", _straight(36), SUNG),
    Sample("id/kai-1", "robot", _leaning(37), KAI),
    Sample("id/kai-2", "bun", _dim(38), KAI),
    Sample("id/wenkai-1", "party hat", _upright(39), WENKAI),
    Sample("id/wenkai-2", "cat ears", _straight(40), WENKAI),
    Sample("driver/zen-hei-1", "robot", _straight(41), ZEN_HEI, term="6年"),
    Sample("driver/zen-hei-2", "bun", _leaning(42), ZEN_HEI),
    Sample("driver/micro-hei-1", "party hat", _straight(43), MICRO_HEI),
    Sample("driver/micro-hei-2", "cat ears", _dim(44), MICRO_HEI),
    Sample("driver/sung-1", "robot", _straight(45), SUNG),
    Sample("driver/sung-2", "bun", _upside_down(46), SUNG, term="10年"),
    Sample("driver/kai-1", "party hat", _straight(47), KAI),
    Sample("driver/kai-2", "cat ears", _leaning(48), KAI),
    Sample("driver/wenkai-1", "robot", _dim(49), WENKAI),
    Sample("driver/wenkai-2", "bun", _upright(50), WENKAI),
)


if __name__ == "__main__":
    draw(FOLDER, SAMPLES)
