"""What the functions' log lines come to: how often each event, and what should never be there."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable

from tests.support.privacy import leaks


class LogWatch:
    """Reads every line as it is written; several threads may write at once.

    Attributes:
        events: How often each event was logged.
        leaks: The kinds of personal or secret things that were seen.
        strange: Lines that are no log line of ours, as a traceback would be: how many.
        bugs: Where each `unexpected_error` arose.
    """

    def __init__(self, secrets: Callable[[], Iterable[str]] = tuple) -> None:
        self.events: Counter[str] = Counter()
        self.leaks: set[str] = set()
        self.strange = 0
        self.bugs: Counter[str] = Counter()
        self._secrets = secrets
        self._lock = threading.Lock()

    def saw(self, text: str) -> None:
        """Take note of one line."""
        found = leaks(text, self._secrets())
        try:
            line = json.loads(text)
            event = str(line["event"])
        except (ValueError, KeyError, TypeError):
            line, event = {}, None
        with self._lock:
            self.leaks |= found
            if event is None:
                self.strange += 1
            else:
                self.events[event] += 1
            if event == "unexpected_error":
                self.bugs[f"{line.get('problem')} at {line.get('where')}"] += 1

    def problems(self) -> list[str]:
        """What is wrong, a line each."""
        found = [f"a log line holds: {kind}" for kind in sorted(self.leaks)]
        found += [f"unexpected_error, {count}×: {bug}" for bug, count in self.bugs.items()]
        if self.strange:
            found.append(f"{self.strange} lines in the log are none of ours")
        return found
