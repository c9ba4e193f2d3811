"""The gate: may a job go out now? It is asked before an attempt is made, and again before its POST.

hold      any object under `P state/holds/` (`P` is OUTPUT_PREFIX): an operator's, or the budget's
          for its day
budget    MAX_JOBS_PER_DAY is used up
rate      REQUESTS_PER_SECOND, counted by each sender for itself
circuit   CI refused a job for a reason that concerns every card, or refused 20 cards in a row

Only holds (the budget's too) stop an upload, and only the rate delays it. A gate belongs to one
run, and its threads share it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import NamedTuple

from shared.errors import StorageFault
from shared.jobs import Accepted, Submission, Unknown, Waiting
from shared.pipeline.context import Context
from shared.store import Store
from shared.store.layout import date_of_budget, holds_folder
from shared.times import rfc3339

HELD = "held"
HOLDS_UNKNOWN = "whether sending is held could not be found out"
NOT_CREATE_ONCE = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"
CREATE_ONCE_UNPROVEN = "whether create-once has an effect in OUTPUT_BUCKET could not be found out"
REFUSED_IN_A_ROW = 20
MAY_BE_OF_ONE_CARD = frozenset({"AccessDenied", "ResourceAccessDenied", "Unauthorized", "HTTP401"})
ASK_AGAIN_SECONDS = 10
_ASKED_AT_MOST = 3
_NO_REPLY = "NoReply"


NewLock = Callable[[], AbstractContextManager[object]]


class Closed(NamedTuple):
    """Why no job may go out: a Code of ours for the pending object, and a text for `status`."""

    code: str
    why: str


_TOO_LATE = Closed("ClaimTooOld", "the run's time was over before the job's turn came")
OVER_BUDGET = Closed("OverBudget", "MAX_JOBS_PER_DAY is used up")
_UNKNOWN = Closed("GateUnknown", HOLDS_UNKNOWN)


class HoldsListed(NamedTuple):
    """The names of a page of the holds, without their folder, and COS's date (`2026-01-31`)."""

    names: tuple[str, ...]
    has_more: bool
    today: str

    @property
    def budgets(self) -> frozenset[str]:
        """The dates of the budget's holds."""
        return frozenset(date for date in map(date_of_budget, self.names) if date is not None)

    @property
    def is_held(self) -> bool:
        """Whether a person holds sending. If there is another page, it counts as a hold."""
        return self.has_more or any(date_of_budget(name) is None for name in self.names)

    @property
    def names_now(self) -> list[str]:
        """The names of the holds that count now. The budget's holds count only on their date."""
        return [name for name in self.names if date_of_budget(name) in {None, self.today}]


def list_holds(store: Store, output_prefix: str) -> HoldsListed:
    """LIST the holds, one page of them.

    Raises:
        StorageFault: COS couldn't be asked, or refused.
    """
    folder = holds_folder(output_prefix)
    page = store.list_objects(folder, None)
    names = (listed.key[len(folder) :] for listed in page.objects if listed.key[-1] != "/")
    return HoldsListed(tuple(names), page.next is not None, rfc3339(page.at)[:10])


class _Said(NamedTuple):
    """What COS said of the holds, of which bucket, and when COS was asked, in Unix seconds."""

    holds: HoldsListed
    where: tuple[str | None, str, str]
    at: float


class Holds:
    """COS's last answer about holds, used for ten seconds. If COS gave none, it is asked again."""

    def __init__(self, new_lock: NewLock = nullcontext) -> None:
        self._lock = new_lock()
        self._said: _Said | None = None

    def ask(self, context: Context) -> Closed | None:
        """Return why the gate is held, None if it isn't. If COS won't say, it counts as held."""
        holds = self.look(context)
        if holds is None:
            return _UNKNOWN
        if holds.is_held:
            return Closed("Held", HELD)
        return OVER_BUDGET if holds.today in holds.budgets else None

    def look(self, context: Context) -> HoldsListed | None:
        """Return what COS says of the holds. Return None if it won't say."""
        with self._lock:
            if not self.is_up_to_date(context):
                self._said = _ask_cos(context)
            return self._said.holds if self._said else None

    def forget(self) -> None:
        """Drop COS's answer, since a hold was made or deleted. The next question asks COS again."""
        self._said = None

    def is_up_to_date(self, context: Context) -> bool:
        """Return whether what COS said still counts, for this bucket."""
        said = self._said
        if said is None or said.where != _where(context):
            return False
        return 0 <= context.now() - said.at < ASK_AGAIN_SECONDS


