"""Running functions as SCF does: one event at a time per instance, and what came of it.

in_process  A function in this process, for tests
interface   what a function is to the triggers, and what an invocation can come to (SCF status
            codes)
process     A function in processes of its own
worker      the process of one function instance
"""

from coslocal.functions.in_process import InProcessFunction, in_this_process
from coslocal.functions.interface import (
    Failure,
    Function,
    Handler,
    LogLine,
    MakeFunction,
    Outcome,
    Returned,
    context_for,
)
from coslocal.functions.process import ProcessFunction, in_own_processes

__all__ = [
    "Failure",
    "Function",
    "Handler",
    "InProcessFunction",
    "LogLine",
    "MakeFunction",
    "Outcome",
    "ProcessFunction",
    "Returned",
    "context_for",
    "in_own_processes",
    "in_this_process",
]
