"""A dry run of sweep: the steps that it decides are listed instead of done."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

from cli.terminal.masking import masking_of
from cli.terminal.output import counted
from shared.documents import Attempt
from shared.pipeline.context import Context
from shared.pipeline.gate import NOT_CREATE_ONCE, Closed, Gate, Holds
from shared.pipeline.scan import Do, Run, Scan
from shared.pipeline.status import Status, StatusCounter
from shared.pipeline.steps import Leave, PendingCard, Step, line_of
from shared.workers import OneByOne, Workers


class StepList:
    """Collects steps, of several threads. Keys are masked."""

    def __init__(self, context: Context) -> None:
        self._masking = masking_of(context, reveal=False)
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._kinds: Counter[str] = Counter()

    def add(self, card: PendingCard, step: Step) -> Attempt:
        """List a step. Don't perform it."""
        key = self._masking.digest(card.attempt.source.key)
        with self._lock:
            self._kinds[type(step).__name__] += 1
            if not isinstance(step, Leave):
                self._lines.append(f"{key}  attempt {card.attempt.attempt:04d}  {line_of(step)}")
        return card.attempt

    def lines(self) -> Iterator[str]:
        """Yield a line for each step that would do something, and how many cards would be left."""
        yield from sorted(self._lines)
        left = self._kinds[Leave.__name__]
        yield f"{counted(len(self._lines), 'step')}, {counted(left, 'card')} left as they are."
        yield "Nothing was sent or written."

    def document(self) -> dict[str, object]:
        """Return how many steps of each kind there are."""
        return {"dry_run": True, "steps": dict(sorted(self._kinds.items()))}


def rehearse(
    context: Context,
    *,
    until: float,
    do: Do,
    creates_once: bool,
    workers: Workers | None = None,
    counter: StatusCounter | None = None,
) -> Status:
    """Decide as a sweep would, and give each step to `do` instead of performing it.

    Nothing is written or sent, so `creates_once` must be known otherwise.
    """
    workers, counter = workers or OneByOne(), counter or StatusCounter()
    closed = None if creates_once else Closed("NotCreateOnce", NOT_CREATE_ONCE)
    gate = Gate(context, Holds(workers.lock), shut=closed, new_lock=workers.lock)
    gate.ask()
    reached = Scan(Run(context, gate, do, workers, until), counter).run(None)
    why_closed = gate.closed.why if gate.closed else None
    return counter.status(context.at(), why_closed, is_whole=reached.is_whole)
