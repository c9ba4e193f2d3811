"""The commands, each imported when it is called and not before.

`card-ocr --help` shows a command's sentence from where it is registered, so it imports none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from shared.errors import ConfigurationError

Function = Callable[..., None]


def imported_when_called(where: str) -> Callable[[], Function]:
    """Return what stands for a command until it is called, and then imports it.

    Args:
        where: `module:function`, below cli.commands.
    """

    def load() -> Function:
        module, _, name = where.partition(":")
        function: Function = getattr(import_module(f"cli.commands.{module}"), name)
        return function

    return load


class LazyGroup(TyperGroup):
    """A group whose commands are names and sentences until one of them is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 — click's types are private to Typer
        """Import the command that the call names.

        Raises:
            ConfigurationError: there is no such command.
        """
        name, *rest = args
        if name in self.commands:
            return name, _loaded(self, name), rest
        if ctx.resilient_parsing:  # a shell asks what could follow
            return None, None, rest
        meant = " or ".join(get_close_matches(name, self.commands))
        hint = f"did you mean {meant}? " if meant else ""
        subject = name if meant else "the first word"  # it can be a key
        raise ConfigurationError(subject, f"is not a command; {hint}`card-ocr --help` lists them")


def loaded_commands(app: typer.Typer) -> Mapping[str, Any]:
    """Import every command of an app; return them as click has them, with their options."""
    group = typer.main.get_command(app)
    if not isinstance(group, LazyGroup):
        raise TypeError("this app has no commands to be imported")
    return {name: _loaded(group, name) for name in group.commands}


def _loaded(group: LazyGroup, name: str) -> Any:  # noqa: ANN401 — see above
    load = group.commands[name].callback
    if load is None:
        raise TypeError(f"{name} was not registered")
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, context_settings=dict(group.context_settings))(load())
    return typer.main.get_command(single)
