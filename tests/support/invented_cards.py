"""Invented whole cards as CI would read them, and the ways in which a reader damages one."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from shared.card import CardType, IdInfo
from shared.card.values import check_digit

Lines = list[tuple[str, str, str]]
"""Label, text, and the field or fields it tells of, of each item in order."""


class Card(NamedTuple):
    """What CI reads of a card, and what stands on it."""

    card_type: CardType
    lines: Lines
    fields: dict[str, str | None]

    def infos(self) -> list[IdInfo]:
        """The items, each on a line of its own below the one before."""
        return [
            IdInfo(label, text, 99, ((10, top), (10, top + 40), (400, top + 40), (400, top)))
            for top, (label, text, _) in zip(range(0, 10_000, 60), self.lines, strict=False)
        ]


class Damaged(NamedTuple):
    """A card with one damage. `is_hidden`: what is left could be another, whole card."""

    card: Card
    kind: str
    is_hidden: bool


_NAMES = ("样本甲", "样例乙丙", "阿依古丽·样本", "测试", "虚构·买买提·样例", "㐂样本")
_ETHNICITIES = ("汉", "回", "维吾尔", "土家", "朝鲜", "穿青人")
_CLASSES = ("C1", "C2", "B2", "A1A2", "C1D", "B2E", "A2D")
_NATIONALITIES = ("中国", "中国香港", "日本", "哈萨克斯坦")
_STREETS = ("测试路", "样例街", "虚构大道")
_AUTHORITIES = ("样例省虚构市公安局交通警察支队", "虚构市公安局")
_WRITTEN = ("{0.year}年{0.month}月{0.day}日", "{0:%Y-%m-%d}", "{0:%Y%m%d}", "{0:%Y.%m.%d}")
_OPEN_FIELDS = frozenset({"name", "address", "issuing_authority"})
_LABELS = {
    "name": ("姓名", "Name", "姓名 Name"),
    "gender": ("性别", "Sex", "མ 性别"),
    "ethnicity": ("民族", "Ethnicity"),
    "nationality": ("国籍", "Nationality"),
    "birth_date": ("出生", "出生日期", "Date of Birth"),
    "address": ("住址", "Address"),
    "id_number": ("公民身份号码", "公民身份证号", "身份证号"),
    "license_number": ("证号", "驾驶证号", "证号 No."),
    "first_issue_date": ("初次领证日期", "领证日期", "Date of First Issue"),
    "vehicle_class": ("准驾车型", "准驾车型代号", "Class"),
    "issuing_authority": ("发证机关", "红章", "Issuing Authority"),
}


JOBS_DAY = date(2026, 1, 2)


def whole_card(chance: random.Random) -> Card:
    """A card that is whole, of either type."""
    born = _day(chance, date(1940, 1, 1), 24_000)
    is_man = chance.random() < 0.5
    region = chance.choice(("990101", "990101", "990101", "810000", "820000", "830000"))
    first = f"{region}{born:%Y%m%d}{chance.randrange(50):02}{chance.randrange(0, 10, 2) + is_man}"
    fields = {
        "name": chance.choice(_NAMES),
        "gender": "男" if is_man else "女",
        "birth_date": born.isoformat(),
    }
    number = first + check_digit(first)
    if chance.random() < 0.5:
        fields["id_number"] = number
        has_ethnicity = region == "990101"
        fields |= {"ethnicity": chance.choice(_ETHNICITIES)} if has_ethnicity else {}
        lines = _lines(chance, fields, _address(chance))
        rest = {} if has_ethnicity else {"ethnicity": None}
        return Card("IDCard", lines, {**fields, **rest, "address": _joined(lines)})
    fields |= {
        "license_number": number,
        "nationality": chance.choice(_NATIONALITIES),
        "vehicle_class": chance.choice(_CLASSES),
        "first_issue_date": _first_issue(chance, born).isoformat(),
        "issuing_authority": chance.choice(_AUTHORITIES),
    }
    first_issue = date.fromisoformat(fields["first_issue_date"])
    renewed_by = JOBS_DAY + timedelta(90)  # the earliest that a licence is renewed
    start = _day(chance, first_issue, min(6000, (renewed_by - first_issue).days))
    years = chance.choice((6, 10))
    end = years_later(start, years)
    validity = chance.choice(_VALIDITIES)(chance, start, end, years)
    lines = [*_lines(chance, fields, _address(chance)), *validity]
    until = "长期" if any("长期" in text for _, text, _ in validity) else end.isoformat()
    ends = {"valid_from": start.isoformat(), "valid_until": until}
    return Card("DriverLicense", lines, {**fields, **ends, "address": _joined(lines)})


def years_later(day: date, years: int) -> date:
    """The same day some years later, 28 February for a day that isn't there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _day(chance: random.Random, first: date, days: int) -> date:
    return first + timedelta(chance.randrange(1, days))


def _first_issue(chance: random.Random, born: date) -> date:
    grown = years_later(born, 18)
    return _day(chance, grown, min(9000, (JOBS_DAY - grown).days))


def _address(chance: random.Random) -> list[str]:
    pieces = ["样例省虚构市", f"{chance.choice(_STREETS)}{chance.randint(1, 999)}号", "样例小区2栋"]
    count = chance.choice((1, 1, 2, 3))
    return ["".join(pieces)] if count == 1 else pieces[:count]


def _joined(lines: Lines) -> str:
    return "".join(text for _, text, field in lines if field == "address")


