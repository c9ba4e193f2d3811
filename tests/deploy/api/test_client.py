"""What becomes of the SDK's exceptions, and of replies that are none of the API's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tencentcloud.scf.v20180416 import errorcodes

from coslocal.server import LocalServer
from deploy.api import advice
from deploy.api.advice import next_step
from deploy.api.client import TencentApi
from deploy.configuration.access import Access
from deploy.errors import CredentialsRefused, NoAnswer, NotPermitted, RequestFailed
from shared.settings.load import Credentials
from tests.support.networks import cutting, proxy_page, serving
from tests.support.tencent_api.schema import SERVICES, error_codes

SECRET = "an-invented-secret-of-a-deployment"

Headers = list[tuple[str, str]]


def answered(status: str, kind: str, body: bytes) -> str:
    """What the API says of a reply; the error's text."""

    def app(_environ: Any, start_response: Callable[[str, Headers], object]) -> list[bytes]:
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    server = LocalServer()
    server.serve(app)
    access = Access("ap-guangzhou", Credentials("AKIDinvented", "invented", None), server.url)
    try:
        with pytest.raises(RequestFailed) as failed:
            TencentApi(access, secrets=[SECRET]).call("scf", "GetFunction", {"FunctionName": "f"})
    finally:
        server.stop()
    assert isinstance(failed.value, ERRORS.get(status + body.decode(), RequestFailed))
    return str(failed.value)


def error(code: str, message: str) -> bytes:
    text = f'{{"Response":{{"Error":{{"Code":"{code}","Message":"{message}"}},"RequestId":"r-1"}}}}'
    return text.encode()


ERRORS = {
    "200 OK" + error("AuthFailure.TokenFailure", "no").decode(): CredentialsRefused,
    "200 OK" + error("AuthFailure.UnauthorizedOperation", "no").decode(): NotPermitted,
    "200 OK" + error("UnauthorizedOperation.CAM", "no").decode(): NotPermitted,
    "502 Bad Gateway<html>": NoAnswer,
    "200 OK<html>": NoAnswer,
    "200 OK{}": NoAnswer,
}


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
def test_an_error_is_told_in_the_apis_words_whatever_its_content_type(kind: str) -> None:
    text = answered("200 OK", kind, error("FailedOperation", "Something is wrong."))
    told = "scf:GetFunction failed: FailedOperation, Something is wrong (RequestId r-1); look the "
    assert text.startswith(told)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
@pytest.mark.parametrize("response", ["null", '"text"', "[1]", "7", '{"Error":"text"}'])
def test_a_reply_of_another_form_is_no_answer(kind: str, response: str) -> None:
    text = answered("200 OK", kind, f'{{"Response":{response}}}'.encode())
    assert text.startswith("scf:GetFunction failed: no answer (UnreadableReply)")


@pytest.mark.parametrize("request_", ERRORS)
def test_each_kind_of_failure_is_an_error_of_its_own(request_: str) -> None:
    status = request_[: request_.index("{" if "{" in request_ else "<")]
    text = answered(status, "application/json", request_.removeprefix(status).encode())
    assert text.startswith("scf:GetFunction failed: ")
    assert "html" not in text


def test_a_secret_in_the_apis_words_is_left_out() -> None:
    text = answered("200 OK", "application/json", error("InvalidParameter", f"bad: {SECRET}!"))
    assert text.startswith("scf:GetFunction failed: InvalidParameter, bad: …! (RequestId r-1); ")


def test_an_address_where_nobody_answers_is_no_answer() -> None:
    server = LocalServer()
    server.stop()
    access = Access("ap-guangzhou", Credentials("AKIDinvented", "invented", None), server.url)
    with pytest.raises(NoAnswer, match="no answer; the connection was refused"):
        TencentApi(access).call("sts", "GetCallerIdentity", {})


def test_a_reply_that_is_cut_in_the_middle_is_no_answer() -> None:
    with serving(cutting(proxy_page)) as url:
        access = Access("ap-guangzhou", Credentials("AKIDinvented", "invented", None), url)
        with pytest.raises(NoAnswer, match=r"no answer \(UnreadableReply\)"):
            TencentApi(access).call("sts", "GetCallerIdentity", {})


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    text = answered("200 OK", "application/json", error("FailedOperation", "told"))
    assert "FailedOperation, told" in text


def codes() -> list[str]:
    """Every Code that SCF's list in the SDK has."""
    return [value for name, value in vars(errorcodes).items() if name.isupper()]


@pytest.mark.parametrize("code", codes())
def test_every_refusal_ends_with_what_to_do(code: str) -> None:
    step = next_step("scf:CreateFunction", code)
    verbs = ("look", "run", "wait", "open", "delete", "lower", "it is", "the role", "the API key's")
    assert step.startswith(verbs)


def test_every_row_of_the_advice_is_a_code_that_the_sdk_knows() -> None:
    lists = [error_codes(service) for service in SERVICES]
    known = {code for codes in lists for code in codes}
    families = {code.partition(".")[0] for code in known} | {"AuthFailure", "RequestLimitExceeded"}
    for row in advice._STEPS:  # noqa: SLF001 — its rows are what is held here
        assert row.rpartition(" ")[2] in known | families, row


@pytest.mark.parametrize("end", ["FunctionStatus", "Region", "Role"])
def test_not_every_unauthorised_operation_is_a_denial_of_cams(end: str) -> None:
    assert "lacks" not in next_step("scf:CreateFunction", f"UnauthorizedOperation.{end}")


def test_what_cam_denies_names_cams_action() -> None:
    text = answered("200 OK", "application/json", error("UnauthorizedOperation", "no"))
    assert text.endswith(
        "the API key's owner lacks scf:GetFunction: docs/roles.md has what is needed"
    )
    assert "scf:InvokeFunction" in next_step("scf:Invoke", "UnauthorizedOperation.CAM")
