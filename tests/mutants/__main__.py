"""Change the heart in many small ways, and see whether its tests notice each.

    python -m tests.mutants                  every module
    python -m tests.mutants --only decide    one of them

Each module is changed in a copy of the tree, by cosmic-ray, one change at a time; then its tests
run. What nobody noticed is printed with its change.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from docs.blocks import ROOT
from tests.simulation.output import say

_AT_ONCE = 2
_TIME_OUT_SECONDS = 60
_FOLDERS = ("shared", "functions", "cli", "local", "deploy", "tests", "docs", "events", "bench")
_FILES = ("pyproject.toml", "serverless.yml", "README.md")
# A union of types is no arithmetic, and of all other comparisons one stands for many.
_EXCLUDED = (
    "core/ReplaceBinaryOperator_BitOr_.*",
    "core/ReplaceBinaryOperator_.*_(Mod|FloorDiv|Pow|RShift|LShift|BitOr|BitAnd|BitXor|Div)",
    "core/ReplaceComparisonOperator_(Eq|NotEq)_(Lt|LtE|Gt|GtE|Is|IsNot)",
    "core/ReplaceComparisonOperator_(Lt|LtE|Gt|GtE)_(Eq|NotEq|Is|IsNot)",
    "core/ReplaceComparisonOperator_(Is|IsNot)_(Eq|NotEq|Lt|LtE|Gt|GtE)",
    "core/ReplaceComparisonOperator_Lt_GtE",
    "core/ReplaceComparisonOperator_LtE_Gt",
    "core/ReplaceComparisonOperator_Gt_LtE",
    "core/ReplaceComparisonOperator_GtE_Lt",
    "core/ReplaceUnaryOperator_.*",
    "core/VariableReplacer",
    "core/VariableInserter",
    "core/RemoveDecorator",
)


class Part(NamedTuple):
    """What is changed, the tests that must notice, and how much of it they must."""

    module: str
    tests: tuple[str, ...]
    floor: float = 0.95


_PIPELINE = "tests/pipeline"
PARTS = {
    "decide": Part("shared/pipeline/decide.py", ("tests/pipeline/test_decide.py", _PIPELINE)),
    "outcome": Part("shared/jobs/outcome.py", ("tests/pipeline/test_decide.py", _PIPELINE)),
    "claim": Part("shared/pipeline/claim.py", ("tests/pipeline/test_submit.py", _PIPELINE)),
    "gate": Part("shared/pipeline/gate.py", ("tests/pipeline/test_gate.py", _PIPELINE)),
    "perform": Part(
        "shared/pipeline/perform.py",
        ("tests/pipeline/test_submit.py", "tests/pipeline/test_callback.py", _PIPELINE),
    ),
    "job_lookup": Part(
        "shared/pipeline/job_lookup.py", ("tests/pipeline/test_lost_search.py", _PIPELINE)
    ),
    "card": Part("shared/card", ("tests/card",), 0.9),
}


class Survivor(NamedTuple):
    """A change that nobody noticed."""

    place: str
    operator: str
    diff: str


def main() -> int:
    """0 if enough changes of each part were noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part, or several")
    wanted = parser.parse_args().only or list(PARTS)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return int(not all(list(pool.map(lambda name: _change(name, PARTS[name]), wanted))))


def _change(name: str, part: Part) -> bool:
    """Change a part in a copy of the tree, and say what came of it."""
    started, copy = time.monotonic(), _copied(name)
    configuration, session = copy / "mutants.toml", copy / "mutants.sqlite"
    configuration.write_text(_configuration(part), "utf-8")
    files = str(configuration), str(session)
    _run(copy, "cosmic_ray.cli", "init", *files)
    _run(copy, "cosmic_ray.tools.filters.operators_filter", *reversed(files))
    _run(copy, "cosmic_ray.cli", "exec", *files)
    outcomes, survivors = _outcomes(copy, session)
    killed = outcomes["killed"] + outcomes["timed out"]
    share = killed / max(1, outcomes.total())
    counts = ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
    say(f"{name:11} {share:6.1%}  {counts}  ({time.monotonic() - started:.0f} s)")
    for survivor in survivors:
        say(f"  {survivor.place}  {survivor.operator}", *_indented(survivor.diff))
    shutil.rmtree(copy)
    return share >= part.floor


def _copied(name: str) -> Path:
    copy = ROOT / "build" / "mutants" / name
    shutil.rmtree(copy, ignore_errors=True)
    for folder in _FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    for file in _FILES:
        shutil.copy(ROOT / file, copy / file)
    return copy


def _configuration(part: Part) -> str:
    tests = " ".join(part.tests)
    command = f"{sys.executable} -m pytest -x -q -p no:cacheprovider -p no:xdist {tests}"
    excluded = ",\n".join(f"  {json.dumps(pattern)}" for pattern in _EXCLUDED)
    return f"""\
[cosmic-ray]
module-path = "{part.module}"
timeout = {_TIME_OUT_SECONDS}
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
exclude-operators = [
{excluded}
]
"""


def _run(folder: Path, module: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr.strip()[-500:]}")
    return done.stdout


def _outcomes(folder: Path, session: Path) -> tuple[Counter[str], list[Survivor]]:
    """What came of each change that was made."""
    outcomes: Counter[str] = Counter()
    survivors = []
    for line in _run(folder, "cosmic_ray.cli", "dump", str(session)).splitlines():
        item, result = json.loads(line)
        if result is None or result["worker_outcome"] == "skipped":
            continue
        outcome = _outcome(result)
        outcomes[outcome] += 1
        if outcome == "survived":
            (mutation,) = item["mutations"]
            place = f"{mutation['module_path']}:{mutation['start_pos'][0]}"
            survivors.append(Survivor(place, mutation["operator_name"], result["diff"] or ""))
    return outcomes, survivors


def _outcome(result: dict[str, str]) -> str:
    if result["test_outcome"] == "killed":
        return "timed out" if "timeout" in (result["output"] or "") else "killed"
    return "survived" if result["test_outcome"] == "survived" else "incompetent"


def _indented(diff: str) -> list[str]:
    changed = [
        line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}
    ]
    return [f"    {line}" for line in changed]


if __name__ == "__main__":
    sys.exit(main())
