"""HTTP or message-queue trigger: CI's callback becomes the card's result.

    POST /?t=<token>    body: CI's TaskFinish notification, JSON or XML
    200 done or nothing to do yet · 400 unreadable body · 403 no valid token · 500 ask again

    {"Records": [{"CMQ": {"msgBody": "<the same body, with the token as UserData>", …}}, …]}

A request's token is read only from the query string. A pattern finds a message's token. The token
is verified before the body is decoded or parsed, and before anything heavy is imported.

A message is handled like the request that CI would have sent. If its status would be 500, the
handler raises after the last record, and SCF delivers the event again. If it would be 400 or 403,
the next delivery would get the same: the handler logs why, and drops the message. Sweep finishes
the card of a message that is lost.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from shared import callback_token
from shared.errors import (
    CallbackRefused,
    CloudFault,
    ConfigurationError,
    MalformedCallback,
    MessagesFailed,
)
from shared.events import http_body, query_value, queued_requests
from shared.log import Log, log_level

_ASK_AGAIN = 500
_BODIES = {200: "ok", 400: "bad request", 403: "forbidden", _ASK_AGAIN: "error"}


def main_handler(event: object, context: object) -> dict[str, object]:
    """Answer an HTTP request with a status and one word, or a queue with its number of messages.

    Raises:
        MessagesFailed: SCF must deliver the messages again.
    """
    log = Log("callback", context, log_level(os.environ))
    messages = queued_requests(event)
    if messages is not None:
        return _taken(messages, log)
    status = _status(event, log)
    return {
        "isBase64Encoded": False,
        "statusCode": status,
        "headers": {"Content-Type": "text/plain"},
        "body": _BODIES[status],
    }


def _taken(messages: Sequence[object], log: Log) -> dict[str, object]:
    failed = sum(_status(message, log) == _ASK_AGAIN for message in messages)
    if failed:
        raise MessagesFailed(failed, len(messages))
    return {"messages": len(messages)}


def _status(event: object, log: Log) -> int:
    try:
        text = query_value(event, "t")
        token = callback_token.verify(
            text, callback_token.callback_secrets(os.environ), time.time()
        )
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
    return _ASK_AGAIN


def _deliver(event: object, token: callback_token.CallbackToken, log: Log) -> None:
    from shared.cloud import open_context  # noqa: PLC0415 — heavy
    from shared.jobs.reply import job_in_callback  # noqa: PLC0415 — heavy
    from shared.pipeline.callback import deliver  # noqa: PLC0415 — heavy

    job, form = job_in_callback(http_body(event))
    deliver(open_context("callback", log, submits=False), token, job, form)
