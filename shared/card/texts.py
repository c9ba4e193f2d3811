"""A name, an address and an authority, which no closed vocabulary holds.

Nobody can tell whether such a text is right, but some are none: a dash, a label of the card,
characters that stand for what wasn't read, a value of another field.
"""

from __future__ import annotations

import re

from shared.card.values import Values, fold, normal_number, read_validity
from shared.card.vocabulary import ETHNICITIES, GENDERS, LABELS

TEXT_FIELDS = frozenset({"name", "address", "issuing_authority"})

_HIDDEN = re.compile("[*＊?？■□█●\ufffd\ud800-\udfff]")
_PLACEHOLDERS = frozenset(
    {"无", "暂无", "空", "未知", "不详", "null", "none", "n/a", "nil", "unknown", "undefined"}
)
_LONGEST_PLACEHOLDER = 9

_LABEL_WITHIN = re.compile("姓名|性别|住址|公民身份")
_LONGEST_NAME = 6  # a longer one is looked at for an address, too
_PLACE = re.compile("省|自治区|[市县].*[区镇乡村路街]")
_SHORTEST_NAME = 2
_PLAIN_NAME = re.compile("[\u3400-\u9fff]{2,6}")  # nearly every name, and the quickest to read
_SHORTEST_ADDRESS = 5


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


# What stands on a card and is no name and no address.
_OTHER_WORDS = frozenset(
    {
        *(_letters(label) for label, _, _ in LABELS),
        *(f"{name}族" for name, _ in ETHNICITIES),
        *GENDERS,
        "中国",
    }
)
_NO_NAMES = _OTHER_WORDS | _PLACEHOLDERS


def read_text(field: str, text: str) -> Values:
    """Read a text as it stands. Nothing is left if it has no letter, or stands for nothing.

    It counts as cut off if it hides a character, and a name also if it is something else.
    """
    if field == "name":
        return _read_name(text)
    if text.isalnum() and len(text) > _LONGEST_PLACEHOLDER:  # nearly every one
        return Values({field: text})
    if field == "address" and _is_nothing(text):
        return Values({field: None})
    return Values({field: text}, is_cut=_HIDDEN.search(text) is not None)


def is_address(text: str) -> bool:
    """Return whether a whole address can be one: the other values of a card are none."""
    if len(text) < _SHORTEST_ADDRESS or text in _OTHER_WORDS or "公民身份" in text:
        return False
    if not text[0].isalpha():
        is_number = not any(map(str.isalpha, normal_number(text).rstrip("X")))
        return not is_number and None in read_validity(text).by_field.values()
    return not text.isascii() or _letters(text) not in _OTHER_WORDS


def _read_name(text: str) -> Values:
    if _PLAIN_NAME.fullmatch(text) and text not in _NO_NAMES and not _LABEL_WITHIN.search(text):
        return Values({"name": text})
    if _is_nothing(text):
        return Values({"name": None})
    letters = _letters(text)
    is_other = (
        len(letters) < _SHORTEST_NAME
        or letters in _OTHER_WORDS
        or any(map(str.isdigit, text))
        or len(text.splitlines()) > 1
        or _LABEL_WITHIN.search(letters)
        or (len(letters) > _LONGEST_NAME and _PLACE.search(letters))
    )
    return Values({"name": text}, is_cut=bool(is_other or _HIDDEN.search(text)))


def _is_nothing(text: str) -> bool:
    is_short = len(text) <= _LONGEST_PLACEHOLDER
    return (is_short and fold(text) in _PLACEHOLDERS) or not any(map(str.isalnum, text))
