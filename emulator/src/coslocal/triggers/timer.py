"""The timer trigger (timer trigger page)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from coslocal.agenda import Agenda
from coslocal.functions import Function
from coslocal.triggers.asynchronous import AsynchronousInvocations
from coslocal.triggers.cron import Cron


class TimerTrigger:
    """Sends `function` an event at the times of `cron`; without one, every `every_seconds`."""

    def __init__(  # noqa: PLR0913 - each is a setting of the trigger
        self,
        agenda: Agenda,
        asynchronous: AsynchronousInvocations,
        function: Function,
        *,
        name: str,
        every_seconds: float = 0.0,
        cron: Cron | None = None,
        message: str = "",
    ) -> None:
        self._agenda = agenda
        self._asynchronous = asynchronous
        self._function = function
        self._name = name
        self._every_seconds = every_seconds
        self._cron = cron
        self._message = message

    def start(self) -> None:
        """Begin to count."""
        now = self._agenda.clock()
        due = now + self._every_seconds if self._cron is None else self._cron.next_after(now)
        if due is not None:  # a cron can name a year that is over
            self._agenda.add(self._fire, after=due - now)

    def fire(self, message: str | None = None) -> None:
        """Send the event now, besides the schedule; with a `message` of its own if given."""
        said = self._message if message is None else message
        self._asynchronous.send(self._function, self._event(said))

    def _fire(self) -> None:
        self.start()
        self.fire()

    def _event(self, message: str) -> dict[str, Any]:
        now = datetime.fromtimestamp(self._agenda.clock(), timezone.utc)
        return {
            "Type": "Timer",
            "TriggerName": self._name,
            "Time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Message": message,
        }
