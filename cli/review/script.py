"""A decision of a script: `card-ocr review accept`, `correct` or `reject`, and one card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from cli.bucket.cards import ListedCard, card_now
from cli.bucket.reviews import Review, counted_fields, last_review
from cli.review.decision import (
    MAX_NOTE,
    MAX_VALUE,
    ReviewDraft,
    ReviewRefused,
    ReviewTarget,
    cleaned,
    complete_fields,
    prepare_review,
    read_result,
    write_review,
)
from cli.terminal.formats import local_time
from cli.terminal.masking import Masking
from cli.terminal.output import printable
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.store.layout import name_of_key

ReviewAction = Literal["accept", "correct", "reject"]


class ReviewCall(NamedTuple):
    """The arguments of a call; `after` is the number of the last review that was seen."""

    action: ReviewAction | None
    key: str | None
    values: Sequence[str]
    note: str | None
    version: str | None
    after: int
    reviewer: str = ""


def check_call(call: ReviewCall, *, lists: bool, prefix: str | None, port: int) -> None:
    """Refuse a call whose arguments don't go together: none is ignored.

    Raises:
        ConfigurationError: they don't.
    """
    if lists and call.action is not None:
        raise ConfigurationError("--list", "stands for itself: it decides nothing")
    decides, page = call.action is not None, call.action is None and not lists
    for option, is_given, goes, where in (
        ("--note", call.note is not None, decides, "accept, correct and reject"),
        ("--version", call.version is not None, decides, "accept, correct and reject"),
        ("--after", call.after > 0, decides, "accept, correct and reject"),
        ("--reviewer", bool(call.reviewer), decides or page, "the page and with decisions"),
        ("--prefix", prefix is not None, not decides, "the page and with --list"),
        ("--port", port > 0, page, "the page only"),
    ):
        if is_given and not goes:
            raise ConfigurationError(option, f"goes with {where}")
    if call.action is not None and call.key is None:
        raise ConfigurationError("KEY", f"is missing; name the card to {call.action}")
    if (call.action == "correct") != bool(call.values):
        raise ConfigurationError(
            "FIELD=VALUE", "goes with correct, which needs at least one: correct KEY name=样本"
        )
    if call.note is not None and len(call.note) > MAX_NOTE:
        raise ConfigurationError("--note", f"is longer than {MAX_NOTE:,} characters")


def decide_by_script(context: Context, call: ReviewCall) -> Review:
    """Write the review of a call with a key, and return it.

    Raises:
        ReviewRefused: nothing was written.
        ConfigurationError: a value is none of the card's fields.
        StorageFault: COS couldn't be asked; the same call goes on.
    """
    key = call.key or ""
    target = _target(card_now(context, key), key, call.version)
    review = prepare_review(context, target, _draft(context, target, call))
    write_review(context, target, review)
    return review


def refusal_text(refused: ReviewRefused, masking: Masking) -> str:
    """Write why nothing was written, and what can be done."""
    text = f"{str(refused)[0].upper()}{str(refused)[1:]}"
    if refused.happened == "checks":
        return f"{text}. --note says why they are kept."
    if refused.happened == "reviewed" and refused.number:
        found = refused.review and masking.review(refused.review)
        by = f"{found['reviewer']} at {local_time(found['reviewed_at'])}" if found else "somebody"
        said = found["decision"] if found else "unreadable"
        return f"{text} by {by}: {said}; --after {refused.number} overrules it."
    if refused.happened == "reviewed":
        return "It has no such review; leave --after out, or name the one that counts."
    return f"{text}."


def _target(card: ListedCard, key: str, version: str | None) -> ReviewTarget:
    """Return the result that the call is about.

    Raises:
        ReviewRefused: there is none.
    """
    current = card.current_result()
    if version is not None:
        current = next((one for one in card.results if one.version == version), None)
    if current is None:
        raise ReviewRefused("forgotten")
    return ReviewTarget(key, current.version, current.listed.etag)


def _draft(context: Context, target: ReviewTarget, call: ReviewCall) -> ReviewDraft:
    note = cleaned(call.note or "")
    draft = ReviewDraft(
        call.action == "reject", None, note, call.reviewer, call.after, keeps=bool(note)
    )
    if call.action != "correct":
        return draft
    result = read_result(context, target)
    known, typed = complete_fields(result), dict(map(_pair, call.values))
    unknown = sorted(typed.keys() - known.keys())
    if unknown:
        fields = ", ".join(known) or "none"
        raise ConfigurationError(
            "FIELD=VALUE", f"{printable(unknown[0])} is no field of this card; it has {fields}"
        )
    base = known
    if call.after:
        _, review = last_review(context, name_of_key(target.key), target.version)
        base = {**known, **counted_fields(result, review)}
    return draft._replace(texts={**base, **typed})


def _pair(text: str) -> tuple[str, str | None]:
    """Read `name=value`.

    Raises:
        ConfigurationError: it is none, or the value is too long.
    """
    name, sign, value = text.partition("=")
    if not sign or len(value) > MAX_VALUE:
        raise ConfigurationError(
            "FIELD=VALUE", f"write it like name=样本, of at most {MAX_VALUE:,} characters"
        )
    return name, cleaned(value)
