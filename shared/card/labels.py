"""Which field a label names.

CI's literal labels are documented only in part: the Chinese page shows 姓名, 性别 and 民族, the
English page a translation of the whole ID card. The rest are the words printed on the cards, the
words of CI's list of fields, and the field names of Tencent's synchronous card OCR services.
A label that isn't here is no error: its item is kept, without a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from shared.card.model import CardType
from shared.card.text import fold

_ALIASES_OF_BOTH: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "name", "full name"),
    "gender": ("性别", "gender", "sex"),
    "birth_date": (
        *("出生", "出生日期", "出生年月", "出生年月日"),
        *("birth", "birth date", "birthday", "date of birth"),
    ),
    "address": ("住址", "地址", "address"),
}

_ID_NUMBER_ALIASES = (
    *("公民身份号码", "公民身份证号", "公民身份证号码", "身份证号", "身份证号码", "身份号码"),
    *("id", "id num", "id no", "id number", "id card number", "identity number"),
    *("identity card number", "identification number", "identification number (ID number)"),
    *("citizen identification number", "citizen ID number"),
)

_ALIASES: Mapping[CardType, Mapping[str, tuple[str, ...]]] = {
    "IDCard": {
        **_ALIASES_OF_BOTH,
        "ethnicity": ("民族", "ethnicity", "ethnic group", "nation", "nationality"),
        "id_number": _ID_NUMBER_ALIASES,
    },
    "DriverLicense": {
        **_ALIASES_OF_BOTH,
        "license_number": (
            *("证号", "证件号", "证件号码", "驾驶证号", "驾驶证号码"),
            *("number", "card code", "card number", "certificate no", "certificate number"),
            *("license no", "license number", "licence no", "licence number"),
            *("driver license number", "driver's license number", "driving licence number"),
            *_ID_NUMBER_ALIASES,
        ),
        "nationality": ("国籍", "nationality", "nation", "citizenship"),
        "first_issue_date": (
            *("初次领证日期", "初次领证", "首次领证日期"),
            *("date of first issue", "first issue date", "date of initial issue"),
            *("first license issue date", "initial issue date", "date of first issuance"),
        ),
        "vehicle_class": (
            *("准驾车型", "class", "vehicle class", "vehicle type", "class of vehicle"),
            *("permitted vehicle class", "permitted vehicle type", "approved vehicle type"),
        ),
        # The printed 有效期限 holds a whole period or a term, not its start alone: validity.py
        # tells them apart by what was read.
        "valid_from": (
            *("有效期限", "有效期", "有效起始日期", "有效期起始日期", "起始日期"),
            *("有效期起", "有效期自", "有效期开始日期", "valid period", "validity period"),
            *("period of validity", "validity", "valid from", "valid date", "start date"),
            *("effective date", "effective start date", "valid start date"),
        ),
        "valid_until": (
            *("有效期至", "有效期止", "有效期限至", "有效截止日期", "有效期截止日期"),
            *("截止日期", "有效期结束日期", "失效日期", "valid until", "valid to"),
            *("valid through", "end date", "expiry date", "expiration date", "valid end date"),
        ),
        "issuing_authority": (
            *("发证单位", "发证机关", "发证机构", "签发机关"),
            *("issuing authority", "issuing agency", "issuing unit", "issued by"),
        ),
    },
}


def _letters(label: str) -> str:
    """Drop what labels differ in without meaning it: case, width, spaces, colons, brackets."""
    return "".join(character for character in fold(label) if character.isalnum())


_FIELDS: Mapping[CardType, Mapping[str, str]] = {
    card_type: {_letters(alias): field for field, aliases in by_field.items() for alias in aliases}
    for card_type, by_field in _ALIASES.items()
}


@lru_cache(maxsize=256)
def field_named(card_type: CardType, label: str) -> str | None:
    """Return the field that a label names on this type of card. Return None if it is unknown.

    A licence prints each label in Chinese and in English ("姓名 Name"); if such a pair comes as
    one label, its Chinese half decides.
    """
    letters = _letters(label)
    chinese = "".join(character for character in letters if not character.isascii())
    fields = _FIELDS[card_type]
    return fields.get(letters) or fields.get(chinese)
