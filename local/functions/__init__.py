"""Running functions as SCF does: one event at a time per instance, and what came of it.

in_process  A function in this process, for tests
interface   what a function is to the triggers, and what an invocation can come to (SCF status
            codes)
process     A function in processes of its own, as `make up` and `make demo` run it
repository  the repository's own functions, called in this process or in processes of their own
worker      the process of one function instance
"""

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
