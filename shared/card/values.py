"""The text of one item in its normal form.

Dates are read as 1974年12月1日, 1974-12-01, 1974.12.01, 1974/2/1, 1974 12 1, 19741201,
"December 1, 1974", "1 Dec 1974" and "1974 Dec 1", with stray white space and full-width characters.
The year has four digits and stands first or last, so nothing is guessed. 01/12/1974 is not read:
either number could be the day. Nor is 1974-12-1: the month has two digits, so the day may have lost
one.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from operator import mul
from typing import NamedTuple

from shared.card.vocabulary import (
    CHINA,
    COUNTRIES,
    ETHNICITIES,
    GENDERS,
    LABELS,
    OTHER_ETHNICITIES,
    VEHICLE_CLASSES,
)

LONGEST = 1000
"""In characters, counted before folding, since folding can lengthen a text. No text on a card has
more. A longer text fills no field."""
LONG_TERM = "长期"


def fold(text: str) -> str:
    """Return the text in the form for comparisons: half-width, lower-case, without white space."""
    return "".join(_half_width(text).split())


def letters(text: str) -> str:
    """Return the letters of a text in the form for comparisons: no digits, signs or white space."""
    folded = fold(text)
    return "".join([one for one in folded if one.isalnum() and not one.isdigit()])


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).casefold()


# -- closed vocabularies --------------------------------------------------------------------------

_ETHNICITIES = {
    **{fold(word): name for pair in ETHNICITIES for name in pair[:1] for word in pair},
    **{f"{name}族": name for name, _ in ETHNICITIES},
    **{name: name for name in OTHER_ETHNICITIES},
}
_NATIONALITIES = {
    **{fold(name): name for name in COUNTRIES.split()},
    **{fold(word): name for name, words in CHINA.items() for word in (name, *words)},
}
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")
_CLASS = re.compile("|".join(VEHICLE_CLASSES).lower())
_BETWEEN_CLASSES = str.maketrans("", "", "、,/·")


def _vehicle_class(text: str) -> str | None:
    classes = fold(text).translate(_BETWEEN_CLASSES)
    found = _CLASS.findall(classes)
    is_whole = "".join(found) == classes and len(set(found)) == len(found)
    return classes.upper() if found and is_whole else None


_CLOSED: Mapping[str, Callable[[str], str | None]] = {
    "gender": lambda text: GENDERS.get(fold(text)),
    "ethnicity": lambda text: _ETHNICITIES.get(fold(text)),
    "nationality": lambda text: _NATIONALITIES.get(fold(text)),
    "vehicle_class": _vehicle_class,
}
CLOSED_FIELDS = tuple(_CLOSED)
# Nearly every value is in its normal form already, and then needs no folding.
_NORMAL = {
    "gender": frozenset(GENDERS.values()),
    "ethnicity": frozenset(_ETHNICITIES.values()),
    "nationality": frozenset(_NATIONALITIES.values()),
    "vehicle_class": frozenset(VEHICLE_CLASSES),
}


def closed_value(field: str, text: str) -> str | None:
    """Return the value of a closed field in its normal form. Return None if it is unknown.

    If the whole text is unknown, its Han part counts: cards print a second language or script
    beside it. The other part must not be another value.
    """
    return text if text in _NORMAL[field] else _CLOSED[field](text) or _beside(field, text)


def _beside(field: str, text: str) -> str | None:
    value = _CLOSED[field]("".join(HAN.findall(text)))
    other = "".join(filter(str.isalnum, HAN.sub("", text)))
    return value if other.isalpha() and _CLOSED[field](other) in {None, value} else None


# -- the number of an ID card (GB 11643), which is a driving licence's number too -----------------

_NUMBER = re.compile(r"[0-9０-９xXｘＸ\s]+")
_TO_ASCII = str.maketrans("０１２３４５６７８９ｘＸx", "0123456789XXX")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
ID_LENGTH = 18
_SIGN = r"(?:[-.–—·]\s*)?"
_WITHIN = re.compile(
    rf"(?<![0-9])(?:[0-9]\s*){{6}}{_SIGN}(?:[0-9]\s*){{8}}{_SIGN}(?:[0-9]\s*){{3}}[0-9x]"
    r"(?![0-9a-z]|\s*年)"  # a range of dates and its term have 18 digits, too
)
_WEIGHTS = tuple(2 ** (17 - position) % 11 for position in range(17))
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS = "10X98765432"


class IdNumber(NamedTuple):
    """What a number of 18 characters says.

    `birth_date` is None if the number holds no calendar date. Region codes are no check: they
    change, and old cards keep theirs.
    """

    birth_date: str | None
    gender: str
    has_its_check_digit: bool


def normal_number(text: str) -> str:
    """Return a number without blanks, in ASCII, with a capital X. Return other text as it is."""
    if text.isdigit() and text.isascii():  # most of them
        return text
    return "".join(text.translate(_TO_ASCII).split()) if _NUMBER.fullmatch(text) else text


def numbers_in(text: str) -> list[str]:
    """Find every ID number in a text. Return the 18 characters of each, in normal form.

    Blanks may be between the characters, and a sign may be before and after the date of birth.
    """
    found = _WITHIN.findall(_half_width(text))
    return ["".join(filter(str.isalnum, number)).upper() for number in found]


def parse_id_number(number: str) -> IdNumber | None:
    """Parse an ID number. Return None if it doesn't have the 18 characters of one."""
    if not _EIGHTEEN.fullmatch(number):
        return None
    born = _calendar_date(number[6:10], number[10:12], number[12:14])
    gender = "男" if int(number[16]) % 2 else "女"
    return IdNumber(born, gender, check_digit(number[:17]) == number[17])


