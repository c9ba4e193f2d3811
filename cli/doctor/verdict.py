"""What a check found, and how it is shown. It is one sentence without a secret or a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from deploy.errors import NotPermitted
from shared.errors import CardOcrError

Status = Literal["ok", "failed", "unchecked"]


class Verdict(NamedTuple):
    """`says` is what was seen. If it failed, it also says what to do; if unchecked, why."""

    status: Status
    says: str


class Finding(NamedTuple):
    """The verdict of a check, by the check's name."""

    check: str
    status: Status
    says: str


def ok(says: str) -> Verdict:
    """Return a verdict that all is well."""
    return Verdict("ok", says)


def failed(says: str) -> Verdict:
    """Return a verdict that something is wrong; `says` ends with what to do."""
    return Verdict("failed", says)


def unchecked(says: str) -> Verdict:
    """Return a verdict that it can't be checked from here."""
    return Verdict("unchecked", says)


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Return one verdict of several: failed if one is, else unchecked if one is.

    It joins the texts of the verdicts that have this status.
    """
    for status in ("failed", "unchecked", "ok"):
        found = [one.says for one in verdicts if one.status == status]
        if found:
            return Verdict(status, "; ".join(found))
    return ok("")


def judged(check: str, examine: Callable[[], Verdict]) -> Finding:
    """Carry out a check. What the cloud refuses or breaks off is a finding too."""
    try:
        verdict = examine()
    except NotPermitted as error:
        verdict = unchecked(str(error))
    except CardOcrError as error:
        verdict = failed(str(error))
    return Finding(check, *verdict)


_SHOWN = {"ok": "ok", "failed": "FAILED", "unchecked": "?"}
_NAME_WIDTH = 24


def line(finding: Finding) -> str:
    """Write a finding as a row."""
    return f"{_SHOWN[finding.status]:<8}{finding.check:<{_NAME_WIDTH}}{finding.says}"


def summary(findings: Sequence[Finding]) -> str:
    """Write how many findings there are of each status."""
    counts = {status: sum(one.status == status for one in findings) for status in _SHOWN}
    return (
        f"{counts['ok']} ok, {counts['failed']} failed, {counts['unchecked']} can't be checked "
        "from here"
    )


def document(findings: Sequence[Finding]) -> dict[str, object]:
    """Return the findings for programs."""
    return {"checks": [finding._asdict() for finding in findings], "failed": failures(findings)}


def failures(findings: Sequence[Finding]) -> int:
    """Return how many checks failed."""
    return sum(finding.status == "failed" for finding in findings)
