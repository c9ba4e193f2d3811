"""The counts of an audit."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from cli.audit.bodies import CardRead
from cli.audit.judgement import ATTENTION, AuditVerdict, Kind, Standing, is_elsewhere
from cli.bucket.cards import ListedCard
from cli.bucket.listing import is_folder

_REASONS = 100  # a bucket can hold objects that others wrote, with any number of Codes


class Totals:
    """Counts of what was seen, in memory that doesn't grow with it."""

    def __init__(self) -> None:
        self.standings: Counter[Standing] = Counter()
        self.findings: Counter[Kind] = Counter()
        self.objects: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.last_outcomes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.oldest: float = 0.0

    def saw(self, card: ListedCard, verdict: AuditVerdict, input_prefix: str) -> None:
        """Count a card."""
        if card.photo is not None and is_folder(card.photo):
            self.objects["folders"] += 1
        elif verdict.standing is not None:
            self.standings[verdict.standing] += 1
        self.objects["results"] += verdict.results
        self.objects["pending"] += verdict.pending
        self.objects["leftover_pending"] += verdict.leftover
        if is_elsewhere(card, input_prefix):
            self.objects["outside_input_prefix"] += len(card.results) + len(card.pending)
        self.oldest = max(self.oldest, *verdict.waiting, 0.0)

    def found(self, kind: Kind) -> None:
        """Count a finding."""
        self.findings[kind] += 1

    def read(self, read: CardRead) -> None:
        """Count what bodies say."""
        self.outcomes.update(read.outcomes)
        self.last_outcomes.update(read.last_outcomes)
        for reason in read.codes:
            known = reason in self.reasons or len(self.reasons) < _REASONS
            self.reasons[reason if known else "others"] += 1

    @property
    def needs_attention(self) -> bool:
        """Return whether something is missing, stuck or broken."""
        return any(self.findings[kind] for kind in ATTENTION)

    def document(self, *, strange: int, deep: bool) -> dict[str, object]:
        """Return the counts for programs."""
        standings = {name: self.standings[name] for name in get_args(Standing)}
        objects = ("results", "pending", "leftover_pending", "outside_input_prefix")
        found: dict[str, object] = {
            "photos": {"total": sum(standings.values()), **standings},
            "found": {kind: self.findings[kind] for kind in get_args(Kind)},
            "objects": {name: self.objects[name] for name in objects}
            | {"unreadable_names": strange, "folders": self.objects["folders"]},
            "oldest_pending_seconds": int(self.oldest),
        }
        if deep:
            found["read"] = dict(sorted(self.outcomes.items()))
            found["reasons"] = dict(self.reasons.most_common())
        return found
