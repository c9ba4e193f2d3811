"""A function in this process, for tests."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Final

from coslocal.functions.interface import (
    DEFAULT_TIME_LIMIT_SECONDS,
    USER_EXCEPTION,
    Failure,
    Handler,
    LogLine,
    MakeFunction,
    Outcome,
    Returned,
    WriteLog,
    context_for,
    discard,
)

_ENVIRONMENT_LOCK: Final = threading.RLock()


class InProcessFunction:
    """Calls a handler with its own environment variables in `os.environ`.

    They are the process's while the handler runs, and so is standard output: invocations of all
    in-process functions take turns. A time limit isn't enforced.
    """

    def __init__(
        self,
        name: str,
        handler: Handler,
        environment: Mapping[str, str],
        write_log: WriteLog = discard,
        time_limit: float = DEFAULT_TIME_LIMIT_SECONDS,
    ) -> None:
        self.name = name
        self.environment = dict(environment)
        self._handler = handler
        self._write_log = write_log
        self._time_limit = time_limit

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        """Run the handler on a copy of the event, as it arrives after JSON."""
        context = context_for(self.name, self.environment, self._time_limit)
        with _ENVIRONMENT_LOCK, _environment(self.environment), self._logged():
            try:
                value = self._handler(json.loads(json.dumps(event)), context)
                return Returned(json.loads(json.dumps(value)))
            except Exception:  # noqa: BLE001 - SCF catches whatever a handler raises
                traceback.print_exc(file=sys.stderr)  # into the log, as SCF does
                return Failure("execution", USER_EXCEPTION, traceback.format_exc())

    def close(self) -> None:
        """Nothing is left running."""

    @contextlib.contextmanager
    def _logged(self) -> Iterator[None]:
        written = io.StringIO()
        try:
            with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
                yield
        finally:
            for line in written.getvalue().splitlines():
                self._write_log(LogLine(self.name, line))


def in_this_process(handler: Handler) -> MakeFunction:
    """Return what makes a function of this handler, called in this process."""

    def make(
        name: str, environment: Mapping[str, str], write_log: WriteLog = discard
    ) -> InProcessFunction:
        return InProcessFunction(name, handler, environment, write_log)

    return make


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
