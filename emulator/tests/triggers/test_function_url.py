from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from coslocal.functions import Failure, InProcessFunction, Returned
from coslocal.triggers.function_url import answer, event_of, response_of


def request(**options: Any) -> Request:
    return Request(EnvironBuilder(method="POST", **options).get_environ())


def test_the_event_is_that_of_an_event_functions_url() -> None:
    event = event_of(
        request(
            query_string="t=v1.a-b_c&e=&n=1&n=2&u=%E4%B8%AD",
            data='{"a": "中"}',
            headers={"User-Agent": "Go-http-client/1.1", "Content-Type": "application/json"},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        ),
        "",
    )
    assert event["headers"]["user-agent"] == "Go-http-client/1.1"
    assert event["headers"]["content-type"] == "application/json"
    assert event["headers"]["x-scf-remote-addr"] == "127.0.0.1"
    event.pop("headers")
    assert event == {
        "body": '{"a": "中"}',
        "httpMethod": "POST",
        "path": "/",
        "queryString": {"t": "v1.a-b_c", "e": "", "n": ["1", "2"], "u": "中"},
    }


def test_a_body_that_is_no_text_arrives_in_base64() -> None:
    event = event_of(request(data=b"\xff\xd8"), "/x")
    assert (event["path"], event["isBase64Encoded"]) == ("/x", True)
    assert base64.b64decode(event["body"]) == b"\xff\xd8"


def test_an_integrated_response_becomes_the_answer() -> None:
    response = response_of(
        Returned({"statusCode": 403, "headers": {"Content-Type": "text/plain"}, "body": "no"})
    )
    assert (response.status_code, response.mimetype, response.data) == (403, "text/plain", b"no")


def test_a_body_in_base64_is_decoded() -> None:
    response = response_of(Returned({"statusCode": 200, "body": "/9g=", "isBase64Encoded": True}))
    assert response.data == b"\xff\xd8"


@pytest.mark.parametrize("value", [{"records": 1}, None, "text", [1]])
def test_any_other_value_is_a_200_with_the_value_as_json(value: object) -> None:
    response = response_of(Returned(value))
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert json.loads(response.data) == value


def test_a_failure_is_scfs_error_body() -> None:
    response = response_of(Failure("execution", 430, "Traceback …"))
    assert (response.status_code, response.mimetype) == (430, "application/json")
    assert json.loads(response.data) == {
        "errorCode": -1,
        "errorMessage": "user code exception caught",
        "stackTrace": "Traceback …",
        "statusCode": 430,
    }


def test_a_request_is_answered_by_the_function() -> None:
    function = InProcessFunction("echo", lambda event, _context: {"got": event["body"]}, {})
    response: Response = answer(function, request(data="hello"), "/")
    assert json.loads(response.data) == {"got": "hello"}
