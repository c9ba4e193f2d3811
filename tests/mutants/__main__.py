"""Mutate the heart and the card, and show which mutants the tests don't notice.

    make mutants                          every module
    make mutants ONLY="decide claim"      some of them
    make mutants ARGS="--at-once 4"       four at once

It fails if a module is below its goal, if a survivor isn't in accepted.yaml, or if the list names
one that is killed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from tests.mutants.accepted import Accepted, accepted_survivors
from tests.mutants.targets import TARGETS, Target
from tests.mutants.trials import tried
from tests.simulation.output import say

_ROW = "{:<30}{:>8}{:>10}{:>11}{:>9}{:>7}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants of the modules that were named. Return the exit code."""
    asked = _parse(arguments)
    accepted = accepted_survivors()
    problems: list[str] = []
    say(_ROW.format("module", "killed", "survived", "timed out", "noticed", "goal"))
    for target in TARGETS:
        if not asked.only or target.name in asked.only:
            problems += _problems_of(target, accepted, asked.at_once)
    say("", *problems)
    return 1 if problems else 0


def _problems_of(target: Target, accepted: Sequence[Accepted], at_once: int) -> list[str]:
    """Try a module's mutants and show what became of them. Return what must not stay so."""
    ended = tried(target, at_once=at_once)
    verdicts = Counter(verdict for _, verdict in ended)
    survivors = [mutant.change for mutant, verdict in ended if verdict == "survived"]
    noticed = 100 * (1 - len(survivors) / len(ended))
    counts = (verdicts["killed"], verdicts["survived"], verdicts["timed out"])
    say(_ROW.format(target.path, *counts, f"{noticed:.1f} %", f"{target.goal} %"))
    unlisted = 0
    for change in survivors:
        whys = [entry.why for entry in accepted if entry.covers(change)]
        unlisted += not whys
        say(f"  {change}", f"      {whys[0] if whys else 'THIS SURVIVOR IS NOT LISTED'}")
    noticed_now = [
        entry
        for entry in accepted
        if entry.path == target.path and not any(map(entry.covers, survivors))
    ]
    return [
        *([f"{target.path} is below its goal"] if noticed < target.goal else []),
        *([f"{target.path}: {unlisted} survivors are not listed"] if unlisted else []),
        *(f"listed, and yet noticed: {entry}" for entry in noticed_now),
    ]


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    names = [target.name for target in TARGETS]
    parser.add_argument("only", nargs="*", metavar="module", help=f"of {', '.join(names)}")
    parser.add_argument("--at-once", type=int, default=2, help="how many processes (2)")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.only) - set(names):
        parser.error(f"there is no module {', '.join(sorted(unknown))} among {', '.join(names)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
