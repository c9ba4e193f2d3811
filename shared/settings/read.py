"""Single values out of an environment, each with the sentence that says how to write it right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shared.errors import ConfigurationError
from shared.settings.variables import DEFAULTS


class Environment:
    """An environment in which an empty variable is unset and the table's defaults hold."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def optional(self, name: str) -> str | None:
        """Return the value or the default. Return None if there is neither."""
        return self._environ.get(name) or DEFAULTS[name] or None

    def required(self, name: str, advice: str = "") -> str:
        """Return the value or the default. `advice` says what to write if there is neither."""
        value = self.optional(name)
        if value is None:
            raise ConfigurationError(name, f"is missing{advice and '; '}{advice}")
        return value

    def matching(self, name: str, pattern: str, form: str) -> str:
        """Return a value of a given form. `form` shows the form to the reader of the error."""
        value = self.required(name, f"write it as {form}")
        if not re.fullmatch(pattern, value):
            raise ConfigurationError(name, f"is {value!r}; write it as {form}")
        return value

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of a few words."""
        choice = f"it can be {' or '.join(choices)}"
        value = self.required(name, choice)
        if value not in choices:
            raise ConfigurationError(name, f"is {value!r}; {choice}")
        return value

    def integer(self, name: str, minimum: int, maximum: int) -> int:
        """Return a whole number within bounds."""
        found = self.optional_integer(name, minimum, maximum)
        if found is None:
            raise ConfigurationError(name, "is missing")
        return found

    def optional_integer(self, name: str, minimum: int, maximum: int) -> int | None:
        """Return a whole number within bounds. Return None if it isn't set."""
        value = self.optional(name)
        if value is None:
            return None
        if not re.fullmatch("[0-9]{1,15}", value) or not minimum <= int(value) <= maximum:
            raise ConfigurationError(
                name, f"is {value!r}; it must be a whole number from {minimum} to {maximum}"
            )
        return int(value)

    def boolean(self, name: str) -> bool:
        """`true` or `false`."""
        return self.choice(name, ("true", "false")) == "true"
