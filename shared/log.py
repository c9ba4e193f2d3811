"""The log: one line of JSON per event, on standard output, where SCF collects it.

    {"level": "info", "event": "attempt", "function": "submit", "request_id": "…",
     "key": "3f1c…", "version": "9e10…", "attempt": 1, "state": "submitted", "job_id": "a7c9…"}

A line has these four names and names in `FIELDS`: none is for a value from a card, a token or a
credential. An object key can hold a person's name, so the log has a digest of the object key. The
digest is made with CALLBACK_SECRET: with one secret, an object key always has the same digest. If
LOG_KEYS is true, the log has the object key itself.
"""

from __future__ import annotations

import hmac
import json
import sys
from collections.abc import Callable, Mapping
from types import TracebackType

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEFAULT_LOG_LEVEL = "INFO"
FIELDS = frozenset(
    {
        "attempt",
        "bucket",
        "ci_request_id",
        "code",
        "count",
        "delivered_by",
        "failed",
        "job_id",
        "key",
        "needs_review",
        "oldest_seconds",
        "oldest_state",
        "outcome",
        "position",
        "problem",
        "sending",
        "state",
        "status",
        "trigger",
        "variable",
        "version",
        "where",
    }
)

Value = str | int | float | bool | None


class Log:
    """Writes lines for one invocation; each of them has `function` and `request_id`.

    `write` takes a line; without it, lines go to standard output.
    """

    def __init__(
        self,
        function: str,
        context: object,
        level: str,
        write: Callable[[str], None] | None = None,
    ) -> None:
        self._write_line = write or emit
        self._function = function
        self._request_id = _request_id(context)
        self._threshold = LOG_LEVELS.index(level)
        self._digest_secret: str | None = None
        self._shows_keys = False

    def know_keys(self, secret: str, *, shown: bool) -> None:
        """Set how object keys are written: unchanged if `shown`, else as a digest with `secret`."""
        self._digest_secret = secret
        self._shows_keys = shown

    def key(self, key: str) -> str | None:
        """Return what is logged for a key: the key, or its digest; None before `know_keys`."""
        if self._shows_keys:
            return key
        return key_digest(self._digest_secret, key) if self._digest_secret else None

    def debug(self, event: str, **fields: Value) -> None:
        """Log what helps only to trace a problem."""
        self._write("DEBUG", event, fields)

    def info(self, event: str, **fields: Value) -> None:
        """Log what happened as it should."""
        self._write("INFO", event, fields)

    def warning(self, event: str, **fields: Value) -> None:
        """Log what was refused, or will be done again."""
        self._write("WARNING", event, fields)

    def error(self, event: str, **fields: Value) -> None:
        """Log what somebody must look at."""
        self._write("ERROR", event, fields)

    def unexpected(self, error: BaseException) -> None:
        """Log a bug: its type and its traceback, never its text, which could quote a card."""
        problem = type(error).__name__
        self.error("unexpected_error", problem=problem, where=_where(error.__traceback__))

    def _write(self, level: str, event: str, fields: dict[str, Value]) -> None:
        if LOG_LEVELS.index(level) < self._threshold:
            return
        unknown = fields.keys() - FIELDS
        if unknown:
            raise TypeError(
                f"a log line has no field {sorted(unknown)}: see FIELDS in shared/log.py"
            )
        line = {"level": level.lower(), "event": event, "function": self._function}
        known = {name: value for name, value in fields.items() if value is not None}
        self._write_line(json.dumps({**line, "request_id": self._request_id, **known}))


def emit(line: str) -> None:
    """Write a line to standard output, which SCF collects."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def key_digest(secret: str, key: str) -> str:
    """Return 16 hex digits that name an object key in the log."""
    message = f"card-ocr/log\n{key}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret.encode(), message, "sha256").hex()[:16]


def _request_id(context: object) -> str | None:
    found = context.get("request_id") if isinstance(context, dict) else None
    return found if isinstance(found, str) else None


def _where(traceback: TracebackType | None) -> str:
    """Return `module:line` of every frame, the innermost last."""
    frames = []
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "?")
        frames.append(f"{module}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " ".join(frames)


def log_level(environ: Mapping[str, str]) -> str:
    """Return LOG_LEVEL, or its default if the value is wrong: `load` refuses that value later."""
    level = environ.get("LOG_LEVEL", "")
    return level if level in LOG_LEVELS else DEFAULT_LOG_LEVEL