def check_digit(seventeen: str) -> str:
    """Return the 18th character for the first seventeen digits (ISO 7064, MOD 11-2)."""
    # The code of an ASCII digit is its value plus the code of "0". So subtract the sum for zeros.
    return _CHECK_CHARACTERS[(sum(map(mul, seventeen.encode(), _WEIGHTS)) - _ZEROS) % 11]


# -- dates ----------------------------------------------------------------------------------------

_PLAIN = str.maketrans({**dict.fromkeys("‐‒–—―−~〜", "-"), **dict.fromkeys("·•。", ".")})
_AROUND = ".,:;-"  # marks that don't belong to a date
_SPACE_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s+(?=\d)")

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS = {
    **{name: number for number, name in enumerate(_MONTHS, start=1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, start=1)},
    "sept": 9,
}

_MONTH_NAME = r"(?P<month>[a-z]{3,9})\.?[-,/]?"
_DAY_OF_ENGLISH = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[-.,/]?"
_YEAR = r"(?P<year>[0-9]{4})"
# A day ends if no digit follows, or if the year of a range's second date follows.
_DAY_ENDS = r"(?=[0-9]{4}|[^0-9]|$)"
_DAY = r"(?P<day>[0-9]{1,2})" + _DAY_ENDS
_FORMS = tuple(
    re.compile(form)
    for form in (
        _YEAR + r"[年./,_-](?P<month>[0-9]{1,2})(?P<sign>[月./,_-])" + _DAY + "(?P<word>[日号]?)",
        _YEAR + r"(?P<month>[0-9]{2})(?P<day>[0-9]{2})" + _DAY_ENDS,
        _MONTH_NAME + _DAY_OF_ENGLISH + _YEAR,
        _DAY_OF_ENGLISH + _MONTH_NAME + _YEAR,
        _YEAR + r"[-.,/]?" + _MONTH_NAME + _DAY,
    )
)
_IN_DIGITS = _FORMS[0]  # with signs between; only this form can lack a digit


class Values(NamedTuple):
    """The value that the text of one item gives to each field: None if it can't be read.

    The key "date" has a date that is the start or the end of a period: the text doesn't say which.
    `years` is a term, counted from the start. `is_cut` is true if a digit of a date may be missing,
    or if a text can't be relied on.
    """

    by_field: Mapping[str, str | None]
    years: int | None = None
    is_cut: bool = False


