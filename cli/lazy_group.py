"""The commands, each imported when it is called and not before.

`card-ocr --help` reads a command's sentence from its module's text, so it imports none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import wraps
from importlib import import_module
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from shared.errors import ConfigurationError

Function = Callable[..., None]

COMMANDS: Mapping[str, str] = {
    "setup": "setup:setup",
    "doctor": "doctor:doctor",
    "status": "status:status",
    "logs": "logs:logs",
    "alarms": "alarms:alarms",
    "audit": "audit:audit",
    "seal": "seal:seal",
    "show": "show:show",
    "review": "review:review",
    "report": "report:report",
    "export": "export:export",
    "wait": "wait:wait",
    "bill": "bill:bill",
    "sweep": "sweep:sweep",
    "pause": "pause:pause_sending",
    "resume": "pause:resume_sending",
    "backfill": "backfill:backfill",
    "rerun": "rerun:rerun",
    "forget": "forget:forget",
    "purge": "purge:purge",
}
"""The module and the function below cli.commands, by the command; in the order of their use."""

_FOLDER = Path(__file__).with_name("commands")


def sentence_of(name: str) -> str:
    """Return the first sentence of a command's docstring, without importing the command."""
    module, _, function = COMMANDS[name].partition(":")
    text = (_FOLDER / f"{module}.py").read_text("utf-8")
    docstring = text.partition(f"\ndef {function}(")[2].partition('"""')[2]
    return " ".join(re.split(r"(?<=[.])\s", docstring, maxsplit=1)[0].split())


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

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 — see above
        """Return the command with its sentence, for a list of all."""
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            command.short_help = sentence_of(cmd_name)
        return command


def loaded_commands(app: typer.Typer) -> Mapping[str, Any]:
    """Import every command of an app; return them as click has them, with their options."""
    group = typer.main.get_command(app)
    if not isinstance(group, LazyGroup):
        raise TypeError("this app has no commands to be imported")
    return {name: _loaded(group, name) for name in group.commands}


class CheckedCommand(TyperCommand):
    """A command that ignores no value: an option is given once, and a file has a name."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 — see above
        """Parse the call as Typer does.

        Raises:
            ConfigurationError: an option that has one value is given twice, or a file's is empty.
        """
        if not ctx.resilient_parsing:
            values, _, given = self.make_parser(ctx).parse_args(args=list(args))
            options: list[Any] = [*filter(_has_one_value, given)]
            for option in options:
                if options.count(option) > 1:
                    raise ConfigurationError(option.opts[0], "is given twice; give it once")
                if option.type_descriptor.is_path and not values[option.name]:
                    raise ConfigurationError(option.opts[0], "is empty; name a file")
        return super().parse_args(ctx, args)


def _has_one_value(parameter: Any) -> bool:  # noqa: ANN401 — see above
    is_option = parameter.param_type_name == "option"
    return is_option and not parameter.is_flag and not parameter.multiple


def _loaded(group: LazyGroup, name: str) -> Any:  # noqa: ANN401 — see above
    module, _, function = COMMANDS[name].partition(":")
    called = _spread(getattr(import_module(f"cli.commands.{module}"), function))
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    settings = dict(group.context_settings)
    single.command(name, cls=CheckedCommand, context_settings=settings)(called)
    command: Any = typer.main.get_command(single)
    for parameter in command.params:
        _name_value(parameter)
    return command


def _name_value(parameter: Any) -> None:  # noqa: ANN401 — see above
    """Have the help name a value in capitals, and not by its Python type."""
    kind = parameter.type_descriptor
    if parameter.param_type_name == "argument":  # its own name says it
        parameter.display_type_rich = lambda **_: None
    elif parameter.metavar is None and not parameter.is_flag:
        number = "NUMBER" if kind.annotation in {int, float} else "TEXT"
        parameter.metavar = "FILE" if kind.is_path else "|".join(kind.choices or [number])


def _spread(function: Function) -> Function:
    """Return the function with an option for each field of a parameter that is a NamedTuple.

    So options that several commands have in common are declared once, and handed on together.
    """
    parameters: list[Parameter] = []
    groups: dict[str, Any] = {}
    for name, one in signature(function, eval_str=True).parameters.items():
        kind = one.annotation
        if isinstance(kind, type) and issubclass(kind, tuple):
            groups[name] = kind
            parameters += _fields(kind)
        else:
            parameters.append(one)

    @wraps(function)
    def called(*arguments: Any, **options: Any) -> None:  # noqa: ANN401 — the commands' own
        for name, kind in groups.items():
            options[name] = kind(**{field: options.pop(field) for field in kind._fields})
        function(*arguments, **options)

    called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    return called


def _fields(group: Any) -> list[Parameter]:  # noqa: ANN401 — a NamedTuple's class
    defaults = group._field_defaults
    return [
        Parameter(name, Parameter.KEYWORD_ONLY, default=defaults[name], annotation=kind)
        for name, kind in get_type_hints(group, include_extras=True).items()
    ]
