"""The variables needed before anything else: a forged callback is refused with these alone."""

from __future__ import annotations

from collections.abc import Mapping

from shared.errors import ConfigurationError

MINIMUM_SECRET_LENGTH = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEFAULT_LOG_LEVEL = "INFO"


def callback_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return CALLBACK_SECRET and, if it is set, CALLBACK_SECRET_PREVIOUS. The first one signs.

    Raises:
        ConfigurationError: CALLBACK_SECRET is missing, or one of them is too short.
    """
    current = _secret(environ, "CALLBACK_SECRET")
    previous = _secret(environ, "CALLBACK_SECRET_PREVIOUS")
    if current is None:
        raise ConfigurationError(
            "CALLBACK_SECRET", f"is missing; set {MINIMUM_SECRET_LENGTH} or more random characters"
        )
    return (current,) if previous is None else (current, previous)


def log_level(environ: Mapping[str, str]) -> str:
    """Return LOG_LEVEL, or its default if it is wrong: `load` reports that, and needs a log."""
    level = environ.get("LOG_LEVEL", "")
    return level if level in LOG_LEVELS else DEFAULT_LOG_LEVEL


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name, "")
    if not value:
        return None
    if len(value) < MINIMUM_SECRET_LENGTH:
        raise ConfigurationError(
            name, f"has {len(value)} characters; it must have {MINIMUM_SECRET_LENGTH} or more"
        )
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ConfigurationError(name, "holds bytes that are no UTF-8; write it as text")
    return value