def read_date(field: str, text: str) -> Values:
    """Read the whole text as a date, and give it to the field in ISO 8601."""
    plain = _IN_DIGITS.fullmatch(text)  # nearly every date is written like this
    if plain and not _is_cut(plain):
        year, month, _, day, _ = plain.groups()
        return Values({field: _calendar_date(year, month, day)})
    cut = None
    for form in _plain_forms(text):
        day, rest, is_cut = _leading_date(form)
        if day and not rest:
            if not is_cut:
                return Values({field: day})
            cut = day
    return Values({field: cut}, is_cut=cut is not None)


def add_years(start: date, years: int) -> date | None:
    """Return the same day `years` later, or None beyond the calendar's last year, 9999.

    A period that begins on 29 February ends on 28 February if its last year has no 29 February. The
    Civil Code (article 202), which counts periods in years, then takes the month's last day.
    """
    year = start.year + years
    if year > date.max.year:
        return None
    last_day = monthrange(year, start.month)[1]
    return date(year, start.month, min(start.day, last_day))


def is_near(day: str, other: date) -> bool:
    """Return whether `day`, in ISO 8601, is `other`, the day before it or the day after it."""
    return abs((date.fromisoformat(day) - other).days) <= 1


def _plain_forms(text: str) -> tuple[str, str]:
    """Return two folded forms of a text, with one kind of dash and of dot, and none at the ends.

    The first form drops white space between two digits. The second has `_` in its place.
    """
    plain = fold(text).translate(_PLAIN).strip(_AROUND)
    if not _SPACE_BETWEEN_DIGITS.search(text):
        return plain, plain
    spaced = _SPACE_BETWEEN_DIGITS.sub("_", text)
    return plain, fold(spaced).translate(_PLAIN).strip(_AROUND)


def _leading_date(text: str) -> tuple[str | None, str, bool]:
    """Split plain text that begins with a date into the date, the rest, and whether it is cut off.

    The date is None if there is none, if it isn't in the calendar, such as 1974-02-30, or if
    there are signs between its numbers and a digit may be missing, such as in 1974-12-3.
    """
    for form in _FORMS:
        match = form.match(text)
        if match:
            day = _calendar_date(match["year"], match["month"], match["day"])
            is_cut = form is _IN_DIGITS and _is_cut(match)
            if is_cut and match["sign"] in "./,-":
                day, is_cut = None, False
            return day, text[match.end() :], is_cut
    return None, text, False


def _is_cut(date_in_digits: re.Match[str]) -> bool:
    """Return whether the month or the day has one digit and may lack a second."""
    _, month, sign, day, word = date_in_digits.groups()
    if len(day) == 1:
        return not word and (sign == "月" or len(month) != 1)
    return sign != "月" and len(month) == 1


def _calendar_date(year: str, month: str, day: str) -> str | None:
    """Return the date in ISO 8601. `month` can be an English name. Return None if it is no date."""
    month_number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month, 0)
    try:
        return date(int(year), month_number, int(day)).isoformat()
    except ValueError:
        return None


# -- a licence's period of validity ---------------------------------------------------------------

_LONG_TERM_WORDS = frozenset(
    {
        *(LONG_TERM, "长期有效", "永久", "永久有效"),
        *("longterm", "long-term", "permanent", "indefinite"),
    }
)
_TERM = re.compile(r"\(?([1-9][0-9]?)(?:年|years?)\)?")
_FROM = re.compile(r"自|从|from")
_UNTIL = re.compile(r"至|到|to|until|till|through")
_MARKS = {"起": "valid_from", "止": "valid_until"}  # behind a lone date
_BETWEEN = re.compile(rf"起?(?:{_UNTIL.pattern}|[-_]+)?")


def read_validity(text: str) -> Values:
    """Read a period of validity, or a part of one.

    Cards of different years print it as a range (2015-01-01至2025-01-01, 2015-01-01至长期), as a
    start and a term (2006-03-15, 6年), or as a start and an end under labels of their own.
    """
    stray, separated = _plain_forms(text)
    values = _validity(stray)
    if None in values.by_field.values():
        other = _validity(separated)
        return values if None in other.by_field.values() else other
    return values


