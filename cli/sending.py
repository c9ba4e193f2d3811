"""What holds for everything that makes jobs: how fast they go out, and what is in their way."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from math import ceil

from cli.cost import cost_text
from cli.holds import holds_now
from cli.output import counted
from deploy.bucket.settings import check_unlocked
from shared.cloud import connect
from shared.errors import ConfigurationError, StorageFault
from shared.pipeline.context import Context
from shared.pipeline.gate import HELD, Holds
from shared.pipeline.state import creates_once

_MINUTE, _HOUR = 60, 3600


def must_create_once(context: Context) -> None:
    """Verify that create-once works in the output bucket, and claims end, before one is made.

    Raises:
        ConfigurationError: the output bucket has or had versioning, or has object lock.
        StorageFault: COS couldn't be asked.
    """
    settings = context.settings
    check_unlocked(connect(settings).idempotent, settings.output_bucket)
    if not creates_once(context):
        raise ConfigurationError(
            "OUTPUT_BUCKET",
            "has or had versioning, so nothing is create-once in it and nothing would be sent; set "
            "a bucket that never had versioning",
        )


def jobs_text(context: Context, jobs: int, price: Decimal | None) -> list[str]:
    """What that many jobs cost, and how long they take, a line each."""
    most = f"At most {counted(jobs, 'job')}."
    return [f"{most} {cost_text(jobs, price)}", pace_text(context, jobs)]


def pace_text(context: Context, jobs: int) -> str:
    """How long that many jobs take to send at least, and whether anything is sent at the moment."""
    settings = context.settings
    per_day = settings.max_jobs_per_day
    text = f"Sending takes {_span(jobs / settings.requests_per_second)} or longer"
    if per_day is not None and jobs > per_day:
        text = f"MAX_JOBS_PER_DAY is {per_day:,}: sending takes {ceil(jobs / per_day):,} days"
    held_back = Holds().ask(context)
    if held_back is None:
        return f"{text}."
    return f"{text}; it is held back now: {stopped_text(context, held_back.why)}."


def stopped_text(context: Context, why: str) -> str:
    """Return why nothing is sent, as sweep says it; of a hold, by whom and what for as well."""
    if why != HELD:
        return why
    with suppress(StorageFault):
        holds = holds_now(context.store, context.settings.output_prefix)
        return "; ".join(map(str, holds)) or why
    return why


def _span(seconds: float) -> str:
    if seconds < 2 * _MINUTE:
        return f"{max(1, ceil(seconds))} s"
    if seconds < 2 * _HOUR:
        return f"{ceil(seconds / _MINUTE)} minutes"
    return f"{ceil(seconds / _HOUR):,} hours"
