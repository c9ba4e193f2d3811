"""The page around the cards. Its style and scripts are inside, named by hash in its own policy.

The scripts are modules, some of them the viewer's: they become one script, in which no name may
occur twice. Its words are the viewer's tables; without JavaScript it is in English.

Nothing else may run and nothing may be asked for: the Content-Security-Policy allows this style,
this script and pictures that are in the file. Data is in JSON that no text can end.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from string import Template
from typing import NamedTuple

_HERE = Path(__file__).parent
_VIEWER = _HERE.parent / "viewer"

_IMPORT = re.compile(r'^import \{[^}]*\} from "(.+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_WORDS = re.compile(r'data-words="(.+?)"[^>]*>')
_CODE = re.compile("`(.+?)`")

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
    sheets = (_VIEWER / "viewer.css", _VIEWER / "panes.css", _HERE / "report.css")
    style = "".join(map(_text, sheets))
    script = _script()
    english, chinese = words("english"), words("chinese")
    text = Template(_text(_HERE / "page.html")).substitute(
        policy=_policy(style, script),
        style=style,
        script=script,
        facts=in_script({"minimum": facts.minimum}),
        bucket=html.escape(f"{facts.bucket}/{facts.prefix}"),
        at=html.escape(facts.at),
        written=html.escape(facts.at.replace("T", " ").replace("Z", " UTC")),
        notice=_notice(facts),
        no_script_english=english["report.no_script"],
        no_script_chinese=chinese["report.no_script"],
        text_hint="revealed" if facts.reveal else "masked",
    )
    text = _WORDS.sub(lambda found: found[0] + _markup(english[found[1]]), text)
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


def words(language: str) -> dict[str, str]:
    """Return the words of the pages in `english` or `chinese`, by their keys."""
    text = _text(_VIEWER / f"{language}.js")
    table: dict[str, str] = json.loads(text[text.index("= {") + 2 : text.rindex(";")])
    return table


def _script() -> str:
    """Return every module of the report as one script, each behind those that it imports.

    It is one block of strict code, where a browser refuses a name that is declared twice.
    """
    modules: dict[Path, str] = {}

    def read(path: Path) -> None:
        text = _text(path)
        for name in _IMPORT.findall(text):
            other = (path.parent / name).resolve()
            if other not in modules:
                read(other)
        modules[path] = _EXPORT.sub("", _IMPORT.sub("", text))

    read(_HERE / "main.js")
    return '"use strict";\n{\n' + "\n".join(modules.values()) + "}\n"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _markup(phrase: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(phrase, quote=False))


def _notice(facts: Facts) -> str:
    """Return which notice on personal data the page begins with, as the tables of words name it."""
    if facts.reveal:
        return "all" if facts.images else "values"
    return "photos" if facts.images else "masked"
