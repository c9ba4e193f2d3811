"""A function behind a URL: an HTTP request as its event, its return value as the answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from coslocal.functions import Failure, Function, Outcome

JSON_TYPE = "application/json"


def answer(function: Function, request: Request, path: str) -> Response:
    """Invoke `function` for a request; `path` is what follows the function's own URL."""
    return response_of(function.invoke(event_of(request, path)))


def event_of(request: Request, path: str) -> dict[str, Any]:
    """Return the Function URL event of an event function."""
    body = request.get_data()
    headers = {name.lower(): value for name, value in request.headers.items()}
    event: dict[str, Any] = {
        "headers": {**headers, "x-scf-remote-addr": request.remote_addr or ""},
        "httpMethod": request.method,
        "path": path or "/",
        "queryString": {
            name: values[0] if len(values) == 1 else values for name, values in request.args.lists()
        },
    }
    try:
        return {"body": body.decode(), **event}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True, **event}


def response_of(outcome: Outcome) -> Response:
    """Return the HTTP response for what an invocation came to.

    A value without statusCode is a 200 with the value as JSON. A failure is SCF's error body,
    which shows the traceback to the caller; its HTTP status is documented nowhere, and assumed to
    be the status code in that body.
    """
    if isinstance(outcome, Failure):
        error = {
            "errorCode": -1,
            "errorMessage": "user code exception caught",
            "stackTrace": outcome.message,
            "statusCode": outcome.code,
        }
        return Response(json.dumps(error), status=outcome.code, content_type=JSON_TYPE)
    value = outcome.value
    if not isinstance(value, Mapping) or "statusCode" not in value:
        return Response(json.dumps(value), content_type=JSON_TYPE)
    body = str(value.get("body", "")).encode()
    if value.get("isBase64Encoded"):
        body = base64.b64decode(body)
    response = Response(body, status=int(value["statusCode"]), content_type=JSON_TYPE)
    for name, text in dict(value.get("headers") or {}).items():
        response.headers[name] = str(text)
    return response
