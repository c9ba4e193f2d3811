"""Says what a command will change, before it changes anything, and then which steps are done."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.commands.session import Session, place, say
from deploy.configuration.service import CALLBACK, Service
from deploy.functions.apply import apply
from deploy.functions.plan import Plan


class Progress:
    """Says which step of how many was done last."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def done(self, title: str) -> None:
        """Say that one more step is done."""
        self._done += 1
        say(f"done: {self._done} of {self._total}  {title}")


def show(service: Service, planned: Plan, first: Sequence[str] = ()) -> Progress:
    """Show the plan. Return the progress of its steps, of which none is done yet."""
    lines = [*first, *(f"{step.key}: {step.says}" for step in planned.steps)]
    say(f"{place(service)}: {'this changes' if lines else 'nothing to change'}")
    for number, line in enumerate(lines, 1):
        say(f"{number:>4}  {line}")
    for note in planned.notes:
        say(f"note: {note}")
    return Progress(len(lines))


def carry_out(session: Session, planned: Plan, progress: Progress) -> None:
    """Apply the plan that was shown, and say when each step is done.

    Raises:
        DeployError: a step failed. The steps before it are done.
    """
    callback_name = session.service.function_name(CALLBACK)
    apply(
        planned.steps,
        session.scf,
        callback_name,
        lambda step: progress.done(step.title),
    )
