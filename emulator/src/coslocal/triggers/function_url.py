"""A function behind a URL: an HTTP request as its event, its return value as the answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from coslocal.bodies import BodyBroken, BodyTooLarge, read_body
from coslocal.functions import Failure, Function, Outcome

JSON_TYPE = "application/json"
MAX_BODY_BYTES: Final = 6 * 1024 * 1024
"""Of a request to a Function URL (583/96099)."""


def answer(function: Function, request: Request, path: str) -> Response:
    """Invoke `function` for a request; `path` is what follows the function's own URL."""
    try:
        event = event_of(request, path)
    except BodyTooLarge:
        said = f"a body of at most {MAX_BODY_BYTES} bytes reaches a function\n"
        return Response(said, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except BodyBroken:
        return Response("the body broke off\n", status=HTTPStatus.BAD_REQUEST)
    return response_of(function.invoke(event))


def event_of(request: Request, path: str) -> dict[str, Any]:
    """Return the Function URL event of an event function.

    Raises:
        BodyTooLarge, BodyBroken: The request has no body that a function gets.
    """
    body = read_body(request, MAX_BODY_BYTES)
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
