"""Every label that names a field, by card type and field."""

from __future__ import annotations

import pytest

from shared.card import CARD_TYPES, FIELD_NAMES, CardType
from shared.card.labels import field_named

ALIASES: dict[CardType, dict[str, str]] = {
    "IDCard": {
        "name": ("姓名|name|full name"),
        "gender": ("性别|gender|sex"),
        "birth_date": ("出生|出生日期|出生年月|出生年月日|birth|birth date|birthday|date of birth"),
        "address": ("住址|地址|address"),
        "ethnicity": ("民族|ethnicity|ethnic group|nation|nationality"),
        "id_number": (
            "公民身份号码|公民身份证号|公民身份证号码|身份证号|身份证号码|身份号码|"
            "id|id num|id no|id number|"
            "id card number|identity number|identity card number|"
            "identification number|identification number (ID number)|"
            "citizen identification number|citizen ID number"
        ),
    },
    "DriverLicense": {
        "name": ("姓名|name|full name"),
        "gender": ("性别|gender|sex"),
        "birth_date": ("出生|出生日期|出生年月|出生年月日|birth|birth date|birthday|date of birth"),
        "address": ("住址|地址|address"),
        "license_number": (
            "证号|证件号|证件号码|驾驶证号|驾驶证号码|number|card code|card number|"
            "certificate no|"
            "certificate number|license no|license number|licence no|licence number|"
            "driver license number|driver's license number|driving licence number|"
            "公民身份号码|公民身份证号|公民身份证号码|身份证号|身份证号码|身份号码|"
            "id|id num|id no|id number|"
            "id card number|identity number|identity card number|"
            "identification number|identification number (ID number)|"
            "citizen identification number|citizen ID number"
        ),
        "nationality": ("国籍|nationality|nation|citizenship"),
        "first_issue_date": (
            "初次领证日期|初次领证|首次领证日期|date of first issue|first issue date|"
            "date of initial issue|first license issue date|initial issue date|"
            "date of first issuance"
        ),
        "vehicle_class": (
            "准驾车型|class|vehicle class|vehicle type|class of vehicle|"
            "permitted vehicle class|permitted vehicle type|approved vehicle type"
        ),
        "valid_from": (
            "有效期限|有效期|有效起始日期|有效期起始日期|起始日期|有效期起|"
            "有效期自|有效期开始日期|valid period|"
            "validity period|period of validity|validity|valid from|valid date|"
            "start date|effective date|effective start date|valid start date"
        ),
        "valid_until": (
            "有效期至|有效期止|有效期限至|有效截止日期|有效期截止日期|截止日期|"
            "有效期结束日期|失效日期|valid until|valid to|"
            "valid through|end date|expiry date|expiration date|valid end date"
        ),
        "issuing_authority": (
            "发证单位|发证机关|发证机构|签发机关|issuing authority|issuing agency|issuing unit|"
            "issued by"
        ),
    },
}


CASES = [
    (card_type, field, label)
    for card_type, by_field in ALIASES.items()
    for field, labels in by_field.items()
    for label in labels.split("|")
]


@pytest.mark.parametrize(("card_type", "field", "label"), CASES)
def test_every_alias_names_its_field(card_type: CardType, field: str, label: str) -> None:
    assert field_named(card_type, label) == field


def test_every_field_has_labels() -> None:
    for card_type in CARD_TYPES:
        assert set(ALIASES[card_type]) == set(FIELD_NAMES[card_type])
