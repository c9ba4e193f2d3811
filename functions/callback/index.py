"""HTTP trigger: CI's callback becomes the card's result.

    POST /?t=<token>    body: CI's TaskFinish notification, JSON or XML
    200 done or nothing to do yet · 400 unreadable body · 403 no valid token · 500 ask again

The token is verified from the query string alone, before the body is touched and before anything
heavy is imported.
"""

from __future__ import annotations

import os
import time

from shared import callback_token
from shared.errors import CallbackRefused, CloudFault, ConfigurationError, MalformedCallback
from shared.events import query_value
from shared.log import Log
from shared.settings.early import callback_secrets, log_level

_BODIES = {200: "ok", 400: "bad request", 403: "forbidden", 500: "error"}


def main_handler(event: object, context: object) -> dict[str, object]:
    """Answer one HTTP request; the answer says nothing but its status."""
    log = Log("callback", context, log_level(os.environ))
    status = _status(event, log)
    return {
        "isBase64Encoded": False,
        "statusCode": status,
        "headers": {"Content-Type": "text/plain"},
        "body": _BODIES[status],
    }


def _status(event: object, log: Log) -> int:
    try:
        text = query_value(event, "t")
        token = callback_token.verify(text, callback_secrets(os.environ), time.time())
        _deliver(event, token, log)
    except CallbackRefused as refusal:
        log.warning("refused", status=403, problem=refusal.reason)
        return 403
    except MalformedCallback as error:
        log.warning("malformed_callback", status=400, problem=str(error))
        return 400
    except ConfigurationError as error:
        log.error("configuration", status=500, variable=error.variable, problem=str(error))
    except CloudFault as fault:
        log.warning("cloud_fault", status=500, problem=str(fault), code=fault.code)
    except Exception as error:  # noqa: BLE001 — SCF would show the caller a traceback
        log.unexpected(error)
    else:
        return 200
    return 500


def _deliver(event: object, token: callback_token.CallbackToken, log: Log) -> None:
    from shared.pipeline.callback import deliver, reported_job  # noqa: PLC0415 — heavy
    from shared.runtime import open_pipeline  # noqa: PLC0415 — heavy

    reported = reported_job(event, token)
    deliver(open_pipeline("callback", log, submits=False), token, reported)
