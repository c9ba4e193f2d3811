"""`python -m bench [--quick] [R1 R6 …]`: measure, print the table, write results.json.

The exit status is 1 where a goal was missed or something is not there to measure with, 130 after
Ctrl-C.
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
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{ratio.name:<4} {ratio.measured} / {ratio.beside}" for ratio in RATIOS),
    )
    parser.add_argument("--quick", action="store_true", help="fewer cards and turns")
    parser.add_argument("only", nargs="*", metavar="RATIO", help="those below; default: all")
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}, only {', '.join(names)}")
    try:
        entries = measured(options.only or names, quick=options.quick)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    if options.quick:
        _say("Quick figures: `git checkout bench/results.json` brings the kept ones back.")
    missed = [name for name, entry in entries.items() if not entry["met"]]
    if missed:
        _say(f"Missed: {', '.join(missed)}; docs/performance.md says of those that are known why.")
    return 1 if missed else 0


def measured(names: Sequence[str], *, quick: bool) -> dict[str, results.Entry]:
    """Measure one after the other; each is written down as soon as it is there."""
    _say("      ratio  low to high         goal")
    entries = {}
    for ratio in RATIOS:
        if ratio.name in names:
            _say(f"{ratio.measured} / {ratio.beside}")
            began = time.monotonic()
            entries[ratio.name] = results.entry(ratio.measure(quick=quick), quick=quick)
            _say("\n".join(results.lines(ratio.name, entries[ratio.name])))
            _say(f"      {time.monotonic() - began:.0f} s")
            results.write(results.read() | entries)
    return entries


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
