"""Read a result's items again, as the function did, and name what in the result doesn't follow.

Three things that the function knew aren't in a result: CI's Status, whether an item's score could
be read, and MIN_SCORE as it was. They are taken from the checks that the result has; for a
`score.minimum` that passed, MIN_SCORE is the setting as it is now. So `status.agrees` and
`source.unchanged` are only held against `needs_review`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain, zip_longest
from typing import Any

from cli.bucket.documents import Document
from shared import RELEASE
from shared.card import CARD_TYPES, FIELD_NAMES, IdInfo, ReadCard
from shared.card.reading import read_card

_LOW = re.compile("below ([0-9]{1,3}): ")
_BAD_SCORE = "the score is no number from 0 to 100"
_RELEASE = re.compile("[0-9]{1,3}([.][0-9]{1,3}){2}")
_READ = ("recognised", "nothing_found")
_FIELDS = "|".join(dict.fromkeys(chain.from_iterable(FIELD_NAMES.values())))
_FIELD_NAME = re.compile(_FIELDS)
_CHECK_NAME = re.compile(
    "fields.complete|fields.consistent|dates.order|score.minimum|source.unchanged|status.agrees|"
    f"({_FIELDS})[.](form|check_digit|birth_date|gender|format|known)"
)

_Checks = Mapping[str, tuple[bool, str | None]]


def differences(result: Document, minimum_score: int) -> list[str]:
    """Return the names of what doesn't follow from a result's items; never a value.

    Such as `outcome`, `needs_review`, `fields.name`, `items.2.field` and `checks.dates.order`.

    Args:
        result: `cli.bucket.documents.result_in` takes it for one.
        minimum_score: MIN_SCORE as it is now.
    """
    found = [*dict.fromkeys(_differences(result, minimum_score))]
    if found and result["release"] != RELEASE:
        known = _RELEASE.fullmatch(result["release"])
        found.append(f"written by {f'release {known[0]}' if known else 'another release'}")
    return found


def _differences(result: Document, minimum_score: int) -> Iterator[str]:
    checks: _Checks = {one["name"]: (one["passed"], one["detail"]) for one in result["checks"]}
    has_passed = all(passed for passed, _ in checks.values())
    outcome = _outcome(result)
    if outcome != result["outcome"]:
        yield "outcome"
    if result["needs_review"] == (has_passed and result["evidence"]["verified"]):
        yield "needs_review"
    if len(checks) != len(result["checks"]):
        yield "checks"
    card = _read_again(result, checks, minimum_score) if outcome in _READ else None
    if card is not None:
        yield from _of_card(result, checks, card)
    elif outcome not in _READ:
        yield from ("items" for _ in result["items"])
        yield from (_check(name) for name in checks if name != "source.unchanged")
        yield from (_field(name) for name, value in result["fields"].items() if value is not None)


def _outcome(result: Document) -> str:
    """Return the outcome that the items and the error make."""
    if result["error"] is None:
        has_text = any(item["text"].strip() for item in result["items"])
        return "recognised" if has_text else "nothing_found"
    is_never_sent = result["outcome"] == "rejected" and result["job"] is None
    return "rejected" if is_never_sent else "failed"


def _of_card(result: Document, checks: _Checks, card: ReadCard) -> Iterator[str]:
    for name in dict.fromkeys([*card.fields, *result["fields"]]):
        if name not in card.fields or card.fields[name] != result["fields"].get(name, ""):
            yield _field(name)
    for number, (item, read) in enumerate(zip_longest(result["items"], card.items)):
        if item["field"] != read[1]:
            yield f"items.{number}.field"
    if "source.unchanged" not in checks:
        yield "checks.source.unchanged"
    own = {one.name: (one.passed, one.detail) for one in card.checks}
    for name in dict.fromkeys([*own, *checks]):
        if name != "source.unchanged" and own.get(name) != checks.get(name):
            yield _check(name)


def _read_again(result: Document, checks: _Checks, minimum_score: int) -> ReadCard | None:
    """Read the items again. Return None if the result names no card type or no time."""
    at = (result["job"] or {}).get("created_at") or result["written_at"]
    try:
        datetime.fromisoformat(at[:19])
    except ValueError:
        return None
    if result["card_type"] not in CARD_TYPES:
        return None
    is_low = _LOW.match(checks.get("score.minimum", (True, None))[1] or "")
    has_text = any(item["text"].strip() for item in result["items"])
    return read_card(
        result["card_type"],
        [_id_info(item, checks) for item in result["items"]],
        status=_status(checks, has_text=has_text),
        at=at,
        minimum_score=int(is_low[1]) if is_low else minimum_score,
    )


def _id_info(item: Mapping[str, Any], checks: _Checks) -> IdInfo:
    _, detail = checks.get(f"{item['field']}.format", (True, None))
    is_bad = item["score"] is None and detail == _BAD_SCORE
    corners = tuple([(x, y) for x, y in item["polygon"]])
    return IdInfo(item["label"], item["text"], item["score"], corners, is_bad)


def _status(checks: _Checks, *, has_text: bool) -> str | None:
    """Return a Status of CI that makes the check `status.agrees` as it is."""
    found = checks.get("status.agrees")
    if found is None:
        return None
    return "1" if found[0] == has_text else "0"


def _named(members: str, name: str, ours: re.Pattern[str]) -> str:
    """Return how to name a member. Leave out a name that isn't ours: it could be a value."""
    return f"{members}.{name}" if ours.fullmatch(name) else members


_field = partial(_named, "fields", ours=_FIELD_NAME)
_check = partial(_named, "checks", ours=_CHECK_NAME)
