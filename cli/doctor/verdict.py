"""What a check can find. Each says so in one sentence, which holds no secret and no key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from deploy.errors import NotPermitted
from shared.errors import CardOcrError

Status = Literal["ok", "failed", "unchecked"]


class Verdict(NamedTuple):
    """`says` is what was seen; if it failed, also what to do; if it can't be seen, why."""

    status: Status
    says: str


class Finding(NamedTuple):
    """The verdict of a check, by the check's name."""

    check: str
    status: Status
    says: str


def ok(says: str) -> Verdict:
    """All is well."""
    return Verdict("ok", says)


def failed(says: str) -> Verdict:
    """Something is wrong; `says` ends with what to do."""
    return Verdict("failed", says)


def unchecked(says: str) -> Verdict:
    """It can't be seen from here."""
    return Verdict("unchecked", says)


def all_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Return one verdict of several: failed if one is, else unchecked if one is.

    It says what those of its status say, and what was seen besides only if all is well.
    """
    for status in ("failed", "unchecked", "ok"):
        found = [one.says for one in verdicts if one.status == status]
        if found:
            return Verdict(status, "; ".join(found))
    return ok("")


def judged(check: str, examine: Callable[[], Verdict]) -> Finding:
    """A check's finding; one that the cloud refuses or breaks off is a finding too."""
    try:
        verdict = examine()
    except NotPermitted as error:
        verdict = unchecked(str(error))
    except CardOcrError as error:
        verdict = failed(str(error))
    return Finding(check, *verdict)
