"""Findings, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence

from cli.doctor.verdict import Finding

_SHOWN = {"ok": "ok", "failed": "FAILED", "unchecked": "?"}
_NAME_WIDTH = 24


def line(finding: Finding) -> str:
    """One finding as a row."""
    return f"{_SHOWN[finding.status]:<8}{finding.check:<{_NAME_WIDTH}}{finding.says}"


def summary(findings: Sequence[Finding]) -> str:
    """How many there are of each kind."""
    counts = {status: sum(one.status == status for one in findings) for status in _SHOWN}
    return (
        f"{counts['ok']} ok, {counts['failed']} failed, {counts['unchecked']} can't be checked "
        "from here"
    )


def document(findings: Sequence[Finding]) -> dict[str, object]:
    """All of them, for programs."""
    return {"checks": [finding._asdict() for finding in findings], "failed": failures(findings)}


def failures(findings: Sequence[Finding]) -> int:
    """How many failed."""
    return sum(finding.status == "failed" for finding in findings)
