"""Running functions as SCF does: one event at a time per instance, and what came of it."""

from local.functions.in_process import InProcessFunction
from local.functions.interface import (
    Failure,
    Function,
    Handler,
    LogLine,
    Outcome,
    Returned,
    context_for,
)
from local.functions.process import ProcessFunction

__all__ = [
    "Failure",
    "Function",
    "Handler",
    "InProcessFunction",
    "LogLine",
    "Outcome",
    "ProcessFunction",
    "Returned",
    "context_for",
]
