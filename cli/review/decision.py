"""From a reviewer's decision to the review that is written, or to the reason why it isn't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from cli.bucket.cards import ListedCard, card_now
from cli.bucket.documents import Document, result_named
from cli.bucket.reviews import Review, last_review
from cli.delete.forget import is_being_forgotten
from shared.card import FIELD_NAMES, CardType, Check
from shared.card.reading import read_values
from shared.errors import CardOcrError, ConfigurationError
from shared.pipeline.context import Context
from shared.pipeline.state import creates_once
from shared.store.layout import MAX_REVIEW, etag_of, name_of_key, result_name, review_name, run_of
from shared.times import is_rfc3339

MAX_VALUE = 1_000  # characters
MAX_NOTE = 2_000
_NO_TIME = "2100-01-01T00:00:00Z"  # no date of a card is later

Happened = Literal[
    "forgotten",
    "replaced",
    "rerun",
    "rerunning",
    "changed",
    "reviewed",
    "forgetting",
    "full",
    "unreadable",
    "checks",
]

_HAPPENED: Mapping[Happened, str] = {
    "forgotten": "its result is not there: forgotten, purged, or not written yet",
    "replaced": "another photo is at the key now",
    "rerun": "a rerun has brought a newer result",
    "rerunning": "a rerun of it is pending",
    "changed": "its result is another object than the one that was looked at",
    "reviewed": "it has been reviewed",
    "forgetting": "`forget` is deleting it",
    "full": f"its result has {MAX_REVIEW:,} reviews, and no more can be written",
    "unreadable": "its result can't be read as one",
    "checks": "values fail their checks",
}


class ReviewRefused(CardOcrError):
    """A review that isn't written.

    `happened` says why, `review` is the one that is there, `number` its number (0: none), and
    `failed` are the checks that the values fail.
    """

    def __init__(
        self,
        happened: Happened,
        *,
        review: Document | None = None,
        number: int = 0,
        failed: tuple[Check, ...] = (),
    ) -> None:
        names = f": {', '.join(check.name for check in failed)}" if failed else ""
        super().__init__(f"no review was written: {_HAPPENED[happened]}{names}")
        self.happened: Happened = happened
        self.review = review
        self.number = number
        self.failed = failed


class ReviewTarget(NamedTuple):
    """The result that was looked at. `result_etag` is the result object's."""

    key: str
    version: str
    result_etag: str


class ReviewDraft(NamedTuple):
    """What a reviewer decides.

    Attributes:
        rejects: The card doesn't count; its values don't matter then.
        texts: Every value as it was typed. None: the result's own.
        note: The reviewer's words.
        reviewer: Who decides.
        seen: The number of the last review that the reviewer has seen, 0 if there was none.
        keeps: The reviewer was asked about the checks that fail, and keeps the values.
    """

    rejects: bool
    texts: Mapping[str, str | None] | None
    note: str | None
    reviewer: str
    seen: int = 0
    keeps: bool = False


class CheckedValues(NamedTuple):
    """Values in normal form, and the checks on them. What has no normal form stays as typed."""

    fields: dict[str, str | None]
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that fail."""
        return tuple(check for check in self.checks if not check.passed)


def complete_fields(result: Document) -> dict[str, str | None]:
    """Return a result's values with every name of its card type."""
    names = FIELD_NAMES.get(result["card_type"], ())
    return {name: result["fields"].get(name) for name in names}


def cleaned(text: str) -> str | None:
    """Return what was typed without what no document carries; None if nothing is left."""
    kept = "".join(one for one in text if one.isprintable() or one in "\n\t").strip()
    return kept.encode("utf-8", "replace").decode() or None


def check_values(result: Document, texts: Mapping[str, str | None]) -> CheckedValues:
    """Check values that were typed for a result's fields. Without any value there is no check."""
    card_type: CardType | None = result["card_type"]
    if card_type is None:
        return CheckedValues({}, ())
    job = result["job"] or {}
    times = (job.get("created_at"), result["written_at"])
    at = next((time for time in times if is_rfc3339(time)), _NO_TIME)
    fields: dict[str, str | None] = dict.fromkeys(FIELD_NAMES[card_type])
    if not any(text and text.strip() for text in texts.values()):
        return CheckedValues(fields, ())
    read = read_values(card_type, texts, at=str(at))
    for name in fields:
        text = (texts.get(name) or "").strip() or None
        is_own = text is not None and text == result["fields"].get(name)
        fields[name] = text if is_own else read.fields[name] or text
    return CheckedValues(fields, read.checks)