def _ask_cos(context: Context) -> _Said | None:
    asked_at = context.now()
    try:
        holds = list_holds(context.store, context.settings.output_prefix)
    except StorageFault as fault:
        context.log.warning("holds_not_listed", problem=str(fault))
        return None
    return _Said(holds, _where(context), asked_at)


def _where(context: Context) -> tuple[str | None, str, str]:
    settings = context.settings
    return settings.local_cloud, settings.output_bucket, settings.output_prefix


class Slot:
    """One card's way through the gate. `closed` is why it may not make an attempt."""

    def __init__(self, gate: Gate, closed: Closed | None) -> None:
        self._gate = gate
        self.closed = closed
        self.is_used = False

    def wait(self) -> Closed | None:
        """Wait until the POST may go out. Return why it may not, if the gate closed meanwhile."""
        self.closed = self.closed or self._why_stopped()
        self.is_used = self.closed is None
        return self.closed

    def _why_stopped(self) -> Closed | None:
        """Wait for the rate. Ask about holds again if COS's answer is too old by then.

        If the answer is too old three times, this card isn't sent: `_UNKNOWN`.
        """
        gate = self._gate
        for _ in range(_ASKED_AT_MOST):
            gate.ask()
            if gate.stopped is None:
                gate.rate.wait()
            if gate.stopped is not None or gate.is_up_to_date():
                return gate.stopped
        return _UNKNOWN

    def answered(self, card: tuple[str, str], submission: Submission) -> None:
        """Tell the gate what CI answered, before anything is written down."""
        self.is_used = isinstance(submission, Accepted | Unknown)
        self._gate.hear(card, submission)


