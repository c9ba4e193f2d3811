"""Draws the samples and their truth files again: `python -m local.samples.draw`.

It needs Pillow, numpy and Debian's fonts-noto-cjk. The repository has the pictures, so only this
module needs these packages. The same releases draw the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coslocal.ci.recognition import CardType
from local.samples.faces import NOTO_SANS, Face, Typeface, driver_license_face, id_card_face
from local.samples.people import Fields, driver_license, id_card
from local.samples.photos import Corners, Shot, exposed, jpeg, photo, rounded, still_life

FOLDER: Final = Path(__file__).parent

SCAN: Final[Corners] = ((38, 45), (38, 855), (1322, 855), (1322, 45))
LEANING: Final[Corners] = ((190, 205), (95, 800), (1130, 905), (1210, 150))
LEANING_AWAY: Final[Corners] = ((120, 120), (215, 835), (1180, 760), (1275, 235))


@dataclass(frozen=True)
class Sample:
    """One photo of one card. `term` is a licence's validity if it isn't printed as a range."""

    name: str
    fields: Fields
    portrait: str
    shot: Shot
    typeface: Typeface = NOTO_SANS
    term: str | None = None


def turned(size: tuple[int, int], quarters: int) -> Corners:
    """Return the corners of a card that fills the picture, turned clockwise by quarters."""
    width, height, margin = *size, 40
    around = (
        (margin, margin),
        (margin, height - margin),
        (width - margin, height - margin),
        (width - margin, margin),
    )
    return around[-quarters:] + around[:-quarters]


WIDE: Final = (1360, 900)
DESK: Final = (1320, 990)
LYING: Final = (1364, 890)
STANDING: Final = (890, 1364)

ID_CARDS: Final = (
    Sample(
        "straight",
        id_card("样本甲", "汉", "1990-01-02", "002", "样例省虚构市测试区假想路12号3单元405室"),
        "party hat",
        Shot(WIDE, SCAN, seed=1),
    ),
    Sample(
        "angle",
        id_card("测试员乙", "满", "1985-11-23", "017", "虚构自治区样本市不存在县想象镇空白村8号"),
        "robot",
        Shot(DESK, LEANING, seed=2),
    ),
    Sample(
        "rotated-90",
        id_card("样张丙", "回", "2001-06-30", "124", "样例省无名市演示区草稿街77号"),
        "cat ears",
        Shot(STANDING, turned(STANDING, 1), seed=3),
    ),
    Sample(
        "rotated-180",
        id_card("假想丁", "藏", "1978-12-09", "331", "样例省虚构市示范区占位大道1001号6栋2303室"),
        "bun",
        Shot(LYING, turned(LYING, 2), seed=4),
    ),
    Sample(
        "small",
        id_card("示例戊", "汉", "1996-03-15", "208", "样例省空想市测试区练习路5号"),
        "cat ears",
        Shot(WIDE, SCAN, shrink=2.2, seed=5),
    ),
    Sample(
        "dark",
        id_card("虚构己", "壮", "1969-08-08", "555", "虚构自治区样本市假设区未知巷3号院1号楼"),
        "party hat",
        Shot(DESK, LEANING_AWAY, light=0.3, noise=1.8, seed=6),
    ),
)

DRIVER_LICENSES: Final = (
    Sample(
        "straight",
        driver_license(
            "测试员庚",
            "1988-05-17",
            "043",
            "样例省虚构市测试区假想路34号2单元101室",
            first_issue_date="2012-09-10",
            vehicle_class="C1",
            valid_from="2018-09-10",
            valid_until="2028-09-10",
            issuing_authority="样例省虚构市公安局交通警察支队",
        ),
        "robot",
        Shot(WIDE, SCAN, seed=11),
    ),
    Sample(
        "angle",
        driver_license(
            "样本辛",
            "1993-10-01",
            "266",
            "样例省无名市演示区草稿街120号5栋",
            first_issue_date="2016-04-21",
            vehicle_class="B2",
            valid_from="2022-04-21",
            valid_until="2032-04-21",
            issuing_authority="样例省无名市公安局交通警察支队",
        ),
        "bun",
        Shot(DESK, LEANING_AWAY, seed=12),
    ),
    Sample(
        "rotated-180",
        driver_license(
            "样张壬",
            "1974-02-28",
            "719",
            "虚构自治区样本市假设区未知巷9号",
            first_issue_date="1999-07-05",
            vehicle_class="A2",
            valid_from="2019-07-05",
            valid_until="长期",
            issuing_authority="虚构自治区样本市公安局交通警察支队",
        ),
        "party hat",
        Shot(LYING, turned(LYING, 2), seed=13),
    ),
    Sample(
        "rotated-270",
        driver_license(
            "假想癸",
            "2000-12-31",
            "180",
            "样例省空想市示范区占位大道66号",
            first_issue_date="2021-03-18",
            vehicle_class="C2",
            valid_from="2021-03-18",
            valid_until="2027-03-18",
            issuing_authority="样例省空想市公安局交通警察支队",
        ),
        "cat ears",
        Shot(STANDING, turned(STANDING, 3), seed=14),
    ),
    Sample(
        "dark",
        driver_license(
            "示例子",
            "1982-07-19",
            "391",
            "样例省虚构市示范区练习路250号",
            first_issue_date="2008-11-11",
            vehicle_class="C1",
            valid_from="2024-11-11",
            valid_until="2034-11-11",
            issuing_authority="样例省虚构市公安局交通警察支队",
        ),
        "robot",
        Shot(WIDE, SCAN, light=0.32, noise=1.8, seed=15),
    ),
)


def main() -> None:
    """Write every photo and its truth file."""
    write_id_cards(FOLDER / "id", ID_CARDS)
    write_driver_licenses(FOLDER / "driver", DRIVER_LICENSES)
    nothing = {"readable": False, "fields": {}, "boxes": {}}
    desk = Shot(DESK, (), seed=21)
    no_card = jpeg(exposed(still_life(desk.size, desk.seed), desk))
    _write(FOLDER / "id" / "no-card", no_card, "IDCard", {"outcome": "nothing_found"} | nothing)
    whole = (FOLDER / "driver" / "straight.jpg").read_bytes()
    truncated = whole[: len(whole) * 2 // 5]
    _write(
        FOLDER / "driver" / "truncated", truncated, "DriverLicense", {"outcome": "failed"} | nothing
    )


def write_id_cards(folder: Path, samples: Iterable[Sample]) -> None:
    """Write the photo and the truth file of each sample, all of them ID cards."""
    for sample in samples:
        face = id_card_face(sample.fields, sample.portrait, sample.typeface)
        _write_card(folder / sample.name, "IDCard", sample, face)


def write_driver_licenses(folder: Path, samples: Iterable[Sample]) -> None:
    """Write the photo and the truth file of each sample, all of them driving licences."""
    for sample in samples:
        face = driver_license_face(
            sample.fields, sample.portrait, sample.typeface, term=sample.term
        )
        _write_card(folder / sample.name, "DriverLicense", sample, face)


def _write_card(stem: Path, card_type: CardType, sample: Sample, face: Face) -> None:
    picture, corners = photo(face, sample.shot)
    truth = {"outcome": "recognised", "readable": True, "fields": sample.fields}
    _write(stem, jpeg(picture), card_type, truth | {"boxes": rounded(corners)})


def _write(stem: Path, content: bytes, card_type: CardType, truth: Mapping[str, object]) -> None:
    stem.parent.mkdir(exist_ok=True)
    stem.with_suffix(".jpg").write_bytes(content)
    body = {"card_type": card_type, **truth}
    text = json.dumps(body, ensure_ascii=False, indent=1)
    stem.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
