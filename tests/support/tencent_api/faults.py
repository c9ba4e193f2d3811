"""Making calls fail, by their number: once, before or after they took effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fail:
    """Answer with an error of the API's, or with an HTTP status that is none of its."""

    code: str = "InternalError"
    message: str = "It failed, as the test wanted."
    status: int = 200
    after_effect: bool = False


@dataclass(frozen=True)
class Break:
    """Let the connection die: before the call took effect, or before its reply got out."""

    after_effect: bool = False


Fault = Fail | Break


@dataclass
class Faults:
    """Which calls fail: `at` by number, from 0, in the order in which they arrive."""

    at: Mapping[int, Fault] = field(default_factory=dict)

    def of(self, number: int, *, after_effect: bool) -> Fault | None:
        """The fault of a call at this moment, None where it has none."""
        fault = self.at.get(number)
        return fault if fault is not None and fault.after_effect == after_effect else None
