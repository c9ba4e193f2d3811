"""COS trigger: every new photo becomes one job.

    {"Records": [{"cos": {"cosObject": {"key": "/1250000000/cards/uploads/a.jpg", …},
                          "cosBucket": {"name": "cards", "appid": "1250000000", …}}, …}]}

If a record fails before its claim exists, the handler raises after the last record, so that SCF
delivers the event again. The handler then skips records that have their claim.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from shared.cloud import open_context
from shared.errors import CardOcrError, ConfigurationError, RecordsFailed, UnexpectedError
from shared.events import MalformedRecord, OtherEvent, Record, created_objects
from shared.log import Log, log_level
from shared.pipeline.context import Context
from shared.pipeline.gate import Gate, Holds
from shared.pipeline.submit import submit_upload

_HOLDS = Holds()  # for as long as the instance lives


def main_handler(event: object, context: object) -> dict[str, int]:
    """Submit a job for each record of the event. Return how many records it has.

    Raises:
        RecordsFailed: SCF must deliver the event again.
        ConfigurationError: a variable is wrong, or the output bucket has versioning.
        UnexpectedError: a bug.
    """
    log = Log("submit", context, log_level(os.environ))
    try:
        opened = open_context("submit", log, submits=True)
        gate = Gate(opened, _HOLDS)
        records = list(created_objects(event))
        _log_malformed(log, records)
        failed = sum(not _process_record(opened, gate, record) for record in records)
    except ConfigurationError as error:
        log.error("configuration", variable=error.variable, problem=str(error))
        raise
    except Exception as error:  # noqa: BLE001 — SCF writes an exception's text into its log
        log.unexpected(error)
        raise UnexpectedError(error) from None
    if failed:
        raise RecordsFailed(failed, len(records))
    return {"records": len(records)}


def _log_malformed(log: Log, records: Sequence[Record]) -> None:
    """Log each record that can't be read: a warning, or an error if no record can be read."""
    malformed = [record for record in records if isinstance(record, MalformedRecord)]
    for record in malformed:
        if len(malformed) == len(records):
            log.error("malformed_record", problem=record.reason)
        else:
            log.warning("malformed_record", problem=record.reason)


def _process_record(context: Context, gate: Gate, record: Record) -> bool:
    """Submit the job of one record. Return False if the event must be delivered again."""
    if isinstance(record, MalformedRecord):
        return True
    if isinstance(record, OtherEvent):
        context.log.info("ignored", problem="eventName isn't cos:ObjectCreated:…")
        return True
    try:
        submit_upload(context, gate, record)
    except ConfigurationError:
        raise
    except CardOcrError as error:
        context.log.warning("record_failed", key=context.log.key(record.key), problem=str(error))
        return False
    except Exception as error:  # noqa: BLE001 — one bad record must not stop the others
        context.log.unexpected(error)
        return False
    return True
