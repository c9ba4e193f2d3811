"""The gate: may a job go out now? It is asked before an attempt is made, and again before its POST.

hold      an operator paused sending
budget    MAX_JOBS_PER_DAY is used up
rate      REQUESTS_PER_SECOND, for every sender
circuit   CI refuses what concerns every card, or 20 cards in a row

Uploads pass the rate alone. A gate belongs to one run, and its threads share it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import NamedTuple

from shared.errors import CloudFault, StorageFault
from shared.jobs import Accepted, Submission, Unknown, Waiting
from shared.pipeline.context import Context
from shared.pipeline.state import PAUSED, drop, is_there, load, save, sent_on

PAUSED_BY_HAND = "paused"
PAUSE_UNKNOWN = "whether sending is paused could not be found out"
NOT_CREATE_ONCE = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"
UNPROVEN = "whether create-once has an effect in OUTPUT_BUCKET could not be found out"
REFUSED_IN_A_ROW = 20
_ASK_AGAIN_SECONDS = 10
_JOBS_AT_ONCE = 10


class Closed(NamedTuple):
    """Why no job may go out: a Code of ours for the pending object, and words for status."""

    code: str
    why: str


def pause(context: Context, by: str, why: str | None) -> None:
    """Close the gate of sweep until `resume`. `by` and `why` are for people to read."""
    save(context, PAUSED, {"at": context.at(), "by": by, "why": why})


def resume(context: Context) -> None:
    """Open the gate again, from the next run on."""
    drop(context, PAUSED)


def is_paused(context: Context) -> bool:
    """Return whether an operator paused sending. Raise StorageFault if COS won't say."""
    return is_there(context, PAUSED)


def why_held(context: Context) -> Closed | None:
    """Return why the gate is held, None if it isn't. If COS won't say, it is."""
    try:
        return Closed("Held", PAUSED_BY_HAND) if is_paused(context) else None
    except StorageFault as fault:
        context.log.warning("pause_not_read", problem=str(fault))
        return Closed("GateUnknown", PAUSE_UNKNOWN)


class Slot:
    """One card's way through the gate. `closed` is why it may not make an attempt."""

    def __init__(self, gate: Gate, closed: Closed | None) -> None:
        self._gate = gate
        self.closed = closed
        self.is_used = False

    def wait(self) -> Closed | None:
        """Wait until the POST may go out. Return why it may not, if the gate closed meanwhile."""
        if self.closed is None:
            self._gate.rate.wait()
            self.closed = self._gate.closed
        self.is_used = self.closed is None
        return self.closed

    def answered(self, card: tuple[str, str], submission: Submission) -> None:
        """Tell the gate what CI answered, before anything is written down."""
        self.is_used = isinstance(submission, Accepted | Unknown)
        self._gate.hear(card, submission)


class Gate:
    """Decides for one run whether a job may go out. `closed` is why not, once it has closed."""

    def __init__(
        self,
        context: Context,
        new_lock: Callable[[], AbstractContextManager[object]] = nullcontext,
        closed: Closed | None = None,
        *,
        is_for_uploads: bool = False,
    ) -> None:
        self._context = context
        self._is_for_uploads = is_for_uploads
        self.rate = Rate(context, new_lock())
        self._budget = Budget(context, new_lock())
        self._circuit = Circuit()
        self._first_alone = new_lock()
        self._is_first_answered = is_for_uploads
        self._hold_lock = new_lock()
        self._hold_asked_at = float("-inf")
        self.creates_once = closed is None
        self.closed = closed
        self.ask()

    def ask(self) -> Closed | None:
        """Return why no attempt may be made now, None if one may. A gate that closed stays so."""
        if self.closed is None and not self._is_for_uploads:
            with self._hold_lock:
                if self._context.now() >= self._hold_asked_at + _ASK_AGAIN_SECONDS:
                    self._hold_asked_at = self._context.now()
                    self.closed = self.closed or why_held(self._context)
        return self.closed

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """Let one card through, if the gate is open. The first job of a run goes alone."""
        with ExitStack() as stack:
            if not self.is_first_answered():
                stack.enter_context(self._first_alone)
                if self.is_first_answered():  # while this one waited
                    stack.close()
            day = self._take_job()
            slot = Slot(self, self.closed)
            try:
                yield slot
            finally:
                if day is not None and not slot.is_used:
                    self._budget.give_back(day)

    def is_first_answered(self) -> bool:
        """Return whether CI has answered a job of this run."""
        return self._is_first_answered

    def hear(self, card: tuple[str, str], submission: Submission) -> None:
        """Close the gate if the next card would be refused too."""
        self._is_first_answered = self._is_first_answered or is_answer(submission)
        if not self._is_for_uploads:
            self.closed = self.closed or self._circuit.hear(card, submission)

    def close(self) -> None:
        """Give back what of the day's budget wasn't used."""
        self._budget.close()

    def _take_job(self) -> str | None:
        """Take a job off the budget. Return the day that it was taken from, None without one."""
        if self._is_for_uploads or self.ask() is not None:
            return None
        try:
            day = self._budget.take()
        except StorageFault as fault:
            self._context.log.warning("budget_not_read", problem=str(fault))
            self.closed = Closed("BudgetUnknown", "how many jobs the day has left is not known")
            return None
        if day is None:
            self.closed = self.closed or Closed("OverBudget", "MAX_JOBS_PER_DAY")
        return day


