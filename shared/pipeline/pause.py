"""Holding back what sweep and backfill send, for people who see money running.

`P state/paused.json` is there, or it isn't: what stands in it is for people. Uploads are never held
back: submit doesn't ask.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from shared.errors import StorageFault
from shared.pipeline import Pipeline
from shared.pipeline.state import PAUSED, drop, is_there, save

PAUSED_BY_HAND = "paused"
UNASKED = "whether sending is paused could not be found out"
_ASK_AGAIN_SECONDS = 10


def pause(pipeline: Pipeline, by: str, why: str | None) -> None:
    """Have nothing more sent, until `resume`; who it was and why are for people to read."""
    save(pipeline, PAUSED, {"at": pipeline.at(), "by": by, "why": why})


def resume(pipeline: Pipeline) -> None:
    """Have cards sent again, from the next run on."""
    drop(pipeline, PAUSED)


def is_paused(pipeline: Pipeline) -> bool:
    """Whether somebody holds sending back. Raises StorageFault where COS won't say."""
    return is_there(pipeline, PAUSED)


def why_paused(pipeline: Pipeline) -> str | None:
    """Why nothing may be sent at the moment; None where it may. Where COS won't say, none may."""
    try:
        return PAUSED_BY_HAND if is_paused(pipeline) else None
    except StorageFault as fault:
        pipeline.log.warning("pause_not_read", problem=str(fault))
        return UNASKED


class PauseWatch:
    """Knows whether sending is paused: asks at first, and again every ten seconds of sending.

    `lock` is held while it asks, since several threads may want to know at once.
    """

    def __init__(self, pipeline: Pipeline, lock: AbstractContextManager[object]) -> None:
        self._pipeline = pipeline
        self._lock = lock
        self._asked_at: float | None = None
        self._why: str | None = None

    def why_not(self) -> str | None:
        """Why nothing may be sent; None where it may. Where COS won't say, none may."""
        with self._lock:
            now = self._pipeline.now()
            if self._asked_at is None or now >= self._asked_at + _ASK_AGAIN_SECONDS:
                self._asked_at = now
                self._why = why_paused(self._pipeline)
            return self._why
