"""What is deployed, beside the naive zip: cold-import, forged-callback and zip-size."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

from bench.bundles import command, naive, ours, unpacked
from bench.measurement import Benchmark, Figures, Part
from bench.timing import in_turn, process_cpu_seconds

_TURNS, _QUICK_TURNS = 15, 5
_HEAVY = {"qcloud_cos", "requests", "urllib3", "xmltodict", "xml", "pyexpat", "ssl", "http"}
_ENVIRONMENT = {"TZ": "UTC", "CALLBACK_SECRET": "invented, and of more than 32 characters"}
_IMPORT = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
import index
print(time.process_time() - began)
"""
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


def _import_submit(*, quick: bool) -> Figures:
    def seconds(folder: Path) -> float:
        _, printed = process_cpu_seconds(command(_IMPORT, folder), {"TZ": "UTC"})
        return float(printed)

    turns = _QUICK_TURNS if quick else _TURNS
    with unpacked() as code:
        submit, plain, compiled = code.ours["submit"], code.naive, code.naive_compiled
        ratios = in_turn(lambda: seconds(submit), lambda: seconds(plain), turns)
        beside = in_turn(lambda: seconds(compiled), lambda: seconds(plain), turns)
    about = "the naive zip with bytecode, made by a Python of SCF's version"
    return Figures({"": Part(0.5, ratios)}, {about: median(beside)})


def _refuse_a_callback(*, quick: bool) -> Figures:
    def seconds(folder: Path) -> float:
        return process_cpu_seconds(command(_FORGE, folder), _ENVIRONMENT)[0]

    turns = _QUICK_TURNS if quick else _TURNS
    with unpacked() as code:
        callback, plain = code.ours["callback"], code.naive
        ratios = in_turn(lambda: seconds(callback), lambda: seconds(plain), turns)
        _, printed = process_cpu_seconds(command(_FORGE + _NAME_MODULES, callback), _ENVIRONMENT)
    modules = json.loads(printed.splitlines()[-1])
    heavy = {module.partition(".")[0] for module in modules} & _HEAVY
    problems = [f"{module} is loaded" for module in sorted(heavy)]
    return Figures({"": Part(0.2, ratios, problems)})


def _weigh(*, quick: bool) -> Figures:  # noqa: ARG001 — it is quick anyway
    theirs = len(naive().plain)
    sizes = {name: len(content) / theirs for name, content in ours().items()}
    return Figures({name: Part(0.31, [size]) for name, size in sizes.items()})


COLD_IMPORT = Benchmark(
    "cold-import",
    "CPU time in which submit is imported from its zip",
    "÷ the naive zip, without bytecode",
    _import_submit,
)
FORGED_CALLBACK = Benchmark(
    "forged-callback",
    "CPU time of a new instance that refuses a forged callback",
    "÷ the naive handler",
    _refuse_a_callback,
)
ZIP_SIZE = Benchmark("zip-size", "the zip of each function", "÷ the naive zip", _weigh)