def is_answer(submission: Submission) -> bool:
    """Return whether CI itself answered the POST."""
    if isinstance(submission, Unknown):
        return submission.code != "NoReply"
    return not (isinstance(submission, Waiting) and submission.refusal == "held")


class Circuit:
    """Opens at a refusal that concerns every card, or after 20 refused cards in a row."""

    def __init__(self) -> None:
        self._refused: set[tuple[str, str]] = set()

    def hear(self, card: tuple[str, str], submission: Submission) -> Closed | None:
        """Return why nothing more may be sent, None if the next card may do better."""
        if isinstance(submission, Accepted):
            self._refused.clear()
        if not isinstance(submission, Waiting) or submission.refusal in {"other", "held"}:
            return None
        if submission.refusal == "configuration" and is_of_one_card(submission.code):
            self._refused.add(card)
            if len(self._refused) < REFUSED_IN_A_ROW:
                return None
        return Closed("CircuitOpen", f"{submission.code} ({submission.refusal})")


def is_of_one_card(code: str) -> bool:
    """Return whether a refusal for configuration may concern the card alone: a denial, or a 401."""
    concerns_all = code in {"CIRoleNotExist", "QueueNotFound"} or code.endswith("UnBinded")
    return not (concerns_all or code in REDIRECTS)


REDIRECTS = frozenset(f"HTTP{status}" for status in range(300, 400)) | {
    "PermanentRedirect",
    "TemporaryRedirect",
}


class Rate:
    """Spaces out what is sent: no bursts, and no second with more than REQUESTS_PER_SECOND."""

    def __init__(self, context: Context, lock: AbstractContextManager[object]) -> None:
        per_second = context.settings.requests_per_second
        self._interval = 1 / per_second
        self._now = context.now
        self._sleep = context.sleep
        self._next_at = 0.0
        self._released: deque[float] = deque(maxlen=per_second)
        self._lock = lock

    def wait(self) -> None:
        """Wait until one more may be sent."""
        with self._lock:
            slot = max(self._next_at, self._now())
            self._next_at = slot + self._interval  # by slots: late wakings don't add up
            self._sleep_until(max(slot, self._second_after_the_oldest()))
            self._released.append(self._now())

    def _second_after_the_oldest(self) -> float:
        """Return the earliest time that keeps any one second within REQUESTS_PER_SECOND."""
        is_full = len(self._released) == self._released.maxlen
        return self._released[0] + 1 if is_full else 0.0

    def _sleep_until(self, moment: float) -> None:
        while (left := moment - self._now()) > 0:
            self._sleep(left)


class Budget:
    """MAX_JOBS_PER_DAY: how many jobs sweep may still send in this UTC day.

    The day's count is an object. Jobs are counted before they are sent, a few at a time, and what
    wasn't used is given back at the end of the run: a run that dies has counted too many, never too
    few. Two runs that count at the same moment can each miss what the other counts.
    """

    def __init__(self, context: Context, lock: AbstractContextManager[object]) -> None:
        self._context = context
        self._limit = context.settings.max_jobs_per_day
        self._lock = lock
        self._day = ""
        self._counted = 0
        self._left = 0

    def take(self) -> str | None:
        """Take one job. Return the day it is taken from, None if the day has none left.

        Raises:
            StorageFault: the count couldn't be read or written; nothing may be sent.
        """
        day = self._context.at()[:10]
        if self._limit is None:
            return day
        with self._lock:
            if day != self._day:
                self._return_unused()
                self._day, self._counted = day, 0
            if self._left == 0:
                self._reserve(self._limit)
            if self._left == 0:
                return None
            self._left -= 1
            return day

    def give_back(self, day: str) -> None:
        """Give back a job that wasn't sent."""
        with self._lock:
            if day == self._day:
                self._left += 1

    def close(self) -> None:
        """Count no more than was sent."""
        with self._lock:
            self._return_unused()

    def _reserve(self, limit: int) -> None:
        sent = self._sent()
        some = max(0, min(_JOBS_AT_ONCE, limit - sent))
        if some:
            save(self._context, sent_on(self._day), {"sent": sent + some})
            self._counted, self._left = sent + some, some

    def _return_unused(self) -> None:
        if self._left == 0:
            return
        try:
            save(self._context, sent_on(self._day), {"sent": self._sent() - self._left})
        except CloudFault as fault:
            self._context.log.warning("not_given_back", count=self._left, problem=str(fault))
        self._left = 0

    def _sent(self) -> int:
        """Return the day's count. Another run that wrote at the same moment knew less than this."""
        sent = load(self._context, sent_on(self._day)).get("sent")
        return max(sent if isinstance(sent, int) else 0, self._counted)
