"""Show that the simulation notices each deliberate bug, and with which seed.

    python -m tests.simulation.sabotage                all of them, two at a time
    python -m tests.simulation.sabotage --only NAME    one, in this process

Each bug gets a Python of its own: what it replaces stays replaced.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.simulation.bugs import BUGS
from tests.simulation.oracle import NO_BUG
from tests.simulation.output import say
from tests.simulation.planted import Bug, plant
from tests.simulation.stories import STORIES

_SEEDS = 2000
_AT_ONCE = 2


def main() -> int:
    """0 where every bug was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.sabotage")
    parser.add_argument("--only", help="the name of one bug")
    parser.add_argument("--seeds", type=int, default=_SEEDS, help="how many seeds to try")
    wanted = parser.parse_args()
    if wanted.only is not None:
        return _one(next(bug for bug in BUGS if bug.name == wanted.only), wanted.seeds)
    return _all(wanted.seeds)


def _one(bug: Bug, seeds: int) -> int:
    tell = STORIES[bug.told_by]
    plant(bug)
    for seed in range(seeds):
        broken = [wrong.rule for wrong in tell(seed).broken if wrong.rule != NO_BUG]
        if broken:  # an exception in the planted code itself proves nothing
            say(f"{seed:6}  {broken[0]}")
            return 0
    return 1


def _all(seeds: int) -> int:
    started, missed = time.monotonic(), 0
    say(f"{'bug':48}  {'seed':>6}  rule that was broken")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for bug, found in zip(BUGS, pool.map(lambda bug: caught(bug, seeds), BUGS), strict=True):
            say(f"{bug.name:48}  {found or 'MISSED'}")
            missed += found is None
    seconds = time.monotonic() - started
    say(f"{len(BUGS) - missed} of {len(BUGS)} bugs caught in {seconds:.0f} s")
    return int(missed > 0)


def caught(bug: Bug, seeds: int) -> str | None:
    """The seed that caught it and the rule it broke, or None."""
    command = [sys.executable, "-m", "tests.simulation.sabotage", "--only", bug.name]
    done = subprocess.run(
        [*command, "--seeds", str(seeds)], capture_output=True, text=True, check=False
    )
    if done.stderr:
        raise RuntimeError(f"{bug.name}: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.rstrip("\n") or None


if __name__ == "__main__":
    sys.exit(main())
