"""The findings of an audit as they are shown: keys as their log digests, unless revealed."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Protocol

from cli.audit.judgement import AuditFinding, Kind
from cli.audit.totals import Totals
from cli.terminal.formats import age_of
from cli.terminal.output import printable, show

_SHOWN = 10  # of a kind, to a person

NameOf = Callable[[str], str | None]
"""How a key is shown."""


class Report(Protocol):
    """Where findings go, one after the other, and at the end the counts."""

    def found(self, finding: AuditFinding) -> None:
        """Show a finding."""

    def end(self, head: Mapping[str, object], counts: Mapping[str, object], totals: Totals) -> None:
        """Show what was audited, and the counts."""


class JsonReport:
    """One JSON object, written as it is found: `findings`, then what was audited and the counts."""

    def __init__(self, name_of: NameOf) -> None:
        self._name_of = name_of
        self._separator = '{"findings": [\n'

    def found(self, finding: AuditFinding) -> None:
        """Write a finding, a line."""
        age = None if finding.age is None else int(finding.age)
        document = {
            "kind": finding.kind,
            "key": self._name_of(finding.key),
            "version": finding.version,
            "age_seconds": age,
            "detail": finding.detail,
        }
        sys.stdout.write(self._separator + json.dumps(document, ensure_ascii=False))
        self._separator = ",\n"

    def end(
        self,
        head: Mapping[str, object],
        counts: Mapping[str, object],
        totals: Totals,  # noqa: ARG002 — for people
    ) -> None:
        """Write the rest."""
        start = '{"findings": [' if self._separator.startswith("{") else "\n"
        rest = json.dumps({**head, **counts}, ensure_ascii=False, indent=2)
        sys.stdout.write(f"{start}],\n{rest[1:].lstrip()}\n")


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

    def end(
        self,
        head: Mapping[str, object],  # noqa: ARG002 — for programs
        counts: Mapping[str, object],
        totals: Totals,
    ) -> None:
        """Print everything."""
        for name, group in counts.items():
            if isinstance(group, Mapping):
                shown = [f"{count:,} {_words(what)}" for what, count in group.items() if count]
                show(f"{_words(name):<12} {', '.join(shown) or 'nothing'}")
        if totals.oldest:
            show(f"{'oldest':<12} pending for {age_of(totals.oldest)}")
        for kind, first in self._first.items():
            show(f"\n{kind}, {totals.findings[kind]:,}")
            for finding in first:
                show(f"  {self._line(finding)}")
            if totals.findings[kind] > len(first):
                show("  … --json has all of them")

    def _line(self, finding: AuditFinding) -> str:
        age = None if finding.age is None else age_of(finding.age)
        parts = (self._name_of(finding.key), finding.version, age, finding.detail)
        return "  ".join(printable(part) for part in parts if part)


def _words(name: str) -> str:
    return name.replace("_", " ")
