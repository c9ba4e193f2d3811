"""Timer: finishes what is pending, and finds what never became pending.

    {"Type": "Timer", "TriggerName": "sweep", "Time": "2026-01-02T03:05:00Z", "Message": ""}

If the message is `reconcile`, it first opens a reconcile pass. Then it sweeps, as with any message.
"""

from __future__ import annotations

import os

from shared.cloud import open_context
from shared.errors import CardOcrError, ConfigurationError, UnexpectedError
from shared.events import timer_message
from shared.log import Log, log_level
from shared.pipeline.reconcile import open_pass
from shared.pipeline.sweep import sweep
from shared.workers import Threads

_TIME_OUT_SECONDS = 270
_LAST_STEP_SECONDS = 60  # time for the step under way; a claim is good for 60 s


def main_handler(event: object, context: object) -> dict[str, object]:
    """Sweep once. Return how many cards are pending by state, and whether cards may be sent.

    Raises:
        CloudFault: COS couldn't be asked at all; the next run goes on.
        ConfigurationError: a variable is wrong.
        UnexpectedError: a bug.
    """
    log = Log("sweep", context, log_level(os.environ))
    try:
        opened = open_context("sweep", log, submits=True)
        until = opened.now() + _TIME_OUT_SECONDS - _LAST_STEP_SECONDS
        if timer_message(event) == "reconcile":
            open_pass(opened)
        with Threads(opened.settings.requests_per_second) as workers:
            status = sweep(opened, until=until, workers=workers)
    except ConfigurationError as error:
        log.error("configuration", variable=error.variable, problem=str(error))
        raise
    except CardOcrError as error:
        log.warning("sweep_ended_early", problem=str(error))
        raise
    except Exception as error:  # noqa: BLE001 — SCF writes an exception's text into its log
        log.unexpected(error)
        raise UnexpectedError(error) from None
    log.info("swept", **status.line())
    return status.summary()
