"""`python -m bench [--quick] [R1 R6 …]`: measure, print the table, write results.json.

The exit status is 1 where a goal was missed, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from bench import results
from bench.ratios import RATIOS

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    names = [ratio.name for ratio in RATIOS]
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="fewer cards, as many turns")
    parser.add_argument("only", nargs="*", metavar="RATIO", help=f"default: {', '.join(names)}")
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    try:
        entries = measured(options.only or names, quick=options.quick)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0 if all(entry["met"] for entry in entries.values()) else 1


def measured(names: Sequence[str], *, quick: bool) -> dict[str, results.Entry]:
    """Measure one after the other; each is written down as soon as it is there."""
    _say("      ratio  low to high         goal")
    entries = {}
    for ratio in RATIOS:
        if ratio.name in names:
            began = time.monotonic()
            entries[ratio.name] = results.entry(ratio.measure(quick=quick), quick=quick)
            results.write(results.read() | entries)
            took = f"{ratio.measured} / {ratio.beside} ({time.monotonic() - began:.0f} s)"
            _say("\n".join([took, *results.lines(ratio.name, entries[ratio.name])]))
    return entries


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
