"""The counts and findings of an audit, and how they are shown.

Keys are shown as their digests, unless revealed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, get_args

from cli.audit.bodies import CardRead
from cli.audit.judgement import ATTENTION, AuditFinding, AuditVerdict, Kind, Standing, is_elsewhere
from cli.bucket.cards import ListedCard
from cli.terminal.formats import age_of
from cli.terminal.output import DocumentStream, printable, show
from shared.store.layout import is_folder

_REASONS = 100  # a bucket can hold objects that others wrote, with any number of Codes
_SHOWN = 10  # of a kind, to a person

NameOf = Callable[[str], str | None]
"""How a key is shown."""


class Totals:
    """Counts of findings, in memory that doesn't grow with their number."""

    def __init__(self) -> None:
        self.standings: Counter[Standing] = Counter()
        self.findings: Counter[Kind] = Counter()
        self.objects: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.last_outcomes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.oldest: float = 0.0

    def count_card(self, card: ListedCard, verdict: AuditVerdict, input_prefix: str) -> None:
        """Count a card."""
        if card.photo is not None and is_folder(card.photo.key, card.photo.size):
            self.objects["folders"] += 1
        elif verdict.standing is not None:
            self.standings[verdict.standing] += 1
        if verdict.is_counted:
            self.objects["results"] += len(card.results)
            self.objects["pending"] += len(card.pending)
            self.objects["reviews"] += len(card.reviews)
        self.objects["leftover_pending"] += verdict.leftover
        if is_elsewhere(card, input_prefix):
            self.objects["outside_input_prefix"] += len(card.results) + len(card.pending)
        self.oldest = max(self.oldest, *verdict.waiting, 0.0)

    def count_finding(self, kind: Kind) -> None:
        """Count a finding."""
        self.findings[kind] += 1

    def count_bodies(self, read: CardRead) -> None:
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
        objects = ("results", "reviews", "pending", "leftover_pending", "outside_input_prefix")
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


class Audited(NamedTuple):
    """What was audited, the counts as a document, and the counts."""

    head: Mapping[str, object]
    counts: Mapping[str, object]
    totals: Totals


class Report(Protocol):
    """Where findings go, one after the other, and at the end the counts."""

    def found(self, finding: AuditFinding) -> None:
        """Show a finding."""

    def end(self, audited: Audited) -> None:
        """Show what was audited, and the counts."""


class JsonReport:
    """One JSON object, written piece by piece: `findings`, then the scope and the counts."""

    def __init__(self, name_of: NameOf) -> None:
        self._name_of = name_of
        self._stream = DocumentStream("findings")

    def found(self, finding: AuditFinding) -> None:
        """Write a finding, a line."""
        age = None if finding.age is None else int(finding.age)
        document = {
            "kind": finding.kind,
            "key": self._name_of(finding.key) if finding.key is not None else None,
            "version": finding.version,
            "age_seconds": age,
            "detail": finding.detail,
        }
        self._stream.add(document)

    def end(self, audited: Audited) -> None:
        """Write the rest."""
        self._stream.end({**audited.head, **audited.counts})


class TextReport:
    """The counts, and the first findings of each kind."""

    def __init__(self, name_of: NameOf) -> None:
        self._name_of = name_of
        self._first: defaultdict[Kind, list[AuditFinding]] = defaultdict(list)

    def found(self, finding: AuditFinding) -> None:
        """Remember a finding, if it is one of the first."""
        first = self._first[finding.kind]
        if len(first) < _SHOWN:
            first.append(finding)

    def end(self, audited: Audited) -> None:
        """Print everything."""
        head, counts, totals = audited
        for name, group in counts.items():
            if isinstance(group, Mapping):
                shown = [f"{count:,} {_words(what)}" for what, count in group.items() if count]
                show(f"{_words(name):<12} {', '.join(shown) or 'nothing'}")
        if totals.oldest:
            show(f"{'oldest':<12} pending for {age_of(totals.oldest)}")
        if "newest_seal" in head:
            show(f"{'newest seal':<12} {_newest(head['newest_seal'])}")
        for kind, first in self._first.items():
            show(f"\n{kind}, {totals.findings[kind]:,}")
            for finding in first:
                show(f"  {self._line(finding)}")
            if totals.findings[kind] > len(first):
                show("  … --json has all of them")

    def _line(self, finding: AuditFinding) -> str:
        age = None if finding.age is None else age_of(finding.age)
        key = None if finding.key is None else self._name_of(finding.key)
        parts = (key, finding.version, age, finding.detail)
        return "  ".join(printable(part) for part in parts if part)


def _newest(seal: object) -> str:
    if not isinstance(seal, Mapping):
        return "none; `card-ocr seal` makes one"
    return f"{seal['number']}, to {seal['to']}, SHA-256 {seal['sha256']}"


def _words(name: str) -> str:
    return name.replace("_", " ")
