"""What is wrong with a call, in one sentence of ours: none of a library's words are shown."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)
from typer.core import TyperGroup
from typer.exceptions import TyperException

from cli.terminal.output import printable

_CLOSE = 0.8  # --version for --verson, and not for --verbose or --json


def said_of(error: TyperException) -> str:
    """Write what is wrong with a call, and what to do; of a call without any words, the help.

    What was typed as an argument isn't quoted: it can be a key.
    """
    if isinstance(error, NoArgsIsHelpError):
        return error.format_message()
    return f"card-ocr: {_said(error)}"


def _said(error: TyperException) -> str:
    if isinstance(error, NoSuchOption):
        return _unknown_option(error)
    if isinstance(error, BadOptionUsage):
        has_value = "does not take" in error.message
        problem = "takes no value" if has_value else "needs a value behind it"
        return f"{error.option_name}: {problem}"
    if isinstance(error, MissingParameter):
        return f"{_name(error)}: is missing; {_what_to_write(error)}"
    if isinstance(error, BadParameter):
        return f"{_name(error)}: {_problem(error)}"
    return _arguments(error)


def _unknown_option(error: NoSuchOption) -> str:
    if _is_before_a_command(error):
        return _unknown_option_of_all(error)
    meant = " or ".join(sorted(error.possibilities or ()))
    hint = f"did you mean {meant}? " if meant else ""
    return f"{printable(error.option_name)}: is not an option; {hint}{_help_of(error)}"


def _unknown_option_of_all(error: NoSuchOption) -> str:
    """Write what is wrong with an option before a command, most likely an option of the command."""
    typed = error.option_name
    hint = "an option of a command comes behind it, as in `card-ocr status --json`;"
    for meant in get_close_matches(typed, error.possibilities or (), 1, _CLOSE):
        hint = f"did you mean {meant}?"
    return f"{printable(typed)}: is not an option of card-ocr itself; {hint} {_help_of(error)}"


def _problem(error: BadParameter) -> str:
    """Write what is wrong with a value: in our parser's words, if one of ours refused it.

    An argument's value isn't written: it can be a key.
    """
    if not _is_option(error.param):
        return _what_to_write(error)
    details = getattr(error.__cause__, "errors", None)
    if details is None:
        return error.message
    return f"is {printable(repr(details()[0]['input']))}; {_what_to_write(error)}"


def _what_to_write(error: BadParameter) -> str:
    described = getattr(error.param, "type_descriptor", None)
    if described is None:
        return _help_of(error)
    if described.choices is not None:
        return f"write one of {', '.join(map(str, described.choices))}"
    if described.annotation is int:
        limits = (("from", described.parameter_info.min), ("to", described.parameter_info.max))
        given = [f" {word} {limit}" for word, limit in limits if limit is not None]
        return f"write a whole number{''.join(given)}"
    return _help_of(error)


def _name(error: BadParameter) -> str:
    """Return the option's name, or an argument's as the help shows it."""
    parameter: Any = error.param
    if parameter is None:
        return "a value"
    return str(parameter.opts[0] if _is_option(parameter) else parameter.name.upper())


def _is_option(parameter: object) -> bool:
    return getattr(parameter, "param_type_name", None) == "option"


def _arguments(error: TyperException) -> str:
    """Write what is wrong with the arguments as such: there are too many or none."""
    if _is_before_a_command(error):
        return "name a command, as in `card-ocr status`; `card-ocr --help` lists them"
    return f"too many arguments; {_help_of(error)}"


def _is_before_a_command(error: TyperException) -> bool:
    context = error.ctx if isinstance(error, UsageError) else None
    return context is not None and isinstance(context.command, TyperGroup)


def _help_of(error: TyperException) -> str:
    context = error.ctx if isinstance(error, UsageError) else None
    command = "card-ocr" if context is None else context.command_path
    return f"see `{command} --help`"
