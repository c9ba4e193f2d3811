"""A name, an address and an authority: what is none, and what is one however rare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import CARD_TYPES, CardType, IdInfo
from shared.card.values import TEXT_FIELDS, Values, is_address, read_text
from shared.card.vocabulary import LABELS
from tests.support.cards import ADDRESS, CORNERS, ID_CARD, LICENCE, NAME, ORDINARY, id_infos, read

NUMBER = ID_CARD["公民身份号码"]

NO_TEXTS = (
    *("-", "—", "…", "...", "***", "■■", "\u200b", "？", "\ufffd", "·", "（）"),
    *("无", "暂无", "空", "未知", "不详", "null", "NULL", "None", "N/A", "n / a", "nil", "unknown"),
    "undefined",
)
NAMES = (
    *(
        "样本甲",
        "样本",
        "样例乙丙",
        "㐂𠀀",
        "李〇",
        "样\ue863甲",
        "測試",
        "省三",
        "王市民",
        "李民族",
    ),
    *(
        "阿依古丽·样本",
        "样•本",
        "虚构・样例",
        "虚构买买提样例测试",
        "虚构·县样例乡",
        "虚构买买提·样例测试·阿依古丽",
    ),
    *(
        "Specimen A",
        "SPECIMEN, ANNA-MARIA J.",
        "O'Specimen",
        "Foxx",
        "SPECIMEN S/O EXAMPLE",
        "Li",
        "样本甲 Specimen",
    ),
    *("འབྲུག་དཔེ", "ئۈلگە", "Образец", "样 本甲"),
)
OTHER_THAN_NAMES = (
    *("样*甲", "样＊甲", "样■甲", "样□甲", "样?甲", "样？甲", "样本\ufffd", "样\ud800甲", "样●甲"),
    *("样本…", "样本⋯", "样本...", "样本。。", "样本··", "样##", "样XX", "样ｘｘ", "××甲", "xxx"),
    *(
        "居民身份证",
        "中华人民共和国",
        "中华人民共和国机动车驾驶证",
        "驾驶证",
        "机动车驾驶证",
        "长期",
    ),
    *(
        "样例公安局",
        "样例支队",
        "样本甲、样本乙",
        "样本甲;样本乙",
        "样本甲；样本乙",
        "样本甲/样本乙",
        "样本甲，样本乙",
        "样本甲|样本乙",
        "样本甲\\样本乙",
        "样本国籍",
    ),
    *(
        "男",
        "女",
        "甲",
        "M",
        "男性",
        "汉族",
        "中国",
        "·甲",
        "1",
        "样本2",
        "样本２",
        "样本甲\n样本乙",
    ),
    *(
        NUMBER,
        "1990年1月2日",
        "1990-01-02",
        ADDRESS,
        "虚构县样例乡测试村",
        "虚构县样例乡村",
        "样例省虚构市测试",
    ),
    *(
        "样本甲性别男",
        "姓名样本甲",
        "样本甲 性 别 男",
        "住址样例",
        "姓名 Name",
        "name",
        "Sex",
        "male",
    ),
    *("Name 样本甲", "样本甲 Sex M", "样本甲Nationality", "样本甲签发机关"),
    *("阿依古丽·", "·阿依古丽", "阿依古丽 •", "阿依古丽･"),
)
ADDRESSES = (
    *(
        ADDRESS,
        "样例省虚构市",
        "虚构县样村",
        "虚构县测试村",
        "测试路1号院",
        "1号测试大道旁",
        "3-405号测试路旁",
    ),
    *("样例省虚构市\n测试路1号", "Sample Province, Test Road 1", "12 Test Road", "#5, Test Road"),
    *("样例省虚构市民族路1-2-301", "虚构市公安局家属院3单元1201室", "X1栋虚构路样例小区"),
    "样" * 1000,
    *("样例县民族乡国营农场12号", "日出生活区2栋虚构路", "MAXX公寓12号虚构路东"),
    *("20150101号院1栋", "样例省虚构市测试路1号3-405（东）", "样例省虚构市测试路2001-12-301"),
    *("样例省虚构市Essex花园12号", "Address Lane 12", "样例省虚构市测试路99-01-01号"),
)
OTHER_THAN_ADDRESSES = (
    *("样本甲", "四字测试", "男", "-" * 5, "12345", NUMBER, NUMBER[:-1] + "X", "９９０１０１"),
    *("9901011990010200 1x", "1990年1月2日", "1990-01-02", "2016-03-15至2026-03-15", "Address"),
    *("公民身份号码", "有效起始日期", "Date of Birth", f"{ADDRESS}公民身份号码"),
    *(f"住址{ADDRESS}", "姓名样本甲性别男", "性别男民族汉", f"{ADDRESS}姓名样本乙"),
    *(f"住 址：{ADDRESS}", f"{ADDRESS}国籍中国", f"出生1990年{ADDRESS}", f"{ADDRESS}{NUMBER}"),
    *("中华人民共和国居民身份证", "样" * 1001, "9901011990X"),
    *(f"Address {ADDRESS}", f"{ADDRESS}Date of Birth", f"{ADDRESS}身份号码", f"发证机关{ADDRESS}"),
    *(
        f"Address{ADDRESS}",
        f"{ADDRESS}初次领证日期",
        f"{ADDRESS}1990年1月12日",
        f"{ADDRESS} 1990-01-12",
    ),
    *(
        f"{ADDRESS}{NUMBER[:17]}",
        f"{ADDRESS} {NUMBER[:15]}",
        f"{ADDRESS}９９０１０１１９９００１０２０",
    ),
)


@pytest.mark.parametrize("field", ["name", "address"])
@pytest.mark.parametrize("text", NO_TEXTS)
def test_what_stands_for_nothing_gives_no_value(field: str, text: str) -> None:
    assert read_text(field, text) == Values({field: None})


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_one_however_rare(text: str) -> None:
    assert read_text("name", text) == Values({"name": text})


@pytest.mark.parametrize("text", OTHER_THAN_NAMES)
def test_what_is_something_else_is_no_whole_name(text: str) -> None:
    assert read_text("name", text) == Values({"name": text}, is_cut=True)


def test_a_label_is_no_name() -> None:
    assert [label for label, _, _ in LABELS if not read_text("name", label).is_cut] == []


@pytest.mark.parametrize("text", [*ADDRESSES, "号", "405", "东"])
def test_a_piece_of_an_address_may_be_short(text: str) -> None:
    assert read_text("address", text) == Values({"address": text})


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_one_however_rare(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", OTHER_THAN_ADDRESSES)
def test_what_is_something_else_is_no_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("field", sorted(TEXT_FIELDS))
@pytest.mark.parametrize(
    "mark", [*"*＊?？■□█●…⋯", "\ufffd", "...", "##", "XX", "xx", "ｘｘ", "ＸＸ", "××"]
)
def test_a_text_that_hides_a_character_is_cut_off(field: str, mark: str) -> None:
    for text in (f"样例省虚构市公安{mark}局", f"样{mark}甲", f"{mark}样本甲"):
        assert read_text(field, text).is_cut


def test_half_of_a_surrogate_pair_hides_a_character() -> None:
    for half in range(0xD800, 0xE000):
        assert read_text("name", f"样{chr(half)}甲").is_cut


AUTHORITIES = (
    *(
        "样例省样例市公安局交通警察支队",
        "样例省虚构市公安局（1）",
        "公安部交通管理局",
        "样例车管所",
    ),
    *("虚构市公安局 12", "交警", "Traffic Police", "样例市公安局 Sample", "འབྲུག་དཔེ"),
)
OTHER_THAN_AUTHORITIES = (
    *(
        "局",
        "男",
        "C1",
        "A1A2",
        "No.",
        "长期",
        "2016-05-05",
        "2016年5月5日",
        "10年",
        NUMBER,
        "12345",
    ),
    *("日本", "中国", "汉族", "维吾尔", "居民身份证", "中华人民共和国机动车驾驶证", "发证机关"),
    *("姓名样本乙", "虚构市公安局有效期", "Issuing Authority", "2016-03-15至2026-03-15"),
    *("发证机关虚构市公安局", "Issuing Authority 虚构市公安局", "虚构市公安局国 籍"),
    *("虚构市公安局2016-03-15", "虚构市公安局2016年3月15日", f"虚构市公安局{NUMBER}"),
)


@pytest.mark.parametrize("text", AUTHORITIES)
def test_an_authority_is_one_however_rare(text: str) -> None:
    assert read_text("issuing_authority", text) == Values({"issuing_authority": text})


@pytest.mark.parametrize("text", OTHER_THAN_AUTHORITIES)
def test_what_is_something_else_is_no_authority(text: str) -> None:
    assert read_text("issuing_authority", text).is_cut


@pytest.mark.parametrize("text", ["-", "—", "·", "（）", "\u200b", "无", "暂无", "N/A", "null"])
def test_an_authority_that_stands_for_nothing_is_absent(text: str) -> None:
    assert read_text("issuing_authority", text) == Values({})


@pytest.mark.parametrize("text", ["***", "■■", "…", "？", "\ufffd"])
def test_an_authority_of_hidden_characters_is_not_absent(text: str) -> None:
    assert read_text("issuing_authority", text) == Values({"issuing_authority": None})


@given(field=st.sampled_from(sorted(TEXT_FIELDS)), text=st.text(min_size=1))
def test_any_text_is_kept_or_nothing(field: str, text: str) -> None:
    assert read_text(field, text).by_field.get(field) in {text, None}
    assert is_address(text) in {True, False}


# -- on a card ------------------------------------------------------------------------------------


def failed(*infos: IdInfo) -> list[str]:
    card_type: CardType = (
        "DriverLicense" if any(info.label == "证号" for info in infos) else "IDCard"
    )
    return [check.name for check in read(card_type, infos).checks if not check.passed]


@pytest.mark.parametrize("card_type", CARD_TYPES)
@pytest.mark.parametrize(("label", "field"), [("姓名", "name"), ("住址", "address")])
def test_a_whole_card_without_a_text_of_its_own_is_not_complete(
    card_type: CardType, label: str, field: str
) -> None:
    texts = {**ORDINARY[card_type], label: "-"}
    assert failed(*id_infos(**texts)) == ["fields.complete", f"{field}.format"]


@pytest.mark.parametrize("whole", [ID_CARD, LICENCE])
def test_name_and_address_that_changed_places_are_seen(whole: dict[str, str]) -> None:
    texts = {**whole, "姓名": ADDRESS, "住址": NAME}
    assert failed(*id_infos(**texts)) == ["name.format", "address.format"]


@pytest.mark.parametrize(("label", "field"), [("姓名", "name"), ("住址", "address")])
def test_the_detail_says_that_a_text_is_not_whole(label: str, field: str) -> None:
    card = read("IDCard", id_infos(**{**ID_CARD, label: f"样例省虚构市测试路{NUMBER[0]}*号"}))
    details = {check.name: check.detail for check in card.checks if not check.passed}
    wrong = f"what was read here is no {field}, or is masked or cut off"
    assert details == {f"{field}.format": wrong}


@pytest.mark.parametrize("label", ["性别", "公民身份号码"])
def test_the_detail_of_a_text_that_no_card_has_room_for_says_that_it_is_too_long(
    label: str,
) -> None:
    card = read("IDCard", id_infos(**{**ID_CARD, label: "1" * 1001}))
    details = [check.detail for check in card.checks if check.name.endswith(".format")]
    assert details == ["what was read here is too long"]


@pytest.mark.parametrize(
    ("text", "is_one"), [("8栋虚构路样例", True), ("A1234", True), ("12345", False)]
)
def test_an_address_may_begin_with_a_digit_or_a_letter(text: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_address(text) is is_one


def test_an_address_is_looked_at_as_a_whole() -> None:
    texts = {label: text for label, text in ID_CARD.items() if label != "住址"}
    lines = ((100, "虚构市"), (150, "测试路1"), (200, "号"))
    pieces = [
        IdInfo("住址", text, 99, ((100, top), (100, top + 40), (500, top + 40), (500, top)))
        for top, text in lines
    ]
    rest = id_infos(**texts)
    assert failed(*pieces, *rest) == []
    assert failed(pieces[0], *rest) == ["address.format"]


def test_a_piece_that_stands_for_nothing_fails_the_format_of_its_address() -> None:
    infos = (*id_infos(**ID_CARD), IdInfo("住址", "—", 99, CORNERS))
    assert failed(*infos) == ["address.format"]
    rest = [info for info in id_infos(**ID_CARD) if info.label != "住址"]
    nothing = [IdInfo("住址", text, 99, CORNERS) for text in ("—", "无")]
    assert failed(*nothing, *rest) == ["fields.complete", "address.format"]
