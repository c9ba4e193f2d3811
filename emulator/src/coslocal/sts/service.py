"""What STS is asked, and the keys that it answers with."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from coslocal.cam.access import AccessControl
from coslocal.cam.policy import Policy, PolicyMalformed, read_json
from coslocal.credentials import CredentialStore, new_credential
from coslocal.sts.signature import StsError, StsRequest, believe

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST: Final = re.compile(r"sts(\.[a-z0-9-]+)?(\.internal)?\.tencentcloudapi\.com(:\d+)?")
VERSION: Final = "2018-08-13"
_ROLE: Final = re.compile(r"qcs::cam::uin/\d+:(?:roleName|role)/(?P<name>[\w+=,.@/-]+)", re.ASCII)
_DEFAULT_SECONDS: Final = {"GetFederationToken": 1800, "AssumeRole": 7200}
_MOST_SECONDS: Final = {"GetFederationToken": 7200, "AssumeRole": 43_200}


class StsService:
    """A WSGI app. A key that it makes may do what its policy allows, and what its maker may do."""

    def __init__(
        self, *, credentials: CredentialStore, access: AccessControl, clock: Callable[[], float]
    ) -> None:
        """Make keys that are known to `credentials` until they expire by `clock`, Unix seconds."""
        self._credentials = credentials
        self._access = access
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        request_id = str(uuid.uuid4())
        try:
            answer = self._answer(Request(environ))
        except StsError as error:
            answer = {"Error": {"Code": error.code, "Message": error.message}}
        document = json.dumps({"Response": {**answer, "RequestId": request_id}})
        response: WSGIApplication = Response(document, content_type="application/json")
        return response(environ, start_response)

    def _answer(self, request: Request) -> dict[str, Any]:
        body = request.get_data(cache=True, parse_form_data=False)
        headers = {name.lower(): value for name, value in request.headers.items()}
        form = "x-www-form-urlencoded" in headers.get("content-type", "")
        parameters = {**request.args.to_dict(), **(request.form.to_dict() if form else {})}
        query = request.query_string.decode("latin-1")
        sent = StsRequest(request.method, query, headers, body, parameters)
        now = self._clock()
        secret_id = believe(sent, self._credentials, now)
        asked = parameters if "Signature" in parameters else _document(sent)
        action = headers.get("x-tc-action") or asked.get("Action")
        if (headers.get("x-tc-version") or asked.get("Version")) != VERSION:
            raise StsError("UnsupportedProtocol", f"The version is {VERSION}.")
        if action == "GetFederationToken":
            return self._federation_token(secret_id, asked, now)
        if action == "AssumeRole":
            return self._role(secret_id, asked, now)
        raise StsError("InvalidAction", "The action is GetFederationToken or AssumeRole.")

    def _federation_token(
        self, secret_id: str, asked: Mapping[str, Any], now: float
    ) -> dict[str, Any]:
        if not asked.get("Name"):
            raise StsError("MissingParameter", "The request has no Name.")
        policy = _policy(asked)
        if policy is None:
            raise StsError("MissingParameter", "The request has no Policy.")
        seconds = _seconds("GetFederationToken", asked)
        made, credentials = self._make(now + seconds)
        self._access.limit(made, policy, maker=secret_id)
        return credentials

    def _role(self, secret_id: str, asked: Mapping[str, Any], now: float) -> dict[str, Any]:
        match = _ROLE.fullmatch(str(asked.get("RoleArn", "")))
        if match is None or not asked.get("RoleSessionName"):
            raise StsError("MissingParameter", "A role is assumed by RoleArn and RoleSessionName.")
        if not self._access.has_role(match["name"]):
            raise StsError("ResourceNotFound.RoleNotFound", "There is no such role.")
        if self._access.is_limited(secret_id):
            raise StsError(
                "UnauthorizedOperation", "Only the account's own keys assume roles here."
            )
        policy, seconds = _policy(asked), _seconds("AssumeRole", asked)
        made, credentials = self._make(now + seconds)
        self._access.assume(match["name"], made)
        if policy is not None:
            self._access.limit(made, policy, maker=None)
        return credentials

    def _make(self, expires_at: float) -> tuple[str, dict[str, Any]]:
        key = new_credential(self._credentials, token=secrets.token_urlsafe(96))
        self._credentials.expire(key.secret_id, int(expires_at))
        moment = datetime.fromtimestamp(int(expires_at), timezone.utc)
        return key.secret_id, {
            "Credentials": {
                "Token": key.token,
                "TmpSecretId": key.secret_id,
                "TmpSecretKey": key.secret_key,
            },
            "ExpiredTime": int(expires_at),
            "Expiration": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def _document(sent: StsRequest) -> dict[str, Any]:
    try:
        asked = read_json(sent.body) if sent.body else dict(sent.parameters)
    except (ValueError, RecursionError) as error:
        raise StsError("InvalidParameter", "The body is no JSON.") from error
    if not isinstance(asked, dict):
        raise StsError("InvalidParameter", "The body is no object of JSON.")
    return asked


def _policy(asked: Mapping[str, Any]) -> Policy | None:
    text = asked.get("Policy")
    if not text:
        return None
    try:
        return Policy(read_json(unquote(str(text))))
    except (PolicyMalformed, TypeError, ValueError, RecursionError) as error:
        raise StsError("InvalidParameter.StrategyFormatError", str(error)) from error


def _seconds(action: str, asked: Mapping[str, Any]) -> int:
    text = str(asked.get("DurationSeconds", _DEFAULT_SECONDS[action]))
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not 0 < int(text) <= _MOST_SECONDS[action]:
        raise StsError("InvalidParameter", f"DurationSeconds is from 1 to {_MOST_SECONDS[action]}.")
    return int(text)
