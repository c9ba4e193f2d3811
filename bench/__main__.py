"""`python -m bench [--quick] [cold-import submit-cpu …]`: measure, print, write results.json.

The exit status is 1 if a goal was missed or something is not there to measure with, 130 after
Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from bench import results
from bench.benchmarks import BENCHMARKS

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    names = [one.name for one in BENCHMARKS]
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{one.name:<16} {one.measured}, {one.unit}" for one in BENCHMARKS),
    )
    parser.add_argument("--quick", action="store_true", help="fewer cards and turns")
    parser.add_argument("only", nargs="*", metavar="BENCHMARK", help="those below; default: all")
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}, only {', '.join(names)}")
    usual = [one.name for one in BENCHMARKS if not (options.quick and one.is_long)]
    try:
        entries = measured(options.only or usual, quick=options.quick)
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
    """Measure one benchmark after the other, and save each result at once."""
    _say("                   value  low to high         goal")
    entries = {}
    for one in BENCHMARKS:
        if one.name in names:
            _say(f"{one.measured}, {one.unit}")
            began = time.monotonic()
            entries[one.name] = results.entry(one.measure(quick=quick), quick=quick)
            _say("\n".join(results.lines(one.name, entries[one.name])))
            _say(f"      {time.monotonic() - began:.0f} s")
            kept = results.read() | entries
            results.write({each.name: kept[each.name] for each in BENCHMARKS if each.name in kept})
    return entries


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
