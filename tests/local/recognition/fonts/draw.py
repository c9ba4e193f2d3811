"""Draws twenty cards in five fonts: `python -m tests.local.recognition.fonts.draw`.

Needs Pillow, numpy and the Debian packages of `TYPEFACES` besides fonts-noto-cjk. The photos are
shipped, so nobody else needs them. The same releases draw the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from local.samples.draw import Sample, turned, write_driver_licenses, write_id_cards
from local.samples.faces import Typeface
from local.samples.people import driver_license, id_card
from local.samples.photos import Corners, Shot

FOLDER: Final = Path(__file__).parent

ZEN_HEI: Final = Typeface("fonts-wqy-zenhei", "wqy-zenhei.ttc")
MICRO_HEI: Final = Typeface("fonts-wqy-microhei", "wqy-microhei.ttc")
SUNG: Final = Typeface("fonts-arphic-gbsn00lp", "gbsn00lp.ttf")
KAI: Final = Typeface("fonts-arphic-ukai", "ukai.ttc")
WENKAI: Final = Typeface("fonts-lxgw-wenkai", "LXGWWenKai-Regular.ttf")
TYPEFACES: Final = (ZEN_HEI, MICRO_HEI, SUNG, KAI, WENKAI)

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


ID_CARDS: Final = (
    Sample(
        "zen-hei-1",
        id_card("样本丑", "汉", "1991-04-05", "013", "样例省虚构市测试区假想路7号"),
        "party hat",
        _straight(31),
        ZEN_HEI,
    ),
    Sample(
        "zen-hei-2",
        id_card(
            "测试·样本寅",
            "维吾尔",
            "1987-10-28",
            "146",
            "虚构自治区样本市不存在县想象镇空白村15组36号",
        ),
        "cat ears",
        _leaning(32),
        ZEN_HEI,
    ),
    Sample(
        "micro-hei-1",
        id_card("样张卯", "蒙古", "2004-02-29", "257", "虚构自治区无名旗演示苏木草稿街2号"),
        "robot",
        _dim(33),
        MICRO_HEI,
    ),
    Sample(
        "micro-hei-2",
        id_card(
            "假想辰",
            "土家",
            "1979-09-19",
            "308",
            "样例省虚构市示范区占位大道2002号空想花园11栋4单元1906室",
        ),
        "bun",
        _straight(34),
        MICRO_HEI,
    ),
    Sample(
        "sung-1",
        id_card("示例巳", "朝鲜", "1965-06-16", "419", "样例省空想市测试区练习路58号2号楼"),
        "party hat",
        _upside_down(35),
        SUNG,
    ),
    Sample(
        "sung-2",
        id_card("虚构午", "苗", "1998-12-24", "520", "样例省无名市演示区草稿街31号"),
        "cat ears",
        _straight(36),
        SUNG,
    ),
    Sample(
        "kai-1",
        id_card("测试员未", "彝", "2010-07-08", "631", "样例省虚构市假设区未知巷4号院3号楼202室"),
        "robot",
        _leaning(37),
        KAI,
    ),
    Sample(
        "kai-2",
        id_card("样本申", "汉", "1956-03-30", "742", "虚构自治区样本市想象乡空白村9号"),
        "bun",
        _dim(38),
        KAI,
    ),
    Sample(
        "wenkai-1",
        id_card("样张·酉", "哈萨克", "1983-05-21", "853", "虚构自治区样本市假设区未知巷77号"),
        "party hat",
        _upright(39),
        WENKAI,
    ),
    Sample(
        "wenkai-2",
        id_card("假想戌", "傣", "2000-11-11", "964", "样例省虚构市测试区假想路160号5单元603室"),
        "cat ears",
        _straight(40),
        WENKAI,
    ),
)

DRIVER_LICENSES: Final = (
    Sample(
        "zen-hei-1",
        driver_license(
            "示例亥",
            "1980-01-31",
            "075",
            "样例省虚构市测试区假想路90号",
            first_issue_date="2006-03-15",
            vehicle_class="C1",
            valid_from="2006-03-15",
            valid_until="2012-03-15",
            issuing_authority="样例省虚构市公安局交通警察支队",
        ),
        "robot",
        _straight(41),
        ZEN_HEI,
        term="6年",
    ),
    Sample(
        "zen-hei-2",
        driver_license(
            "虚构甲午",
            "1976-08-13",
            "186",
            "样例省无名市演示区草稿街8号3栋",
            first_issue_date="2001-05-09",
            vehicle_class="B2E",
            valid_from="2017-05-09",
            valid_until="2027-05-09",
            issuing_authority="样例省无名市公安局交通警察支队",
        ),
        "bun",
        _leaning(42),
        ZEN_HEI,
    ),
    Sample(
        "micro-hei-1",
        driver_license(
            "测试员乙未",
            "1968-11-02",
            "297",
            "虚构自治区样本市假设区未知巷51号",
            first_issue_date="1994-10-10",
            vehicle_class="A1A2",
            valid_from="2016-10-10",
            valid_until="长期",
            issuing_authority="虚构自治区样本市公安局交通警察支队",
        ),
        "party hat",
        _straight(43),
        MICRO_HEI,
    ),
    Sample(
        "micro-hei-2",
        driver_license(
            "样本·丙申",
            "1995-04-17",
            "308",
            "样例省空想市示范区占位大道120号7单元901室",
            first_issue_date="2019-12-06",
            vehicle_class="C2",
            valid_from="2025-12-06",
            valid_until="2035-12-06",
            issuing_authority="样例省空想市公安局交通警察支队",
            nationality="德国",
        ),
        "cat ears",
        _dim(44),
        MICRO_HEI,
    ),
    Sample(
        "sung-1",
        driver_license(
            "样张丁酉",
            "1989-02-14",
            "419",
            "样例省虚构市示范区练习路6号",
            first_issue_date="2011-08-30",
            vehicle_class="C1D",
            valid_from="2017-08-30",
            valid_until="2027-08-30",
            issuing_authority="样例省虚构市公安局交通警察支队",
        ),
        "robot",
        _straight(45),
        SUNG,
    ),
    Sample(
        "sung-2",
        driver_license(
            "假想戊戌",
            "1972-07-25",
            "520",
            "虚构自治区样本市假设区未知巷18号院6号楼",
            first_issue_date="1998-02-03",
            vehicle_class="A3",
            valid_from="2014-02-03",
            valid_until="2024-02-03",
            issuing_authority="虚构自治区样本市公安局交通警察支队",
        ),
        "bun",
        _upside_down(46),
        SUNG,
        term="10年",
    ),
    Sample(
        "kai-1",
        driver_license(
            "示例己亥",
            "2001-09-09",
            "631",
            "样例省无名市演示区草稿街44号",
            first_issue_date="2020-06-22",
            vehicle_class="C6",
            valid_from="2020-06-22",
            valid_until="2026-06-22",
            issuing_authority="样例省无名市公安局交通警察支队",
        ),
        "party hat",
        _straight(47),
        KAI,
    ),
    Sample(
        "kai-2",
        driver_license(
            "虚构庚子",
            "1984-12-12",
            "742",
            "样例省空想市测试区假想路3号1单元502室",
            first_issue_date="2005-01-18",
            vehicle_class="B1",
            valid_from="2021-01-18",
            valid_until="2031-01-18",
            issuing_authority="样例省空想市公安局交通警察支队",
            nationality="法国",
        ),
        "cat ears",
        _leaning(48),
        KAI,
    ),
    Sample(
        "wenkai-1",
        driver_license(
            "测试员辛丑",
            "1959-10-05",
            "853",
            "样例省虚构市示范区占位大道35号",
            first_issue_date="1988-04-26",
            vehicle_class="D",
            valid_from="2020-04-26",
            valid_until="长期",
            issuing_authority="样例省虚构市公安局交通警察支队",
        ),
        "robot",
        _dim(49),
        WENKAI,
    ),
    Sample(
        "wenkai-2",
        driver_license(
            "样本壬寅",
            "1992-06-01",
            "964",
            "虚构自治区样本市不存在县想象镇空白村2组",
            first_issue_date="2013-09-17",
            vehicle_class="C1E",
            valid_from="2019-09-17",
            valid_until="2029-09-17",
            issuing_authority="虚构自治区样本市公安局交通警察支队",
        ),
        "bun",
        _upright(50),
        WENKAI,
    ),
)


def main() -> None:
    """Write every photo and its truth file."""
    write_id_cards(FOLDER / "id", ID_CARDS)
    write_driver_licenses(FOLDER / "driver", DRIVER_LICENSES)


if __name__ == "__main__":
    main()
