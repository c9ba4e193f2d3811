"""Goes through all pending cards once: reads each card, asks CI about it, decides, does the step.

No attempt is deleted before the result exists, so a card can have several. Their names are parsed
and grouped, since names of other keys can come between two attempts of one card in a listing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from shared.documents import Attempt, PastAttempt, read_attempt
from shared.errors import ARCHIVED, CardOcrError, CloudFault, StorageFault
from shared.jobs import UNREADABLE
from shared.pipeline.claim import has_result, is_ours, read_stored, unread_attempt
from shared.pipeline.context import Context
from shared.pipeline.decide import (
    NOT_SENT,
    OTHER_CARD,
    CiSays,
    Limits,
    ResultSeen,
    Silence,
    decide,
)
from shared.pipeline.gate import Gate
from shared.pipeline.job_lookup import JobLookup
from shared.pipeline.status import StatusCounter
from shared.pipeline.steps import Ask, Leave, NextAttempt, PendingCard, Step
from shared.store import Listed
from shared.store.layout import PendingName, behind, parse_pending_name, pending_folder
from shared.times import rfc3339
from shared.workers import Workers, batches

DESCRIBED_AT_ONCE = 10  # CI describes up to ten jobs in one reply
YOUNG_SECONDS = 120
_CLAIMED_WITHIN_SECONDS = 7 * 86_400  # archived object: from its claim to its last write, at most
# Cards are gathered for one lookup: up to so many, until so little time is left, or to the end.
_LOOKED_FOR_AT_ONCE = 500
_SECONDS_FOR_LOOKUP = 60

Do = Callable[[PendingCard, Step], "Attempt | None"]
"""Does a step, or shows it. Returns the attempt that is pending afterwards, None if none is."""


class Run(NamedTuple):
    """One sweep: its gate, its workers, and when it ends (Unix seconds).

    `do` carries out the steps. `most_in_vain` is how many cards the run may read and leave pending
    while it sends nothing.
    """

    context: Context
    gate: Gate
    do: Do
    workers: Workers
    until: float
    most_in_vain: float = math.inf

    @property
    def cards_at_once(self) -> int:
        """How many cards are read before the cursor moves. A slow run must move it, too."""
        return 20 * self.workers.count  # the default rate gives 64 workers, so this is a whole page

    def is_over(self) -> bool:
        """Return whether the run's time is over."""
        return self.context.now() >= self.until


class CardAttempts(NamedTuple):
    """The attempts of one card on a page. `last` is the newest of them, `name` is its name."""

    last: Listed
    name: PendingName
    names: tuple[str, ...]


class Reached(NamedTuple):
    """The name after which the next scan goes on (None is the start), and whether all was seen.

    `turned_away_after` is the name before the first card that the gate turned away; "" if that card
    is the first; None if it turned none away.
    """

    after: str | None
    is_whole: bool
    turned_away_after: str | None


def group_by_card(prefix: str, listed: Iterable[Listed]) -> Iterator[CardAttempts]:
    """Yield the cards on a page of a listing. Objects of other names are left alone."""
    cards: dict[tuple[str, str], list[tuple[PendingName, Listed]]] = {}
    for item in listed:
        name = parse_pending_name(prefix, item.key)
        if name is not None:
            cards.setdefault((name.key, name.version), []).append((name, item))
    for attempts in cards.values():
        attempts.sort(key=lambda found: found[0].attempt)
        newest_name, newest = attempts[-1]
        yield CardAttempts(newest, newest_name, tuple(item.key for _, item in attempts))