def _lines(chance: random.Random, fields: Mapping[str, str], address: list[str]) -> Lines:
    lines: Lines = []
    for field, value in fields.items():
        text = _written(chance, date.fromisoformat(value)) if "date" in field else value
        lines.append((chance.choice(_LABELS[field]), text, field))
    label = chance.choice(_LABELS["address"])
    return [*lines, *((label, piece, "address") for piece in address)]


def _written(chance: random.Random, day: date) -> str:
    return chance.choice(_WRITTEN).format(day)


def _range(chance: random.Random, start: date, end: date, _: int) -> Lines:
    form = chance.choice(_WRITTEN)
    return [("有效期限", f"{form.format(start)}至{form.format(end)}", "validity")]


def _term(chance: random.Random, start: date, _: date, years: int) -> Lines:
    return [("有效期限", f"{_written(chance, start)} {years}年", "validity")]


def _long_term(chance: random.Random, start: date, _: date, __: int) -> Lines:
    return [("有效期限", f"{_written(chance, start)}至长期", "validity")]


def _pair(chance: random.Random, start: date, end: date, _: int) -> Lines:
    labels = chance.choice(
        (("有效起始日期", "有效期限"), ("有效期限", "至"), ("起始日期", "有效日期"))
    )
    form = chance.choice(_WRITTEN)
    return [
        (labels[0], form.format(start), "valid_from"),
        (labels[1], form.format(end), "valid_until"),
    ]


def _start_and_term(chance: random.Random, start: date, _: date, years: int) -> Lines:
    return [
        ("Valid From", _written(chance, start), "valid_from"),
        ("Valid For", f"{years}年", "validity"),
    ]


_VALIDITIES: tuple[Callable[[random.Random, date, date, int], Lines], ...] = (
    *(_range, _term, _long_term, _pair, _start_and_term),
)


# -- damage ---------------------------------------------------------------------------------------


def damaged(card: Card, other: Card, chance: random.Random) -> Damaged:
    """The card with one damage; `other` is another person's of the same type."""
    place = chance.randrange(len(card.lines))
    kind = chance.choice(tuple(_DAMAGES))
    lines, is_hidden = _DAMAGES[kind](card, other, place, chance)
    return Damaged(card._replace(lines=lines), kind, is_hidden)


_Result = tuple[Lines, bool]


def _with(card: Card, place: int, *lines: tuple[str, str, str]) -> Lines:
    return [*card.lines[:place], *lines, *card.lines[place + 1 :]]


def _drop(card: Card, _: Card, place: int, __: random.Random) -> _Result:
    field = card.lines[place][2]
    pieces = sum(line[2] == "address" for line in card.lines)
    is_hidden = field == "issuing_authority" or (field == "address" and pieces > 1)
    return _with(card, place), is_hidden


def _double(card: Card, other: Card, place: int, _: random.Random) -> _Result:
    line = card.lines[place]
    again = [one for one in other.lines if one[2] == line[2]] or [line]
    return [*card.lines, again[0]], False


def _swap(card: Card, other: Card, place: int, _: random.Random) -> _Result:
    label, text, field = card.lines[place]
    others = [one[1] for one in other.lines if one[2] == field] or [text]
    is_hidden = field in _OPEN_FIELDS | {"ethnicity", "nationality", "vehicle_class"}
    return _with(card, place, (label, others[0], field)), is_hidden


def _move(card: Card, _: Card, place: int, chance: random.Random) -> _Result:
    text, field = card.lines[place][1:]
    labels = [line[0] for line in card.lines if line[2] != field]
    return _with(card, place, (chance.choice(labels), text, field)), False


def _cut(card: Card, _: Card, place: int, chance: random.Random) -> _Result:
    label, text, field = card.lines[place]
    left = text[: -chance.randint(1, 3)]
    is_value = left in (*_ETHNICITIES, "土", *_CLASSES, "A1", "A2", *_NATIONALITIES)
    is_hidden = bool(left) and (field in _OPEN_FIELDS or is_value)
    return _with(card, place, (label, left, field)), is_hidden


def _misread(card: Card, _: Card, place: int, chance: random.Random) -> _Result:
    label, text, field = card.lines[place]
    digits = [index for index, character in enumerate(text) if character.isdecimal()]
    if not digits:
        return card.lines, True
    index = chance.choice(digits)
    digit = chance.choice([one for one in "0123456789" if one != text[index]])
    left = text[:index] + digit + text[index + 1 :]
    is_hidden = field in _OPEN_FIELDS or field == "vehicle_class"
    return _with(card, place, (label, left, field)), is_hidden


def _reverse(card: Card, _: Card, place: int, chance: random.Random) -> _Result:
    dates = [
        index
        for index, line in enumerate(card.lines)
        if line[2] in {"birth_date", "first_issue_date", "valid_from", "valid_until"}
    ]
    lines = [*card.lines]
    for index, line in enumerate(lines):
        start, sign, end = line[1].partition("至")
        if line[2] == "validity" and sign:
            lines[index] = (line[0], f"{end}{sign}{start}", line[2])
            return lines, False
    if len(dates) < 2:
        return _drop(card, card, place, chance)
    one, two = dates[0], dates[-1]
    lines[one] = (lines[one][0], lines[two][1], lines[one][2])
    lines[two] = (lines[two][0], card.lines[one][1], lines[two][2])
    return lines, False


_DAMAGES: Mapping[str, Callable[[Card, Card, int, random.Random], _Result]] = {
    "a field dropped": _drop,
    "doubled": _double,
    "swapped with another person's": _swap,
    "moved to another label": _move,
    "cut off": _cut,
    "a digit misread": _misread,
    "dates reversed": _reverse,
}
