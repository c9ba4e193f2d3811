"""forged-callback: what a forged callback costs when it meets a new instance."""

from __future__ import annotations

import json
from pathlib import Path

from bench.bundles import command, unpacked
from bench.measurement import Benchmark, Figures, Part
from bench.timing import in_turn, process_cpu_seconds

_GOAL = 0.2
_TURNS, _QUICK_TURNS = 15, 5
_HEAVY = {"qcloud_cos", "requests", "urllib3", "xmltodict", "xml", "pyexpat", "ssl", "http"}
_ENVIRONMENT = {"TZ": "UTC", "CALLBACK_SECRET": "invented, and of more than 32 characters"}
_FORGE = """
import sys
sys.path.insert(0, sys.argv[1])
import index
event = {"httpMethod": "POST", "queryString": {"t": "v1.AAAA.AAAA"}, "body": "{}"}
assert index.main_handler(event, None)["statusCode"] == 403
"""
_NAME_MODULES = """
import json
print(json.dumps(sorted(sys.modules)))
"""


def _measure(*, quick: bool) -> Figures:
    with unpacked() as code:

        def seconds(folder: Path) -> float:
            return process_cpu_seconds(command(_FORGE, folder), _ENVIRONMENT)[0]

        ratios = in_turn(
            lambda: seconds(code.ours["callback"]),
            lambda: seconds(code.naive),
            _QUICK_TURNS if quick else _TURNS,
        )
        call = command(_FORGE + _NAME_MODULES, code.ours["callback"])
        _, printed = process_cpu_seconds(call, _ENVIRONMENT)
    modules = json.loads(printed.splitlines()[-1])
    heavy = {module.partition(".")[0] for module in modules} & _HEAVY
    problems = [f"{module} is loaded" for module in sorted(heavy)]
    return Figures({"": Part(_GOAL, ratios, problems)})


FORGED_CALLBACK = Benchmark(
    "forged-callback",
    "CPU time of a new instance that refuses a forged callback",
    "÷ the naive handler",
    _measure,
)
