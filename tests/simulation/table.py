"""What all histories came to, and how often each fault struck each call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.simulation.faults import CALLS, EVENTS
from tests.simulation.history import Outcome

LEAST = {"cards in it": 5, "actors": 4, "calls": 100, "faults": 3}
# What a pipeline that is safe and useless would not reach, for each thousand results.
FLOORS = {"recognised": 500, "jobs found again": 20, "read after another attempt": 150}
# The figures that must be 0, and the rules that break them.
_ZEROS = {
    "cards stuck": ("2 no card is stuck", "nothing is pending beside a result"),
    "results changed": ("3 ",),
    "results missing": ("2 no result is missing",),
    "foreign content filed": ("7 ",),
    "forged writes": ("4 ",),
    "second jobs": ("1 ",),
}


class Totals:
    """The sum of many histories."""

    def __init__(self) -> None:
        self.histories = 0
        self.tally: Counter[tuple[str, str]] = Counter()
        self.figures: Counter[str] = Counter()
        self.least: dict[str, int] = {}
        self.broken: list[tuple[int, str]] = []

    def add(self, outcome: Outcome) -> None:
        """Count a history."""
        self.histories += 1
        self.tally += outcome.tally
        self.figures += outcome.figures
        for name in LEAST:
            figure = outcome.figures[name]
            self.least[name] = min(figure, self.least.get(name, figure))
        self.broken += [(outcome.seed, broken.rule) for broken in outcome.broken]

    def never_struck(self) -> list[tuple[str, str]]:
        """The possible cells of the table that are 0."""
        cells = [(call, kind) for call, kinds in (CALLS | EVENTS).items() for kind in kinds]
        return [cell for cell in cells if not self.tally[cell]]

    def too_small(self) -> list[str]:
        """What a history had too little of."""
        return [name for name, least in LEAST.items() if self.least.get(name, 0) < least]

    def too_few(self) -> list[str]:
        """What the pipeline came to too seldom."""
        results = self.figures["results"]
        return [
            name for name, floor in FLOORS.items() if self.figures[name] * 1000 < floor * results
        ]

    def lines(self) -> Iterator[str]:
        """The table."""
        yield from self._faults()
        yield ""
        yield from self._elsewhere()
        yield ""
        yield from self._figures()

    def _faults(self) -> Iterator[str]:
        kinds = list(dict.fromkeys(kind for kinds in CALLS.values() for kind in kinds))
        yield f"{'fault':27}" + "".join(f"{call:>13}" for call in CALLS)
        for kind in kinds:
            cells = (self._cell(call, kind) for call in CALLS)
            yield f"{kind:27}" + "".join(f"{cell:>13}" for cell in cells)

    def _cell(self, call: str, kind: str) -> str:
        return str(self.tally[call, kind]) if kind in CALLS[call] else "·"

    def _elsewhere(self) -> Iterator[str]:
        for event, kinds in EVENTS.items():
            yield f"{event:12}" + ", ".join(f"{kind} {self.tally[event, kind]}" for kind in kinds)

    def _figures(self) -> Iterator[str]:
        figures = self.figures
        least = ", ".join(f"{self.least.get(name, 0)} {name}" for name in LEAST)
        yield f"histories               {self.histories} (the smallest: {least})"
        yield f"calls                   {figures['calls']}, {figures['faults']} faults"
        yield f"cards with a job        {figures['cards']}"
        yield f"jobs per card           {figures['jobs'] / max(1, figures['cards']):.3f}"
        lost, jobs = figures["cards with a lost job"], figures["jobs of cards with a lost job"]
        yield f"  CI lost or failed     {lost} cards, {jobs} jobs"
        yield f"results                 {figures['results']}"
        for name in FLOORS:
            yield f"  {name:21} {figures[name]}"
        for name, rules in _ZEROS.items():
            yield f"{name:23} {sum(rule.startswith(rules) for _, rule in self.broken)}"
        yield f"rules broken            {len(self.broken)}"
