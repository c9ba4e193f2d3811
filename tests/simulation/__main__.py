"""Tell many histories, or replay one.

python -m tests.simulation --seeds 10000      seeds 0 to 9999, and the table
python -m tests.simulation --seed 17          one seed's history, call by call
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.history import tell
from tests.simulation.output import say
from tests.simulation.shrink import lines, shrink
from tests.simulation.stories import STORIES, tell_many
from tests.simulation.table import Totals

_ENOUGH_FOR_EVERY_CELL = 1000
_SHOWN = 3


def main() -> int:
    """0 where no rule was broken, no cell is empty and no history too small."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many histories")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="replay this one")
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args()
    if wanted.seeds < 1:
        parser.error(f"argument --seeds: give a number from 1 on, not {wanted.seeds}")
    if wanted.seed is not None:
        return _replay(wanted.seed)
    return _many(range(wanted.start, wanted.start + wanted.seeds), wanted.processes)


def _replay(seed: int) -> int:
    outcome = tell(seed)
    if outcome.broken:
        outcome = shrink(outcome)
    say(*lines(outcome))
    return int(bool(outcome.broken))


def _others(story: str, seeds: range, processes: int) -> list[int]:
    """Tell histories of another kind; the seeds of those that broke a rule."""
    told = list(tell_many(seeds, processes, story))
    failed = [outcome for outcome in told if outcome.broken]
    say(f"{story:23} {len(told)} histories, {len(failed)} broke a rule")
    for outcome in failed[:_SHOWN]:
        say(f"  seed {outcome.seed}: {outcome.broken[0].rule}, {outcome.broken[0].text}")
    return [outcome.seed for outcome in failed]


def _many(seeds: range, processes: int) -> int:
    started, totals = time.monotonic(), Totals()
    failed: list[int] = []
    for outcome in tell_many(seeds, processes):
        totals.add(outcome)
        if outcome.broken:
            failed.append(outcome.seed)
    say(*totals.lines())
    for seed in sorted(failed)[:_SHOWN]:
        say(f"\nseed {seed}, shortened (make sim SEED={seed}):")
        say(*lines(shrink(tell(seed))))
    for story in [name for name in STORIES if name != "history"]:
        failed += _others(story, seeds, processes)
    say(f"seconds                 {time.monotonic() - started:.0f}")
    if len(seeds) >= _ENOUGH_FOR_EVERY_CELL:
        for call, kind in totals.never_struck():
            say(f"never struck: {call}, {kind}")
            failed.append(-1)
    for name in totals.too_few():
        say(f"too few: {name} {totals.figures[name]}")
        failed.append(-1)
    for name in totals.too_small():
        say(f"too small: a history had {totals.least[name]} {name}")
        failed.append(-1)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
