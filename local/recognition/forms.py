"""The printed forms of the cards: their labels, and the values beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coslocal.ci.recognition import CardType


@dataclass(frozen=True)
class Label:
    """A label on the form.

    Attributes:
        name: As CI names the field.
        value: A pattern that the text beside the label must contain. The value is only that part,
            or its groups with blanks between them. If the pattern is empty, it is all the text.
    """

    name: str
    value: str = ""


ID_NUMBER: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_NUMBER: Final = r"(?=[A-Za-z]*\d)[\dA-Za-z]{6,}"
_WORDS: Final = r"[\dA-Za-z]+(?:[、，,/·.]?[\dA-Za-z]+)*"
_DAY: Final = r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?"
_VALIDITY: Final = (
    rf"{_DAY}(?:至|-)(?:{_DAY}|长期)|(\d{{4}}[-./]\d\d[-./]\d\d)(\d{{1,2}}年)"
    r"|长期|(?<!\d)\d{1,2}年"
)

FORMS: Final[Mapping[CardType, tuple[Label, ...]]] = {
    "IDCard": (
        Label("姓名"),
        Label("性别", "[男女]"),
        Label("民族"),
        Label("出生", _DAY),
        Label("住址"),
        Label("公民身份号码", _NUMBER),
    ),
    "DriverLicense": (
        Label("证号", _NUMBER),
        Label("姓名"),
        Label("性别", "[男女]"),
        Label("国籍"),
        Label("住址"),
        Label("出生日期", _DAY),
        Label("初次领证日期", _DAY),
        Label("准驾车型", _WORDS),
        Label("有效期限", _VALIDITY),
    ),
}
"""A licence has no label 发证单位: the authority is the text of a seal."""

NUMBER_LABELS: Final = ("公民身份号码", "证号")
ADDRESS: Final = "住址"
AUTHORITY: Final = "发证单位"
AUTHORITY_WORDS: Final = re.compile("公安|交通警察|交警|支队|大队|车辆管理")
TRANSLATION: Final = re.compile(r"(?:[^\d⺀-\U0010ffff]*[a-z]{2}|No)\.?")
"""The English that a licence prints beside or below a label, even if misread. Only it has small
letters."""


def label_pattern(card_type: CardType) -> re.Pattern[str]:
    """Return a pattern for any label of the form, with its translation if that follows.

    `lastgroup` is `label_<place in the form>`.
    """
    branches = []
    for place, label in enumerate(FORMS[card_type]):
        chinese = r"\s*".join(label.name)
        branches.append(rf"(?P<label_{place}>{chinese}(?:\s*{TRANSLATION.pattern})?)")
    return re.compile("|".join(branches))
