from __future__ import annotations

import pytest

from coslocal.ci.recognition import CardType
from local.recognition.layout import find_fields
from local.recognition.lines import Line
from tests.support.ocr_lines import driver_license, id_card, leaning, line

ID_CARD = {
    "姓名": "样本甲",
    "性别": "女",
    "民族": "汉",
    "出生": "1990年1月2日",
    "住址": "样例省虚构市测试区假想路12号3单元405室",
    "公民身份号码": "990101199001020022",
}
DRIVER_LICENSE = {
    "证号": "990101198805170435",
    "姓名": "测试员庚",
    "性别": "男",
    "国籍": "中国",
    "住址": "样例省虚构市测试区假想路34号",
    "出生日期": "1988-05-17",
    "初次领证日期": "2012-09-10",
    "准驾车型": "C1",
    "有效期限": "2018-09-10至2028-09-10",
    "发证单位": "样例省虚构市公安局交通警察支队",
}


def texts(lines: list[Line], card_type: CardType) -> dict[str, str]:
    return {field.name: field.text for field in find_fields(lines, card_type)}


def without(lines: list[Line], *beginnings: str) -> list[Line]:
    return [one for one in lines if not one.text.startswith(beginnings)]


NUMBER = ID_CARD["公民身份号码"]
BACK = [
    line(400, 100, "中华人民共和国"),
    line(400, 200, "居民身份证"),
    line(100, 600, "签发机关虚构市公安局"),
    line(100, 700, "有效期限2010.01.02-2030.01.02"),
]
ID_CARDS = {
    "as it is printed": id_card(),
    **{f"that leans by {degrees}": leaning(id_card(), degrees) for degrees in (-25, -8, 8, 25)},
    "whose lines come in another order": id_card()[::-1],
    "whose number has lost its label": without(id_card(), "公民身份号码"),
    "whose number is in two pieces": [
        *without(id_card(), "9901"),
        line(440, 700, "99010119900102", width=400),
        line(850, 700, "0022", width=100),
    ],
    "with text far from a label": [*id_card(), line(900, 100, "噪声")],
    "with larger text below the address": [*id_card(), line(220, 500, "样本", height=120)],
    "whose ID number is elsewhere than beside its label": [
        *without(id_card(), "9901"),
        line(440, 700, "SPECIMEN01"),
        line(440, 600, NUMBER, width=500),
    ],
    "whose label has blanks": [*without(id_card(), "姓名"), line(100, 100, "姓 名 样本甲")],
}
LICENCES = {
    "as it is printed": driver_license(),
    **{f"that leans by {by}": leaning(driver_license(), by) for by in (-25, -8, 8, 25)},
    "with text above the address": [*driver_license(), line(60, 50, "某处水印")],
    "with text right of the dates": [*driver_license(), line(950, 440, "某处水印")],
    **{
        f"with {translation} in a line of its own": [
            *without(driver_license(), "姓名"),
            line(60, 170, "姓名"),
            line(150, 175, translation, height=30, width=70),
        ]
        for translation in ("Name", "Nane", "Na me")
    },
    **{
        f"whose translation is misread as {translation}": [
            *without(driver_license(), "国籍"),
            line(860, 170, f"国籍{translation}中国", width=280),
        ]
        for translation in ("Nationaity", "Sationality", " Nat ionatity ")
    },
}
NO_CARDS: dict[str, tuple[CardType, list[Line]]] = {
    "on its side": ("IDCard", leaning(id_card(), 90)),
    "on its other side": ("IDCard", leaning(id_card(), 270)),
    "an ID card": ("DriverLicense", id_card()),
    "a licence": ("IDCard", driver_license()),
    "an ID card's back": ("IDCard", BACK),
    "nothing": ("IDCard", []),
    "fewer than seven in ten labels": ("IDCard", without(id_card(), "姓名", "出生")),
    "no number": ("IDCard", without(id_card(), "9901")),
}


@pytest.mark.parametrize("lines", ID_CARDS.values(), ids=ID_CARDS)
def test_an_id_card_is_read_in_the_order_of_its_form(lines: list[Line]) -> None:
    assert list(texts(lines, "IDCard").items()) == list(ID_CARD.items())


@pytest.mark.parametrize("lines", LICENCES.values(), ids=LICENCES)
def test_a_licence_is_read_in_the_order_of_its_form(lines: list[Line]) -> None:
    assert list(texts(lines, "DriverLicense").items()) == list(DRIVER_LICENSE.items())


@pytest.mark.parametrize(("card_type", "lines"), NO_CARDS.values(), ids=NO_CARDS)
def test_what_is_no_such_card_has_no_fields(card_type: CardType, lines: list[Line]) -> None:
    assert find_fields(lines, card_type) == []


