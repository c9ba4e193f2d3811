"""The page around the cards. Its style and scripts are inside, named by hash in its own policy.

Nothing else may run and nothing may be asked for: the Content-Security-Policy allows this style,
this script and pictures that are in the file. Data is in JSON that no text can end.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from pathlib import Path
from string import Template
from typing import NamedTuple

_HERE = Path(__file__).parent
_SCRIPTS = ("cards.js", "charts.js", "list.js", "card.js", "page.js")

# Markup can't begin in it, and U+2028 and U+2029 can't end a line of a script.
_NEVER_MARKUP = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


class Facts(NamedTuple):
    """What the report says of itself. `at` is RFC 3339; `minimum` is MIN_SCORE."""

    bucket: str
    prefix: str
    at: str
    minimum: int
    reveal: bool
    images: bool


class ReportPage(NamedTuple):
    """The file's text before the cards, between them and the photos, and at the end."""

    before_cards: str
    after_cards: str
    end: str


def page(facts: Facts) -> ReportPage:
    """Return the page for a report."""
    style = _read("report.css")
    script = "\n".join(_read(name) for name in _SCRIPTS)
    kind, notice, more = _notice(facts)
    text = Template(_read("page.html")).substitute(
        policy=_policy(style, script),
        style=style,
        script=script,
        facts=in_script({"minimum": facts.minimum}),
        bucket=html.escape(f"{facts.bucket}/{facts.prefix}"),
        at=html.escape(facts.at),
        written=html.escape(facts.at.replace("T", " ").replace("Z", " UTC")),
        notice_kind=kind,
        notice=notice,
        notice_more=more,
        text_hint="key, name, number, error …" if facts.reveal else "digest, version, error …",
    )
    before_cards, _, rest = text.partition("<!--cards-->")
    after_cards, _, end = rest.partition("<!--photos-->")
    return ReportPage(before_cards, after_cards, end)


def in_script(document: object) -> str:
    """Write a document as JSON for the inside of a script element."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_NEVER_MARKUP)


def _policy(style: str, script: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _notice(facts: Facts) -> tuple[str, str, str]:
    """Return what the page's top says of its personal data: a CSS class, and two sentences."""
    keep = "Keep the file as you would keep the cards themselves."
    if facts.reveal and facts.images:
        return "personal", "This file holds personal data: values, keys and photos.", keep
    if facts.reveal:
        return "personal", "This file holds personal data: values and keys as they are.", keep
    if facts.images:
        masked = "Values are masked, but a photo shows all that the card shows."
        return "personal", "This file holds personal data: photos.", f"{masked} {keep}"
    return (
        "masked",
        "Values are masked, and there are no photos.",
        "A key stands as its digest in the log; <code>card-ocr show</code> takes that.",
    )
