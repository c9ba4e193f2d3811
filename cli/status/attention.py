"""What somebody must look at, each in a sentence. No request, no clock."""

from __future__ import annotations

from collections.abc import Iterator

from cli.ages import age_of
from cli.output import counted
from cli.status.look import LastSweep, StatusLook
from shared.pipeline.budget import date_of_budget
from shared.pipeline.gate import HELD

LATE_SECONDS = 900  # three runs


def attention(look: StatusLook, give_up_seconds: float) -> list[str]:
    """Every reason to look closer, the gravest first; none is a good sign."""
    return [*_holds(look), *_sweep(look.sweep, give_up_seconds), *_recognition(look)]


def _holds(look: StatusLook) -> Iterator[str]:
    for hold in look.holds:
        end = (
            "it ends at midnight UTC"
            if date_of_budget(hold.name)
            else "`card-ocr resume` ends that"
        )
        yield f"Nothing is sent, uploads included: {hold}; {end}."


def _sweep(sweep: LastSweep | None, give_up_seconds: float) -> Iterator[str]:
    if sweep is None:
        yield "No sweep has run here: is the function deployed, with its timer?"
        return
    if sweep.age > LATE_SECONDS:
        yield f"The last sweep was {age_of(sweep.age)} ago; its timer starts one every 5 minutes."
    if sweep.sending not in {"yes", HELD}:
        yield f"Nothing is sent: {sweep.sending}."
    if sweep.oldest is not None and sweep.oldest.age > give_up_seconds:
        yield f"A card has been pending for {age_of(sweep.oldest.age)}: {_why(sweep)}."
    if sweep.pending.get("unreadable"):
        what = counted(sweep.pending["unreadable"], "pending object")
        yield f"None of ours, and in its folder: {what}."


def _recognition(look: StatusLook) -> Iterator[str]:
    if look.refused is not None:
        yield f"CI could not be asked: {look.refused}."
    elif look.queue is None:
        yield "CI has no queue for this bucket: is AI content recognition enabled?"
    elif look.queue.state != "Active":
        yield f"CI's queue is {look.queue.state}."


def _why(sweep: LastSweep) -> str:
    oldest = sweep.oldest
    return ", ".join(part for part in (oldest.state, oldest.code) if part) if oldest else ""