def test_a_card_with_two_labels_lost_is_read_without_them() -> None:
    found = texts(without(id_card(), "姓名"), "IDCard")

    assert found == {label: text for label, text in ID_CARD.items() if label != "姓名"}


def test_noise_in_a_row_stays_out_of_a_value_of_known_form() -> None:
    noise = [line(345, 700, "本", width=60), line(890, 700, "本", width=60)]

    found = find_fields([*id_card(), *noise], "IDCard")

    assert found == find_fields(id_card(), "IDCard")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(line(220, 570, "别的文字"), id="too far below"),
        pytest.param(line(320, 455, "别的文字"), id="not flush left"),
    ],
)
def test_an_address_in_one_line_ends_there(other: Line) -> None:
    found = texts([*without(id_card(), "12号"), other], "IDCard")

    assert found["住址"] == "样例省虚构市测试区假想路"


def test_an_address_of_three_lines_is_put_together() -> None:
    third = line(220, 510, "后院小屋")

    assert texts([*id_card(), third], "IDCard")["住址"] == ID_CARD["住址"] + "后院小屋"


def test_an_address_of_several_lines_is_enclosed_by_one_box() -> None:
    found = {field.name: field for field in find_fields(id_card(), "IDCard")}

    assert found["住址"].corners == ((220, 400), (220, 495), (700, 495), (700, 400))


def test_a_value_joined_to_its_label_has_a_box_of_its_own() -> None:
    found = {field.name: field for field in find_fields(id_card(), "IDCard")}

    assert found["姓名"].corners == ((180, 100), (180, 140), (300, 140), (300, 100))


def test_a_score_is_the_lowest_of_the_lines_read() -> None:
    lines = [*without(id_card(), "12号"), line(220, 455, "12号3单元405室", score=0.5)]

    found = {field.name: field.score for field in find_fields(lines, "IDCard")}

    assert found["住址"] == 0.5
    assert found["姓名"] == 0.99


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("有效期限 2018-09-10至长期", "2018-09-10至长期"),
        ("有效期限长期", "长期"),
        ("有效期限 6年", "6年"),
        ("有效期限 Valid Period 2006-03-15 6年", "2006-03-15 6年"),
        ("有效期限 2006-03-1510年", "2006-03-15 10年"),
    ],
)
def test_a_licence_s_term_has_several_forms(printed: str, value: str) -> None:
    lines = [*without(driver_license(), "有效期限"), line(60, 660, printed)]

    found = texts(lines, "DriverLicense")

    assert found["有效期限"] == value
    assert found["发证单位"] == DRIVER_LICENSE["发证单位"]


@pytest.mark.parametrize(
    ("label", "top", "pieces", "value"),
    [
        ("有效期限", 660, ["2006-03-15", "6年"], "2006-03-15 6年"),
        ("有效期限", 660, ["2006-03-15 至", "长期"], "2006-03-15至长期"),
        ("准驾车型", 560, ["Cl"], "Cl"),
        ("准驾车型", 560, ["B2 E"], "B2E"),
        ("准驾车型", 560, ["B2", "E"], "B2E"),
        ("准驾车型", 560, ["A1、A2"], "A1、A2"),
        pytest.param("证号", 100, ["SPECIMEN012345"], "SPECIMEN012345", id="no ID number"),
        pytest.param("证号", 100, ["9901011988O5170435"], "9901011988O5170435", id="misread"),
    ],
)
def test_a_value_of_a_licence_is_never_cut(
    label: str, top: float, pieces: list[str], value: str
) -> None:
    row = [line(620 + 170 * place, top, text, width=150) for place, text in enumerate(pieces)]
    lines = [
        *without(driver_license(), label, DRIVER_LICENSE[label]),
        line(390, top, label, width=200),
        *row,
    ]

    assert texts(lines, "DriverLicense") == DRIVER_LICENSE | {label: value}


def test_the_further_lines_of_an_address_are_no_part_of_the_seal() -> None:
    lines = [*driver_license(), line(260, 295, "1室")]

    found = texts(lines, "DriverLicense")

    assert found["住址"] == DRIVER_LICENSE["住址"] + "1室"
    assert found["发证单位"] == DRIVER_LICENSE["发证单位"]


def test_text_in_the_seal_s_place_that_names_no_authority_is_left_out() -> None:
    lines = without(driver_license(), "市公安", "通警察")

    assert "发证单位" not in texts(lines, "DriverLicense")


def test_a_latin_name_beside_its_translation_is_kept() -> None:
    lines = [*without(driver_license(), "姓名", "测试员"), line(60, 170, "姓名 Name NEMO SPECIMEN")]

    assert texts(lines, "DriverLicense")["姓名"] == "NEMO SPECIMEN"
