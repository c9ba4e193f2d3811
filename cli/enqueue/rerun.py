"""Put reruns in line: one more run of a card, beside the results that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from cli.bucket.documents import document_in
from cli.bucket.listing import pending_of, results_of
from cli.bucket.refusals import ObjectRefused, RefusedBody
from cli.enqueue.card import Enqueued, enqueue
from cli.enqueue.cursor import Cursor, CursorPlace
from cli.enqueue.flow import EnqueuePlan
from cli.enqueue.selection import RerunRequest, RerunSelection, failure_in
from cli.terminal.output import counted, listed_counts, printable
from cli.terminal.progress import Advance
from shared.card import CardType
from shared.pipeline.context import Context
from shared.store import Listed, Photo
from shared.store.layout import etag_of, name_of_key, run_of
from shared.times import from_rfc3339
from shared.workers import Workers, batches


class Rerun(NamedTuple):
    """The run that a card is to have. `code` is its last result's, if only failed cards rerun."""

    photo: Photo
    run: int
    code: str | None = None


class LeftOut(NamedTuple):
    """A card that failed with a Code that would come again."""

    code: str


class NoRerun(Enum):
    """Why a card has no rerun."""

    GONE = "gone"
    OUTSIDE = "outside of INPUT_PREFIX"
    NO_RESULT = "without a result, which is backfill's"
    PENDING = "pending"
    NOT_FAILED = "not failed"
    OTHER_CODE = "with another Code"
    OTHER_TIME = "whose result is of another time"
    SUPERSEDED = "not their photo's last run"
    RERAN = "ran again since"
    REFUSED = "that COS refuses to show"


class RerunCards:
    """The selected cards, as a `CardChoice`."""

    def __init__(
        self,
        context: Context,
        selection: RerunSelection,
        workers: Workers,
        card_type: CardType | None,
    ) -> None:
        self._context = context
        self._selection = selection
        self._workers = workers
        self._card_type = card_type

    def plan(self, place: CursorPlace, advance: Advance) -> EnqueuePlan:
        """Count the cards that can run again, and why the others can't; see `CardChoice`."""
        jobs, left = 0, Counter[NoRerun]()
        codes, left_out = Counter[str](), Counter[str]()
        for batch in self._selection.batches(place.after):
            plans = self._plans(batch.requests, place)
            left.update(one for one in plans if isinstance(one, NoRerun))
            left_out.update(one.code for one in plans if isinstance(one, LeftOut))
            reruns = [one for one in plans if isinstance(one, Rerun)]
            codes.update(one.code for one in reruns if one.code)
            jobs += len(reruns)
            advance(len(batch.requests))
        document = {
            "left": {one.name.lower(): left[one] for one in NoRerun},
            "codes": dict(codes.most_common()),
            "left_out": dict(left_out.most_common()),
        }
        return EnqueuePlan(jobs, jobs, _lines(jobs, left, codes, left_out), document)

    def enqueue(
        self, place: CursorPlace, most: int, cursor: Cursor, advance: Advance
    ) -> Iterator[Enqueued]:
        """Put them in line; see `CardChoice`."""
        left = most
        for batch in self._selection.batches(place.after):
            cursor.keep(place)
            for requests in batches(batch.requests, self._workers.count):
                plans = self._plans(requests, place)
                reruns = [one for one in plans if isinstance(one, Rerun)][:left]
                came = self._workers.map(self._enqueue, reruns)
                yield from came
                advance(len(came))
                left -= len(came)
            if left == 0:
                break
            place = place._replace(after=batch.after)
        cursor.forget()

    def _plans(
        self, requests: Sequence[RerunRequest], place: CursorPlace
    ) -> list[Rerun | NoRerun | LeftOut]:
        selection = self._selection
        return self._workers.map(
            lambda request: plan_rerun(self._context, request, place.began, selection), requests
        )

    def _enqueue(self, rerun: Rerun) -> Enqueued:
        return enqueue(self._context, rerun.photo, run=rerun.run, card_type=self._card_type)


def plan_rerun(  # noqa: PLR0911 — one reason each
    context: Context, request: RerunRequest, began: str, selection: RerunSelection | None = None
) -> Rerun | NoRerun | LeftOut:
    """Return the next run of the photo that is there now, if its last run has a result.

    Args:
        context: where to look.
        request: the card.
        began: when this call began, or the one it goes on with (RFC 3339, COS's clock). A result
            of a rerun since then belongs to this call.
        selection: if there is one, the last result must have such an error, and be of its period.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    photo = _photo(context, request)
    if isinstance(photo, NoRerun):
        return photo
    where = context.store, context.settings.output_prefix, name_of_key(photo.key), photo.etag
    last = max(results_of(*where), key=lambda one: run_of(one.version), default=None)
    last_run = run_of(last.version) if last else 0
    if any(run_of(one.version) > last_run for one in pending_of(*where)):
        return NoRerun.PENDING
    if last is None:
        return NoRerun.NO_RESULT
    version = request.version
    if version is not None and (etag_of(version), run_of(version)) != (photo.etag, last_run):
        return NoRerun.SUPERSEDED
    # Both are whole seconds of COS's clock. In the same second, it is rather not paid twice.
    if last_run > 1 and last.listed.last_modified >= from_rfc3339(began):
        return NoRerun.RERAN
    if selection is None or (selection.failures is None and selection.period.is_all):
        return Rerun(photo, last_run + 1)
    code = _code_of(context, last.listed, selection)
    if isinstance(code, NoRerun | LeftOut):
        return code
    return Rerun(photo, last_run + 1, code)


def _photo(context: Context, request: RerunRequest) -> Photo | NoRerun:
    if not request.key.startswith(context.settings.input_prefix):
        return NoRerun.OUTSIDE
    try:
        return context.store.head_photo(request.key) or NoRerun.GONE
    except ObjectRefused:
        return NoRerun.REFUSED


def _code_of(
    context: Context, listed: Listed, selection: RerunSelection
) -> str | NoRerun | LeftOut | None:
    """Return the Code that a result failed with, None if that doesn't matter; or why it stays.

    One that is gone or unreadable has not failed, and is of no time.
    """
    failures, period = selection.failures, selection.period
    if not period.may_contain(listed.last_modified):
        return NoRerun.OTHER_TIME
    body = context.store.read(listed.key)
    if isinstance(body, RefusedBody):
        return NoRerun.REFUSED
    document = document_in(body) or {}
    if not period.contains(document.get("written_at")):
        return NoRerun.OTHER_TIME
    if failures is None:
        return None
    code = failure_in(document, failures)
    if code is None:
        has_failed = document.get("outcome") == "failed"
        return NoRerun.OTHER_CODE if has_failed else NoRerun.NOT_FAILED
    return LeftOut(printable(code)) if code in failures.left_out else printable(code)


def _lines(
    jobs: int, left: Counter[NoRerun], codes: Counter[str], left_out: Counter[str]
) -> list[str]:
    """Write the facts that the question needs."""
    why = ", ".join(f"{left[one]:,} {one.value}" for one in NoRerun if left[one])
    lines = [f"{counted(jobs, 'card')} can run again.", f"Left as they are: {why or 'none'}."]
    if codes:
        lines.insert(1, f"They failed with: {listed_counts(dict(codes.most_common()))}.")
    if left_out:
        refused = listed_counts(dict(left_out.most_common()))
        lines.append(
            f"CI refuses these for good, so they are left out: {refused}. --code takes them."
        )
    return lines
