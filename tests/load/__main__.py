"""`make stress SCENARIO=…`: load and disturb the functions, then count what became of every card.

`python -m tests.load SCENARIO [--seed N] [--cards N] [--instances N]`. The exit status is 0, 1 if a
figure is wrong, or 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType

from tests.load import audit, backfill, burst, hour
from tests.load.report import Report, say, seeded

INTERRUPTED = 130
Measure = Callable[[random.Random, int], Report]
SCENARIOS: Mapping[str, Measure] = {
    **{name: partial(hour.measure, plan) for name, plan in hour.PLANS.items()},
    "audit": audit.measure,
    "backfill": backfill.measure,
    "burst": burst.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scenario of the command line and print its report; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--seed", type=int, help="default: a new one, which is printed")
    parser.add_argument("--cards", type=_count, default=0, help="default: those of the scenario")
    parser.add_argument("--instances", type=_count, help="of submit, in a burst")
    options = parser.parse_args(arguments)
    name, measure = options.scenario, SCENARIOS[options.scenario]
    if options.instances is not None:
        if name != "burst":
            parser.error("--instances is for burst")
        measure = partial(burst.measure, instances=options.instances)
    return run(name, measure, options.seed, options.cards)


def run(name: str, measure: Measure, seed: int | None, cards: int = 0) -> int:
    """Measure with this seed, or a new one, and print the report; returns the exit status."""
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, _interrupt)
    say(f"{name}, SEED={seed}")
    try:
        report = measure(seeded(seed), cards)
    except KeyboardInterrupt:
        return INTERRUPTED
    for line in report.lines():
        say(line)
    say(f"{name}: {'WRONG' if report.problems else 'ok'}, SEED={seed}")
    return 1 if report.problems else 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'give a number from 1 on, not "{text}"')
    return int(text)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
