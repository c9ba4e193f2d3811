"""COS trigger: every new photograph becomes one job.

    {"Records": [{"cos": {"cosObject": {"key": "/1250000000/cards/uploads/a.jpg", …},
                          "cosBucket": {"name": "cards", "appid": "1250000000", …}}, …}]}

A record that fails before its permit exists makes the handler raise after the last record, so
that SCF delivers the event again; what got its permit is then left alone.
"""

from __future__ import annotations

import os
import time

from shared.errors import CardOcrError, ConfigurationError, RecordsFailed, UnexpectedError
from shared.events import CreatedObject, MalformedRecord, created_objects
from shared.log import Log
from shared.pipeline import Pipeline
from shared.pipeline.pacer import Pacer
from shared.pipeline.submit import submit_upload
from shared.pipeline.turn import UploadTurn
from shared.runtime import open_pipeline
from shared.settings.early import log_level


def main_handler(event: object, context: object) -> dict[str, int]:
    """Submit a job for each record of the event; returns how many records it held."""
    log = Log("submit", context, log_level(os.environ))
    try:
        pipeline = open_pipeline("submit", log, submits=True)
        pacer = Pacer(pipeline.settings.requests_per_second, pipeline.now, time.sleep)
        records = list(created_objects(event))
        failed = sum(not _submitted(pipeline, pacer, record) for record in records)
    except ConfigurationError as error:
        log.error("configuration", variable=error.variable, problem=str(error))
        raise
    except Exception as error:  # noqa: BLE001 — SCF writes an exception's text into its log
        log.unexpected(error)
        raise UnexpectedError(error) from None
    if failed:
        raise RecordsFailed(failed, len(records))
    return {"records": len(records)}


def _submitted(pipeline: Pipeline, pacer: Pacer, record: CreatedObject | MalformedRecord) -> bool:
    """Whether the record needs no second delivery."""
    if isinstance(record, MalformedRecord):
        pipeline.log.warning("malformed_record", problem=record.reason)
        return True
    try:
        submit_upload(pipeline, record, turn=UploadTurn(pacer))
    except ConfigurationError:
        raise
    except CardOcrError as error:
        pipeline.log.warning("record_failed", key=pipeline.log.key(record.key), problem=str(error))
        return False
    except Exception as error:  # noqa: BLE001 — one bad record never costs another
        pipeline.log.unexpected(error)
        return False
    return True
