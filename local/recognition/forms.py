"""The printed forms of the cards: which labels they carry and what stands beside each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local.recognition.interface import CardType


@dataclass(frozen=True)
class Label:
    """A label on the form.

    Attributes:
        name: As CI names the field.
        english: The translation printed beside or below it, where there is one.
        value: What the text beside it must contain; that part alone is the value. Where it is
            empty, all the text is.
    """

    name: str
    english: str = ""
    value: str = ""


_NUMBER: Final = r"(?<!\d)\d{17}[\dXx](?!\d)"
_DAY: Final = r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?"

FORMS: Final[Mapping[CardType, tuple[Label, ...]]] = {
    "IDCard": (
        Label("姓名"),
        Label("性别", value="[男女]"),
        Label("民族"),
        Label("出生", value=_DAY),
        Label("住址"),
        Label("公民身份号码", value=_NUMBER),
    ),
    "DriverLicense": (
        Label("证号", "No.", _NUMBER),
        Label("姓名", "Name"),
        Label("性别", "Sex", "[男女]"),
        Label("国籍", "Nationality"),
        Label("住址", "Address"),
        Label("出生日期", "Date of Birth", _DAY),
        Label("初次领证日期", "Date of First Issue", _DAY),
        Label("准驾车型", "Class", "[A-Z][A-Z0-9]*"),
        Label("有效期限", "Valid Period", rf"{_DAY}(至|-)({_DAY}|长期)|长期|\d+年"),
    ),
}
"""A licence's 发证单位 is no label: the authority is the text of a seal."""

NUMBER_LABELS: Final = ("公民身份号码", "证号")
LONG_WORD: Final = 6
ADDRESS: Final = "住址"
AUTHORITY: Final = "发证单位"
AUTHORITY_WORDS: Final = re.compile("公安|交通警察|交警|支队|大队|车辆管理")


def label_pattern(card_type: CardType) -> re.Pattern[str]:
    """Return the pattern of any label of the form, each with its translation where it follows.

    `lastgroup` is `label_<place in the form>`.
    """
    branches = []
    for place, label in enumerate(FORMS[card_type]):
        chinese = r"\s*".join(label.name)
        english = rf"(?:\s*{_loosely(label.english)})?" if label.english else ""
        branches.append(f"(?P<label_{place}>{chinese}{english})")
    return re.compile("|".join(branches), re.IGNORECASE)


def caption_pattern(card_type: CardType) -> re.Pattern[str]:
    """Return the pattern of a translation that stands on its own."""
    captions = [_loosely(label.english) for label in FORMS[card_type] if label.english]
    return re.compile("|".join(captions) or r"(?!)", re.IGNORECASE)


def _loosely(english: str) -> str:
    """Return a pattern for the words with or without the blanks and dots between them.

    Long words in small print are misread now and then: their first letter and length are enough.
    """
    words = [
        re.escape(word)
        if len(word) < LONG_WORD
        else f"{word[0]}[a-z]{{{len(word) - 3},{len(word) - 1}}}"
        for word in english.rstrip(".").split()
    ]
    return r"[\s.]*".join(words) + r"\.?"