def _validity(text: str) -> Values:
    period = _without(_FROM, text)
    if years := _years(period):
        return Values({}, years)
    if period in _LONG_TERM_WORDS or _UNTIL.match(period):
        return _range({}, _without(_UNTIL, period), is_cut=False)
    start, rest, is_cut = _leading_date(period)
    if rest == period or not rest:
        return Values({"date": start}, is_cut=is_cut)
    if rest in _MARKS:
        return Values({_MARKS[rest]: start}, is_cut=is_cut)
    return _range({"valid_from": start}, _without(_BETWEEN, rest), is_cut=is_cut)


def _range(start: Mapping[str, str | None], rest: str, *, is_cut: bool) -> Values:
    """Add the end of a period to its start."""
    if start and (years := _years(rest)):
        return Values(start, years, is_cut)
    if rest in _LONG_TERM_WORDS:
        return Values({**start, "valid_until": LONG_TERM}, is_cut=is_cut)
    end, more, is_end_cut = _leading_date(rest.rstrip("止"))
    is_whole = not more or _is_term_of(start, end, _years(more.lstrip("止")))
    return Values({**start, "valid_until": end if is_whole else None}, is_cut=is_cut or is_end_cut)


def _is_term_of(start: Mapping[str, str | None], end: str | None, years: int | None) -> bool:
    """Return whether a range and the term behind it have the same end."""
    first = start.get("valid_from")
    if not (first and end and years):
        return False
    last = add_years(date.fromisoformat(first), years)
    return last is not None and is_near(end, last)


def _years(text: str) -> int | None:
    term = _TERM.fullmatch(text)
    return int(term[1]) if term else None


def _without(beginning: re.Pattern[str], text: str) -> str:
    found = beginning.match(text)
    return text[found.end() :] if found else text


# -- a name, an address, an authority -------------------------------------------------------------

# No closed vocabulary has these, and no rule can tell whether such a text is right. But some texts
# are certainly wrong: a dash, a label, characters for what wasn't read, a value of another field.
TEXT_FIELDS = frozenset({"name", "address", "issuing_authority"})

# Characters that replace what wasn't read or is hidden. Some count only if they are repeated.
_X = re.compile("[xXｘＸ]")
_HIDDEN = re.compile(
    "[*＊?？■□█●…⋯\ufffd\ud800-\udfff]|([.。·#＃])\\1|(?<![A-Za-z])[xXｘＸ×]{2,}(?![A-Za-z])"
)
_PLACEHOLDERS = frozenset(
    {"无", "暂无", "空", "未知", "不详", "null", "none", "n/a", "nil", "unknown", "undefined"}
)
_LONGEST_PLACEHOLDER = 9

_LABEL = (
    "姓名|性别|住址|国籍|公民身份|身份证号|身份号码|准驾车型|有效期|起始日期|领证日期"
    "|发证机关|发证单位|签发机关|档案编号|出生(?:日期|[0-9])"
)
_LABEL_WITHIN = re.compile(_LABEL)
# Licences print these below the Han labels. They count only beside Han characters: a name or an
# address in Latin letters can have such a word.
_LATIN_LABEL_WITHIN = re.compile(
    "(?<![a-z])(?:name|sex|nationality|address|dateof|issuedate|issuing|valid(?:from|for|period))"
)
# Few texts have four characters of ASCII in a row. Only these can hold what the next pattern finds.
_RUN = re.compile("[!-~！-～]{4}")
# A date, or most of an ID number.
_NUMBER_WITHIN = re.compile(
    r"\d{15}|(?<!\d)(?:19|20)\d\d(?:年\d{1,2}月\d|[-./][01]\d[-./][0-3]\d(?!\d))"
)
# A sign between two names counts, too: the text isn't one name. A slash, a bar or a comma
# counts only between Han characters, since a name in Latin letters can have one, as in "S/O".
_NO_PART_OF_NAME = re.compile(
    f"{_LABEL}|公安局|[支大]队|[、;]|[\u3400-\u9fff][/|,\\\\][\u3400-\u9fff]"
)
_DOTS = "·•・‧"  # between the parts of a name; if one is at an end, a part is missing
_LONGEST_NAME = 6  # a longer one may be an address, too
_PLACE = re.compile("省|自治区|[市县].*[区镇乡村路街]")
_SHORTEST_WORD = 2
_PLAIN_NAME = re.compile("[\u3400-\u9fff]{2,6}")  # nearly every name, and the quickest to read
_SHORTEST_ADDRESS = 5

