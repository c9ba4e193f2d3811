"""What a spreadsheet would calculate with, written so that it is shown as the text it is."""

from __future__ import annotations

import re

# A formula begins so, also in the full width that Chinese input methods give; some programs drop
# leading blanks and controls before they look.
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]")
# Shown without its leading zeros, with an exponent, and from the sixteenth digit on wrongly.
_NUMBER = re.compile(r"\s*[0-9][0-9.,\s]*([Ee][+-]?[0-9]+)?\s*")
# XML 1.0, and with it a workbook, can't carry these.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_APOSTROPHE = "'"


def as_text(value: str) -> str:
    """A CSV's cell that no spreadsheet takes for a formula or a number.

    An apostrophe goes before what it would; before an apostrophe too, so that taking one off gives
    the value back, always.
    """
    risky = value.startswith(_APOSTROPHE) or _FORMULA.match(value) or _NUMBER.fullmatch(value)
    return _APOSTROPHE + value if risky else value


def without_controls(value: str) -> str:
    """What a workbook can carry: characters that XML can't are replaced."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