class Scan:
    """Looks at each card once. Cards whose job must be looked for are gathered for one lookup.

    `sends` is False if no attempt is to be made. If `only_sends`, the scan ends when the gate
    closes. While nothing is sent, it reads at most `most_in_vain` cards and counts the rest as
    `unread`. Without a `counter` the counts are thrown away.
    """

    def __init__(
        self,
        run: Run,
        counter: StatusCounter | None,
        *,
        sends: bool = True,
        only_sends: bool = False,
    ) -> None:
        self._run = run
        self._counter = counter or StatusCounter()
        self._sends = sends
        self._only_sends = only_sends
        self._unanswered: list[PendingCard] = []
        self._lookup_from = max(run.context.now(), run.until - _SECONDS_FOR_LOOKUP)
        self._turned_away: set[str] = set()
        self._turned_away_after: str | None = None
        self._left_when_sent = 0
        self._leaves_unread = False
        self._unread_after: str | None = None

    def run(self, start: str | None) -> Reached:
        """Go from `start` to the end and from the beginning to `start`."""
        store, prefix = self._run.context.store, self._run.context.settings.output_prefix
        after, is_wrapped = start, start is None
        while not self._is_over():
            try:
                page = store.list_objects(pending_folder(prefix), after)
            except StorageFault as fault:
                if after == start:
                    raise
                self._run.context.log.warning("not_listed", problem=str(fault))
                break  # the next run goes on here
            groups = sorted(group_by_card(prefix, page.objects))
            if is_wrapped and start is not None:  # what follows was looked at on the way to the end
                groups = [group for group in groups if group.last.key <= start]
            for batch in batches(groups, self._run.cards_at_once):
                if self._leaves_unread or self._has_read_enough(len(batch), after):
                    self._counter.count_unread(len(batch))
                    continue
                last = self._look_at(batch, page.at)
                self._remember_turned_away(batch, behind(after) if after else "")
                after = last or after
                if self._is_over():
                    return self._reached(after, is_whole=False)
            after = page.next
            if after is None and not is_wrapped:
                is_wrapped = True
            elif after is None or (is_wrapped and start is not None and after >= start):
                self.look_up()
                return self._reached(None, is_whole=True)
        return self._reached(after, is_whole=False)

    def look_up(self) -> None:
        """Look in CI's list for the jobs of the cards that were gathered, and do what is due.

        Look up archived attempts last, in a search of their own: it begins a week before them.
        """
        cards, self._unanswered = self._unanswered, []
        self._look_up([card for card in cards if card.attempt.owner])
        self._look_up([card for card in cards if not card.attempt.owner])

    def _look_up(self, cards: Sequence[PendingCard]) -> None:
        if not cards:
            return
        run, now = self._run, self._run.context.now
        lookup = JobLookup(run.context, cards)
        half = now() + (run.until - now()) / 2  # the other half is for what was found
        lookup.run(lambda: now() >= half)
        said = [(card, lookup.answer(card)) for card in cards]
        for card, is_done in zip(cards, run.workers.map(self._do_if_there, said), strict=True):
            if not is_done:
                self._counter.count(card, card.attempt)

    def _do_if_there(self, said: tuple[PendingCard, CiSays]) -> bool:
        """Do a card's step, unless its pending object was deleted while others were read."""
        card, context = said[0], self._run.context
        try:
            is_there = context.store.exists(card.names[-1])
        except CloudFault as fault:
            context.log.warning("not_read", problem=str(fault))
            return False
        return self._do(said) if is_there else True

    def _reached(self, after: str | None, *, is_whole: bool) -> Reached:
        if not is_whole:
            self.look_up()
        if self._leaves_unread:
            after, is_whole = self._unread_after, False
        return Reached(after, is_whole, self._turned_away_after)

    def _has_read_enough(self, more: int, after: str | None) -> bool:
        """Return whether enough cards were read after the last moment when a job could be sent.

        The next run goes on after the last card that was read.
        """
        if self._sends and self._run.gate.closed is None:
            self._left_when_sent = self._counter.left
        in_vain = self._counter.left - self._left_when_sent
        if in_vain > 0 and in_vain + more > self._run.most_in_vain:
            self._leaves_unread, self._unread_after = True, after
        return self._leaves_unread

    def _is_over(self) -> bool:
        """Return whether to stop looking at cards. A lookup in CI's list needs time at the end."""
        run = self._run
        is_done = self._only_sends and run.gate.closed is not None
        is_late = bool(self._unanswered) and run.context.now() >= self._lookup_from
        return is_done or is_late or run.is_over()

    def _look_at(self, groups: Sequence[CardAttempts], seen_at: float) -> str | None:
        """Read some cards and do what is due.

        Return the name of the last one. Return None if the time was over, so that the next run
        must look at them again.
        """
        found = self._run.workers.map(partial(self._read_one, seen_at=seen_at), groups)
        cards = [card for card in found if isinstance(card, PendingCard)]
        asked = [card for card in cards if not card.is_unanswered]
        done = self._run.workers.map(self._ask_for_jobs, batches(asked, DESCRIBED_AT_ONCE))
        if not all(done):
            return None  # these are looked at again
        self._unanswered += [card for card in cards if card.is_unanswered]
        if len(self._unanswered) >= _LOOKED_FOR_AT_ONCE:
            self.look_up()
        looked = takewhile(lambda pair: pair[1] is not False, zip(groups, found, strict=True))
        seen = [group.last.key for group, _ in looked]
        return seen[-1] if seen else None

    def _read_one(self, group: CardAttempts, seen_at: float) -> PendingCard | bool:
        """Read a card's last attempt.

        Do its step at once if CI need not be asked, so that one worker sends while others read.
        Return the card if CI has to be asked. If not, return False if the time was over, else True.
        Young objects are skipped: their creator may still be writing.
        """
        if self._is_over():
            return False
        if seen_at - group.last.last_modified < YOUNG_SECONDS:
            self._counter.count_young()
            return True
        card = self._read_or_count(group, seen_at)
        if card is None:
            return True
        step = decide(card, Silence.NOT_ASKED, self._limits())
        if step is Ask.JOB or step is Ask.LIST:
            return card
        return self._do((card, Silence.NOT_ASKED))

    def _read_or_count(self, group: CardAttempts, seen_at: float) -> PendingCard | None:
        """Read a card's last attempt. If that fails, count it as unreadable and return None."""
        code = None
        try:
            return self._read(group, seen_at)
        except CloudFault as fault:
            code = fault.code
            self._run.context.log.warning("not_read", **self._card(group), problem=str(fault))
        except Exception as error:  # noqa: BLE001 — one object is no reason to stop
            self._run.context.log.unexpected(error)
        self._counter.count_unreadable(code)
        return None

    def _card(self, group: CardAttempts) -> dict[str, str | int | None]:
        """Return how a log line names a card whose object can't be read: by the object's name."""
        name = group.name
        key = self._run.context.log.key(name.key)
        return {"key": key, "version": name.version, "attempt": name.attempt}

    def _read(self, group: CardAttempts, seen_at: float) -> PendingCard | None:
        context = self._run.context
        try:
            body = context.store.read(group.last.key)
        except CloudFault as fault:
            if fault.code != ARCHIVED:
                raise
            return self._read_name(group, seen_at)
        if body is None:
            return None
        attempt = read_attempt(body)
        if attempt is None or not is_ours(context, attempt, group.last.key):
            self._counter.count_unreadable()
            context.log.error("unreadable_pending", **self._card(group))
            return None
        written_at = group.last.last_modified
        return PendingCard(attempt.dated(rfc3339(written_at)), group.names, written_at, seen_at)

    def _read_name(self, group: CardAttempts, seen_at: float) -> PendingCard | None:
        """Treat an archived attempt as one whose POST was never answered.

        Its job is looked for by the key, version and attempt in its name. What the earlier
        attempts say is kept, if they can be read. If the name has the digest of a long key instead
        of the key, a person must restore the object.
        """
        context, written_at, name = self._run.context, group.last.last_modified, group.name
        if name.key.startswith("~/"):
            self._counter.count_unreadable()
            context.log.error("unreadable_pending", **self._card(group), problem="archived")
            return None
        at = rfc3339(written_at)
        unread = unread_attempt(context.settings, name.key, name.version, name.attempt)
        earlier = (read_stored(context, name) for name in reversed(group.names[:-1]))
        before = next((attempt for attempt in earlier if attempt), None)
        known = before.attempt if before else 0
        own = (before.past(),) if before and before.may_have_job else ()
        unknown = (
            PastAttempt(number, None, None, "unknown", None)
            for number in range(known + 1, name.attempt)
        )
        attempt = (before or unread)._replace(
            source=unread.source,
            attempt=name.attempt,
            owner="",
            state="unknown",
            job_id=None,
            error=None,
            updated_at=None,
            claimed_at=at,
            first_claimed_at=rfc3339(written_at - _CLAIMED_WITHIN_SECONDS),
            first_sent_at=before.first_sent_at if before and before.first_sent_at else at,
            attempts=(*(before.attempts if before else ()), *own, *unknown),
        )
        return PendingCard(attempt, group.names, written_at, seen_at)

    def _ask_for_jobs(self, cards: Sequence[PendingCard]) -> bool:
        done = [self._do(said) for said in self._described(cards)]
        return all(done)

    def _described(self, cards: Sequence[PendingCard]) -> list[tuple[PendingCard, CiSays]]:
        """Ask CI for some jobs. If its reply can't be read, ask for each by itself."""
        context = self._run.context
        job_ids = [card.attempt.job_id or "" for card in cards]
        try:
            described = context.jobs.describe(job_ids)
        except CloudFault as fault:
            if fault.code == UNREADABLE and len(cards) > 1 and not self._run.is_over():
                return [said for card in cards for said in self._described([card])]
            context.log.warning("jobs_not_described", problem=str(fault))
            return [(card, Silence.NO_ANSWER) for card in cards]
        jobs: dict[str | None, CiSays] = {job.job_id: job for job in described.jobs}
        denied: dict[str | None, CiSays] = dict.fromkeys(described.missing, Silence.DENIED)
        known = {**denied, **jobs}
        return [
            (card, known.get(job_id, Silence.NO_ANSWER))
            for card, job_id in zip(cards, job_ids, strict=True)
        ]

    def _do(self, said: tuple[PendingCard, CiSays]) -> bool:
        """Decide and do a card's step. Return False if the time is over.

        A fault of one card stops no other: that card stays as it is.
        """
        if self._run.is_over():
            return False
        (card, says), context = said, self._run.context
        left: Attempt | None = card.attempt
        try:
            step = self._decided(card, says)
            if step == Leave(NOT_SENT) and self._sends and self._run.gate.ask() is None:
                step = self._decided(card, says)  # the hold was deleted, or COS answers again
            left = self._run.do(card, step)
            self._see_whether_turned_away(card, step, left)
        except CardOcrError as error:
            key = context.log.key(card.attempt.source.key)
            context.log.warning("card_left", key=key, problem=str(error))
        except Exception as error:  # noqa: BLE001 — a bug about one card is no reason to stop
            context.log.unexpected(error)
        self._counter.count(card, left)
        return True

    def _decided(self, card: PendingCard, says: CiSays) -> Step:
        step = decide(card, says, self._limits())
        if step is Ask.RESULT:
            is_there = has_result(self._run.context, card.attempt)
            seen = ResultSeen.THERE if is_there else ResultSeen.ABSENT
            step = decide(card, says, self._limits(), seen)
        if step == Leave(OTHER_CARD):
            self._run.context.log.error(OTHER_CARD, job_id=card.attempt.job_id)
        return step

    def _see_whether_turned_away(self, card: PendingCard, step: Step, left: Attempt | None) -> None:
        """Remember a card if the closed gate is the only reason why it was not sent."""
        if not self._sends or self._run.gate.closed is None:
            return
        is_unsent = left is card.attempt or (left is not None and left.job_id is None)
        if step == Leave(NOT_SENT) or (isinstance(step, NextAttempt) and is_unsent):
            is_refused = left is not None and left.refusals > card.attempt.refusals
            if not is_refused:
                self._turned_away.add(card.names[-1])

    def _limits(self) -> Limits:
        settings, gate = self._run.context.settings, self._run.gate
        return Limits(
            max_attempts=settings.max_attempts,
            give_up_after_seconds=settings.give_up_after_seconds,
            sends=self._sends,
            is_gate_open=gate.closed is None,
            creates_once=gate.creates_once,
        )

    def _remember_turned_away(self, batch: Sequence[CardAttempts], before: str) -> None:
        """Remember which card the gate turned away first, in the order of names."""
        for group in batch:
            if self._turned_away_after is None and group.last.key in self._turned_away:
                self._turned_away_after = before
            before = behind(group.last.key)
        self._turned_away.clear()