class Gate:
    """Decides for one run whether a job may go out.

    `closed` is why not, as of the last `ask`. `shut` is why nothing is sent in this run at all.
    `is_over` says whether the run's time is over.
    """

    def __init__(
        self,
        context: Context,
        holds: Holds,
        budget: Budget | Closed | None = None,
        shut: Closed | None = None,
        new_lock: NewLock = nullcontext,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._context = context
        self._is_over = is_over
        self._holds = holds
        self._budget = budget if isinstance(budget, Budget) else None
        self._is_for_uploads = context.deliverer == "submit"
        self.rate = Rate(context, new_lock())
        self._circuit = Circuit()
        self._first_alone = new_lock()
        self._is_first_answered = self._is_for_uploads
        self._is_silent = False
        self.creates_once = shut is None
        self._shut = shut or (budget if isinstance(budget, Closed) else None)
        self._held: Closed | None = None
        self._used_up: Closed | None = None

    @property
    def closed(self) -> Closed | None:
        """Why no job may go out, None if one may, as it was when the gate was asked last."""
        return self.stopped or self._used_up

    @property
    def stopped(self) -> Closed | None:
        """Why nothing goes out, if it isn't that this run has used up the budget."""
        return self._shut or self._held

    @property
    def jobs_today(self) -> int | None:
        """How many jobs the day has had, None without a budget or if they weren't counted."""
        return self._budget.jobs if self._budget else None

    def ask(self) -> Closed | None:
        """Return why no attempt may be made now, None if one may."""
        if self._shut is None:
            self._held = self._holds.ask(self._context)
        return self.closed

    def is_up_to_date(self) -> bool:
        """Return whether what COS said of the holds still counts."""
        return self._holds.is_up_to_date(self._context)

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """Let one card through, if the gate is open.

        Until CI has answered one job of this run, jobs go one at a time. If CI has answered none
        when the run's time is over, those that still wait for their turn don't go.
        """
        with ExitStack() as stack:
            if not self.is_first_answered():
                stack.enter_context(self._first_alone)
                if self.is_first_answered():  # while this one waited
                    stack.close()
            is_late = self._is_silent and not self.is_first_answered() and self._is_over()
            closed = _TOO_LATE if is_late else self.ask() or self._take()
            slot = Slot(self, closed)
            try:
                yield slot
            finally:
                if self._budget is not None and closed is None:
                    self._budget.finish(is_used=slot.is_used)

    def is_first_answered(self) -> bool:
        """Return whether CI has answered a job of this run."""
        return self._is_first_answered

    def hear(self, card: tuple[str, str], submission: Submission) -> None:
        """Close the gate if the next card would be refused too."""
        self._is_first_answered = self._is_first_answered or is_answer(submission)
        self._is_silent = self._is_silent or submission == Unknown(_NO_REPLY)
        if not self._is_for_uploads:
            self._shut = self._shut or self._circuit.hear(card, submission)

    def _take(self) -> Closed | None:
        """Take a job off the budget. If none is left, close the gate and return why."""
        if self._budget is None or self._budget.take():
            return None
        self._used_up = OVER_BUDGET
        return OVER_BUDGET


def is_answer(submission: Submission) -> bool:
    """Return False if we didn't try to send, or if CI's reply was lost."""
    if isinstance(submission, Unknown):
        return submission.code != _NO_REPLY
    return not (isinstance(submission, Waiting) and submission.refusal == "held")


class Budget:
    """What one run may still send of the `limit` jobs of a day.

    `jobs` is how many the day has had. `hold` is called after the last job. An earlier call would
    stop uploads too soon.
    """

    def __init__(
        self,
        limit: int,
        jobs: int,
        lock: AbstractContextManager[object],
        hold: Callable[[], None],
    ) -> None:
        self._limit = limit
        self.jobs = jobs
        self._lock = lock
        self._hold = hold
        self._under_way = 0

    def take(self) -> bool:
        """Take a job off, before its POST. Return False if the day has none left."""
        with self._lock:
            if self.jobs + self._under_way >= self._limit:
                return False
            self._under_way += 1
            return True

    def finish(self, *, is_used: bool) -> None:
        """Count a job that was taken off, or give it back if CI refused it or it wasn't sent."""
        with self._lock:
            self._under_way -= 1
            self.jobs += int(is_used)
            if is_used and self.jobs == self._limit:
                self._hold()


class Circuit:
    """Opens at a refusal that concerns every card, or after 20 refused cards in a row."""

    def __init__(self) -> None:
        self._refused: set[tuple[str, str]] = set()

    def hear(self, card: tuple[str, str], submission: Submission) -> Closed | None:
        """Return why nothing more may be sent, None if CI may accept the next card."""
        if isinstance(submission, Accepted):
            self._refused.clear()
        if not isinstance(submission, Waiting) or submission.refusal in {"other", "held"}:
            return None
        if submission.code in MAY_BE_OF_ONE_CARD:
            self._refused.add(card)
            if len(self._refused) < REFUSED_IN_A_ROW:
                return None
        return Closed("CircuitOpen", f"{submission.code} ({submission.refusal})")


class Rate:
    """Delays jobs: no bursts, and no second with more than REQUESTS_PER_SECOND."""

    def __init__(self, context: Context, lock: AbstractContextManager[object]) -> None:
        per_second = context.settings.requests_per_second
        self._interval = 1 / per_second
        self._now = context.monotonic  # a clock that is set back must not keep a job waiting
        self._sleep = context.sleep
        self._next_at = 0.0
        self._released: deque[float] = deque(maxlen=per_second)
        self._lock = lock

    def wait(self) -> None:
        """Wait until one more may be sent."""
        with self._lock:
            slot = max(self._next_at, self._now())
            self._next_at = slot + self._interval  # from the slot, so that delays don't add up
            self._sleep_until(max(slot, self._second_after_the_oldest()))
            self._released.append(self._now())

    def _second_after_the_oldest(self) -> float:
        """Return the earliest time that keeps any one second within REQUESTS_PER_SECOND."""
        is_full = len(self._released) == self._released.maxlen
        return self._released[0] + 1 if is_full else 0.0

    def _sleep_until(self, moment: float) -> None:
        while (left := moment - self._now()) > 0:
            self._sleep(left)
