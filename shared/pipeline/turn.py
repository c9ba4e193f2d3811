"""When a job may be sent: its turn, which whoever takes a permit brings along."""

from __future__ import annotations

from typing import Protocol

from shared.jobs import Submission
from shared.pipeline.pacer import Pacer


class Turn(Protocol):
    """The turn of one job."""

    def comes(self) -> bool:
        """Wait for the moment to POST; False where none comes any more."""

    def answered(self, submission: Submission) -> None:
        """Hear what CI's answer means, before anything is written down."""


class UploadTurn:
    """The turn of an upload: paced, where there is a pacer, and never held back."""

    def __init__(self, pacer: Pacer | None = None) -> None:
        self._pacer = pacer

    def comes(self) -> bool:
        """Wait for the pacer; see `Turn`."""
        if self._pacer is not None:
            self._pacer.wait()
        return True

    def answered(self, submission: Submission) -> None:
        """Send the next one all the same; see `Turn`."""
