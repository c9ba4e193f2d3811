"""The repository's own functions, called in this process or in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from local.functions.in_process import InProcessFunction
from local.functions.interface import Function, WriteLog
from local.functions.process import ProcessFunction

MakeFunction = Callable[[str, Mapping[str, str], WriteLog], Function]
"""Makes the function of a name, with its environment and a place for its log."""


def in_process(name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
    """Make the repository's function of that name, called in this process."""
    handler = import_module(f"functions.{name}.index").main_handler
    return InProcessFunction(name, handler, environment, write_log)


def in_processes(name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
    """Make the repository's function of that name, in processes of its own."""
    time_limit = 270.0 if name == "sweep" else 60.0
    return ProcessFunction(
        name, f"functions.{name}.index", environment, write_log, time_limit=time_limit
    )
