"""The API as one WSGI app: who asks, for what, whether it may be, and what it answers."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest

from coslocal.credentials import CredentialStore
from tests.support.tencent_api import cam, cls, functions, invocations, schema, sts, triggers
from tests.support.tencent_api.behaviour import known_codes, shaped
from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.faults import Break, Faults
from tests.support.tencent_api.signature import SignedRequest, verify
from tests.support.tencent_api.state import Account, Caller, Document

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Action = Callable[[Account, Caller, Document], Document]

_ACTIONS: Mapping[str, Mapping[str, Action]] = {
    "scf": {**functions.ACTIONS, **invocations.ACTIONS, **triggers.ACTIONS},
    "cam": cam.ACTIONS,
    "sts": sts.ACTIONS,
    "cls": cls.ACTIONS,
}
MAX_REQUEST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """A request that came in. `error` is the Code it was answered with, None for success."""

    service: str
    action: str
    region: str
    body: Document
    error: str | None

    @property
    def changes(self) -> bool:
        """Whether it asked for more than a look."""
        return not self.action.startswith(("Get", "List", "Describe"))


class TencentApi:
    """SCF, CAM, STS and CLS of one account. `calls` has every request in order."""

    def __init__(
        self,
        credentials: CredentialStore,
        account: Account | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.credentials = credentials
        self.account = account or Account()
        self.faults = Faults()
        self.calls: list[Call] = []
        self._clock = clock
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = _read(environ)
        with self._lock:
            status, response = self._answer(request)
        body = json.dumps({"Response": {**response, "RequestId": str(uuid.uuid4())}}).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def actions(self, *, changes: bool | None = None) -> list[str]:
        """The actions called so far, all of them or those that change something (or don't)."""
        return [call.action for call in self.calls if changes in {None, call.changes}]

    def _answer(self, request: SignedRequest) -> tuple[int, Document]:
        number = len(self.calls)
        self.calls.append(_call(request, None))
        try:
            status = self._fail(number, after_effect=False)
            if status != HTTPStatus.OK:
                return status, {}
            response = self._response(request, number)
            return self._fail(number, after_effect=True), response
        except ApiError as error:
            return HTTPStatus.OK, self._refusal(request, number, error)

    def _response(self, request: SignedRequest, number: int) -> Document:
        try:
            return self._carry_out(request)
        except ApiError as error:
            return self._refusal(request, number, error)

    def _refusal(self, request: SignedRequest, number: int, error: ApiError) -> Document:
        call = _call(request, error.code)
        self.calls[number] = call
        if error.code not in known_codes(call.service, call.action):
            # An AssertionError would be no answer to the SDK, which catches every Exception
            pytest.fail(f"{call.service}:{call.action} is never refused with {error.code}")
        return {"Error": {"Code": error.code, "Message": error.message}}

    def _carry_out(self, request: SignedRequest) -> Document:
        if len(request.body) > MAX_REQUEST_BYTES:
            raise ApiError("RequestSizeLimitExceeded", "The request exceeds 10 MB.")
        service = verify(request, self.credentials, self._clock())
        call = _call(request, None)
        if request.headers.get("x-tc-version") != schema.SERVICES[service].version:
            raise ApiError("NoSuchVersion", "The version does not exist.")
        schema.check(service, call.action, call.body)
        if service == "scf" and not call.region:
            raise ApiError("MissingParameter", "The request is missing the header X-TC-Region.")
        caller = Caller(call.region, request.headers.get("x-tc-token"))
        response = _ACTIONS[service][call.action](self.account, caller, call.body)
        if service == "scf" and call.changes and call.action != "Invoke":
            functions.unsettle(self.account, caller, call.body)
        return shaped(self.account.behaviour, service, call.action, response)

    def _fail(self, number: int, *, after_effect: bool) -> int:
        """The HTTP status of a call's fault; 200 where it has none."""
        fault = self.faults.of(number, after_effect=after_effect)
        if isinstance(fault, Break):
            raise ConnectionResetError("the connection broke, as the test wanted")
        if fault is not None and fault.status == HTTPStatus.OK:
            raise ApiError(fault.code, fault.message)
        return fault.status if fault is not None else HTTPStatus.OK


def on_one_port(api: WSGIApplication, cloud: WSGIApplication) -> WSGIApplication:
    """One app for both: a request with an action is the API's, every other one the cloud's."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chosen = api if "HTTP_X_TC_ACTION" in environ else cloud
        return chosen(environ, start_response)

    return app


def _read(environ: WSGIEnvironment) -> SignedRequest:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return SignedRequest(
        environ["REQUEST_METHOD"],
        environ.get("PATH_INFO") or "/",
        environ.get("QUERY_STRING", ""),
        headers,
        environ["wsgi.input"].read(length),
    )


def _call(request: SignedRequest, error: str | None) -> Call:
    scope = request.headers.get("authorization", "").partition("Credential=")[2].split("/")
    try:
        body: Any = json.loads(request.body or b"{}")
    except ValueError:
        body = None
    return Call(
        service=scope[2] if len(scope) > 2 else "",
        action=request.headers.get("x-tc-action", ""),
        region=request.headers.get("x-tc-region", ""),
        body=body if isinstance(body, dict) else {},
        error=error,
    )