def what_happened(card: ListedCard, target: ReviewTarget, seen: int) -> Happened | None:
    """Return why a result can't be reviewed any more, as far as names tell; None if it can."""
    version = target.version
    result = next((one for one in card.results if one.version == version), None)
    if result is None:
        return "forgotten"
    runs = [run_of(one.version) for one in card.results if etag_of(one.version) == etag_of(version)]
    review = card.last_review(version)
    reasons: tuple[tuple[bool, Happened], ...] = (
        (result.listed.etag != target.result_etag, "changed"),
        (card.is_replaced(version), "replaced"),
        (max(runs) > run_of(version), "rerun"),
        (card.is_rerunning(version), "rerunning"),
        ((review.number if review else 0) != seen, "reviewed"),
    )
    return next((happened for is_so, happened in reasons if is_so), None)


def review_from(result: Document, target: ReviewTarget, draft: ReviewDraft, at: str) -> Review:
    """Return the review that a decision comes to.

    Raises:
        ReviewRefused: values fail their checks, and nobody was asked about them, or what was
            changed is to be kept without a note.
    """
    own = complete_fields(result)
    fields = own
    if draft.rejects:
        fields = dict.fromkeys(own)
    elif draft.texts is not None:
        checked = check_values(result, draft.texts)
        fields = checked.fields
        needs_note = fields != own and draft.note is None
        if checked.failed and (needs_note or not draft.keeps):
            raise ReviewRefused("checks", failed=checked.failed)
    changed = tuple(name for name, value in fields.items() if value != own.get(name))
    return Review(
        source=result["source"],
        version=target.version,
        number=draft.seen + 1,
        result_etag=target.result_etag,
        decision="rejected" if draft.rejects else "corrected" if changed else "confirmed",
        fields=fields,
        changed=changed,
        note=draft.note,
        reviewer=draft.reviewer,
        reviewed_at=at,
    )


def prepare_review(context: Context, target: ReviewTarget, draft: ReviewDraft) -> Review:
    """Look at the card again, and return the review to be written.

    Raises:
        ReviewRefused: it can't be; nothing was written.
        StorageFault: COS couldn't be asked.
    """
    happened = what_happened(card_now(context, target.key), target, draft.seen)
    if happened is None and is_being_forgotten(context, target.key):
        happened = "forgetting"
    if happened == "reviewed":
        raise _reviewed(context, target)
    if happened is not None:
        raise ReviewRefused(happened)
    if draft.seen >= MAX_REVIEW:
        raise ReviewRefused("full")
    return review_from(read_result(context, target), target, draft, context.at())


def read_result(context: Context, target: ReviewTarget) -> Document:
    """Read the result that was looked at.

    Raises:
        ReviewRefused: it isn't there, or can't be read as one.
        StorageFault: COS couldn't be asked.
    """
    name = result_name(context.settings.output_prefix, target.key, target.version)
    body = context.store.read(name)
    result = result_named(context, name, body)
    if result is None:
        raise ReviewRefused("forgotten" if body is None else "unreadable")
    return result


def write_review(context: Context, target: ReviewTarget, review: Review) -> None:
    """Write a review, once. Writing the same review again is no error.

    Raises:
        ReviewRefused: somebody else's came first, or the card was forgotten meanwhile.
        StorageFault: COS didn't say whether it is written; write the same review again.
    """
    store, prefix = context.store, context.settings.output_prefix
    name = review_name(prefix, target.key, review.version, review.number)
    if not store.create_once(name, review.body()) and not store.find_own(name, review.body()):
        raise _reviewed(context, target)
    if not store.exists(result_name(prefix, target.key, review.version)):
        store.delete(name)  # `forget` may have looked for the last time
        raise ReviewRefused("forgotten")


def must_create_once(context: Context) -> None:
    """Verify that of two reviews with one number the second is refused.

    Raises:
        ConfigurationError: the output bucket has or had versioning.
        StorageFault: COS couldn't be asked.
    """
    if not creates_once(context):
        raise ConfigurationError(
            "OUTPUT_BUCKET",
            "has or had versioning, so nothing is create-once in it and two reviewers could decide "
            "one card; set a bucket that never had versioning",
        )


def _reviewed(context: Context, target: ReviewTarget) -> ReviewRefused:
    number, review = last_review(context, name_of_key(target.key), target.version)
    return ReviewRefused("reviewed", review=review, number=number)
