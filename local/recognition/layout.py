"""Finds a card's fields among lines of text. A value is to the right of its printed label.

The printed forms of the cards say which labels there are, and what is beside each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from coslocal.ci.recognition import CardType
from local.recognition.lines import Line, Quad, around, direction, in_frame, joined, level, offset


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


LABELS_NEEDED: Final = 0.7
"""The share of a form's labels that the lines must have to count as such a card."""

FARTHEST_VALUE: Final = 14.0
ROW: Final = 0.6
LINE_SPACING: Final = 2.2
"""Distances in heights of the text: from a label to its value, from its row, between two lines."""

SAME_SIZE: Final = 1.6
"""The largest ratio of the heights of two lines of one field."""


@dataclass(frozen=True)
class Found:
    """The value of one field, its place, and the engine's confidence (0 to 1)."""

    name: str
    text: str
    score: float
    corners: Quad


@dataclass(frozen=True)
class _Parts:
    """The lines, cut where a label ends or begins."""

    labels: Mapping[str, Line]
    texts: tuple[Line, ...]


def find_fields(lines: Sequence[Line], card_type: CardType) -> list[Found]:
    """Return the fields of an upright card in the order of its form. None of them if it isn't one.

    The lines are such a card if they have 70 % of its labels and a number.
    """
    straight = level(lines)
    parts = _cut(straight, card_type)
    form = FORMS[card_type]
    if len(parts.labels) < LABELS_NEEDED * len(form):
        return []
    angle = direction(straight)
    rows = _rows(parts)
    rows[ADDRESS] = _with_further_lines(rows.get(ADDRESS, []), parts.texts)
    found = [_value(label, parts, rows, angle) for label in form]
    authority = _authority(parts, rows, angle) if card_type == "DriverLicense" else None
    fields = [field for field in (*found, authority) if field]
    return fields if any(field.name in NUMBER_LABELS for field in fields) else []


def _cut(lines: Sequence[Line], card_type: CardType) -> _Parts:
    pattern = label_pattern(card_type)
    labels: dict[str, Line] = {}
    texts: list[Line | None] = []
    for line in lines:
        place = 0
        for match in pattern.finditer(line.text):
            texts.append(line.part(place, match.start()))
            name = FORMS[card_type][int(str(match.lastgroup).removeprefix("label_"))].name
            printed = line.part(match.start(), match.end())
            if printed:
                labels.setdefault(name, printed)
            place = match.end()
        texts.append(line.part(place, len(line.text)))
    return _Parts(
        labels, tuple(text for text in texts if text and not TRANSLATION.fullmatch(text.text))
    )


def _rows(parts: _Parts) -> dict[str, list[Line]]:
    """Give each text to the nearest label on its left in the same row."""
    rows: dict[str, list[Line]] = {name: [] for name in parts.labels}
    for text in parts.texts:
        distances = {name: offset(text, label) for name, label in parts.labels.items()}
        reached = {
            name: along
            for name, (along, below) in distances.items()
            if -1 < along < FARTHEST_VALUE and abs(below) < ROW
        }
        if reached:
            rows[min(reached, key=lambda name: reached[name])].append(text)
    return {
        name: sorted(texts, key=lambda text: offset(text, parts.labels[name])[0])
        for name, texts in rows.items()
    }


def _value(
    label: Label, parts: _Parts, rows: Mapping[str, list[Line]], angle: float
) -> Found | None:
    row = rows.get(label.name, [])
    if not label.value:
        return _found(label.name, joined(row), row, angle) if row else None
    if label.name in NUMBER_LABELS:
        # An ID number is known by its form, at any place. Another number is in the label's row.
        singles = [[text] for text in parts.texts]
        number = _longest(label, ID_NUMBER, [*_runs(row), *singles], angle)
        if number:
            return number
    return _longest(label, re.compile(label.value), _runs(row), angle)


def _longest(
    label: Label, form: re.Pattern[str], runs: Sequence[Sequence[Line]], angle: float
) -> Found | None:
    """Return the longest value of this form, from the fewest neighbours that hold all of it."""
    best: Found | None = None
    for texts in runs:
        match = form.search(joined(texts))
        value = " ".join(filter(None, match.groups())) or match.group() if match else ""
        if len(value) > len(best.text if best else ""):
            best = _found(label.name, value, texts, angle)
    return best


def _runs(row: Sequence[Line]) -> list[Sequence[Line]]:
    """Return the ways to take neighbours from a row, the fewest first, to keep noise out."""
    ends = range(1, len(row) + 1)
    runs = [row[start:end] for end in ends for start in range(end)]
    return sorted(runs, key=len)


def _with_further_lines(row: Sequence[Line], texts: Sequence[Line]) -> list[Line]:
    """Return an address with its further lines: below it, and flush left with its first line."""
    lines = list(row)
    while lines:
        below = [text for text in texts if _follows(text, row[0], lines[-1])]
        if not below:
            break
        lines.append(min(below, key=lambda text: text.left[1]))
    return lines


def _follows(text: Line, first: Line, last: Line) -> bool:
    tall = max(text.height, first.height)
    text_left, first_left, last_left = (
        in_frame(line.left, first.angle) for line in (text, first, last)
    )
    return (
        tall < SAME_SIZE * min(text.height, first.height)
        and abs(text_left[0] - first_left[0]) < tall
        and 0.5 * tall < text_left[1] - last_left[1] < LINE_SPACING * tall
    )


def _authority(parts: _Parts, rows: Mapping[str, list[Line]], angle: float) -> Found | None:
    """Return the text of the seal, which is below the address and left of the dates."""
    dates = [parts.labels[name] for name in ("出生日期", "初次领证日期") if name in parts.labels]
    address = rows.get(ADDRESS)
    if not dates or not address:
        return None
    edge = max(in_frame(label.left, angle)[0] for label in dates)
    top = in_frame(address[-1].left, angle)[1] + address[-1].height
    taken = [text for texts in rows.values() for text in texts]
    seal = [
        text
        for text in parts.texts
        if text not in taken
        and in_frame(text.right, angle)[0] < edge
        and in_frame(text.left, angle)[1] > top
    ]
    seal.sort(key=lambda text: in_frame(text.left, angle)[1])
    name = joined(seal)
    return _found(AUTHORITY, name, seal, angle) if AUTHORITY_WORDS.search(name) else None


def _found(name: str, text: str, lines: Sequence[Line], angle: float) -> Found:
    corners = lines[0].corners
    if len(lines) > 1:
        corners = around((line.corners for line in lines), angle)
    return Found(name, text, min(line.score for line in lines), corners)