# Words that cards print and that aren't a name, an address or an authority.
_OTHER_WORDS = frozenset(
    {
        *(letters(label) for label, _, _ in LABELS),
        *(f"{name}族" for name, _ in ETHNICITIES),
        *GENDERS,
        *("中国", "中华人民共和国", LONG_TERM),
        *("居民身份证", "中华人民共和国居民身份证"),
        *("驾驶证", "机动车驾驶证", "中华人民共和国机动车驾驶证"),
    }
)
_NO_NAMES = _OTHER_WORDS | _PLACEHOLDERS


def read_text(field: str, text: str) -> Values:
    """Read a name, an address or an authority, unchanged.

    The value is None if the text has no letter or digit, or is a word for nothing, such as 无. An
    authority with such a text gets no value, not even None, unless the text hides a character.
    `is_cut` is true if the text hides a character, or if a name or an authority is something else.
    """
    if field == "name":
        return _read_name(text)
    is_authority = field == "issuing_authority"
    is_other = is_authority and not _names_authority(text)
    if text.isalnum() and len(text) > _LONGEST_PLACEHOLDER and not _X.search(text):
        return Values({field: text}, is_cut=is_other)  # nearly every one
    is_hidden = _HIDDEN.search(text) is not None
    if _is_nothing(text):
        return Values({} if is_authority and not is_hidden else {field: None})
    return Values({field: text}, is_cut=is_other or is_hidden)


def is_address(text: str) -> bool:
    """Return whether a text can be a whole address, and not another value of a card."""
    words = text if text.isalnum() else fold(text)
    if not _SHORTEST_ADDRESS <= len(text) <= LONGEST or words in _OTHER_WORDS:
        return False
    if _holds_other(text, words):
        return False
    if not text[0].isalpha():
        is_number = not any(map(str.isalpha, normal_number(text).rstrip("X")))
        return not is_number and None in read_validity(text).by_field.values()
    return not text.isascii() or letters(text) not in _OTHER_WORDS


def _names_authority(text: str) -> bool:
    """Return whether a text can name an authority, and isn't another value of a card."""
    words = text if text.isalnum() else fold(text)
    if _holds_other(text, words):
        return False
    if "公安" in text:  # nearly every one
        return True
    word = letters(text)
    return (
        len(word) >= _SHORTEST_WORD
        and word not in _OTHER_WORDS
        and None in read_validity(text).by_field.values()
        and not any(closed_value(field, text) for field in CLOSED_FIELDS)
    )


def _holds_other(text: str, words: str) -> bool:
    """Return whether a text holds a label, a date or most of an ID number.

    `words` is the text without white space.
    """
    if _LABEL_WITHIN.search(words):
        return True
    return _RUN.search(words) is not None and bool(
        _NUMBER_WITHIN.search(words) or _has_latin_label(words) or numbers_in(text)
    )


def _has_latin_label(words: str) -> bool:
    return bool(_LATIN_LABEL_WITHIN.search(words.lower()) and HAN.search(words))


def _read_name(text: str) -> Values:
    is_plain = _PLAIN_NAME.fullmatch(text) and text not in _NO_NAMES
    if is_plain and not _NO_PART_OF_NAME.search(text):
        return Values({"name": text})
    if _is_nothing(text):
        return Values({"name": None})
    word, words = letters(text), fold(text)
    is_other = (
        len(word) < _SHORTEST_WORD
        or word in _OTHER_WORDS
        or any(map(str.isdigit, text))
        or len(text.splitlines()) > 1
        or words[0] in _DOTS
        or words[-1] in _DOTS
        or _NO_PART_OF_NAME.search(words)
        or _has_latin_label(words)
        or (len(word) > _LONGEST_NAME and _PLACE.search(word))
    )
    return Values({"name": text}, is_cut=bool(is_other or _HIDDEN.search(text)))


def _is_nothing(text: str) -> bool:
    is_short = len(text) <= _LONGEST_PLACEHOLDER
    return (is_short and fold(text) in _PLACEHOLDERS) or not any(map(str.isalnum, text))
