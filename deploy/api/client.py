"""Requests to SCF, CAM, STS and CLS through the official SDK, with our errors for its exceptions.

The SDK's own loggers print whole requests at DEBUG, with the secrets, so they are silenced.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Collection, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from requests import RequestException

from deploy.api.advice import denied, next_step
from deploy.api.certificates import certificates
from deploy.api.connection import ADVICE, kind_of
from deploy.api.reply import Reply
from deploy.configuration.environment import Access
from deploy.errors import AGAIN, CredentialsRefused, NoAnswer, NotPermitted, RequestFailed

if TYPE_CHECKING:
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

REQUEST_SECONDS = 60
_CLIENTS = {
    "scf": ("tencentcloud.scf.v20180416.scf_client", "ScfClient"),
    "cam": ("tencentcloud.cam.v20190116.cam_client", "CamClient"),
    "sts": ("tencentcloud.sts.v20180813.sts_client", "StsClient"),
    "cls": ("tencentcloud.cls.v20201016.cls_client", "ClsClient"),
}
"""Each is imported when its product is asked, and the SDK before the first: both are large."""
_HIDDEN = "…"
_UNREADABLE = "UnreadableReply"
_BROKEN = {"ServerNetworkError", _UNREADABLE}

logging.getLogger("tencentcloud_sdk_common").setLevel(logging.CRITICAL + 1)


class Api(Protocol):
    """The API of one region, as its owner may use it."""

    def call(self, service: str, action: str, parameters: Mapping[str, object]) -> Reply:
        """Carry out an action of `scf`, `cam`, `sts` or `cls`; return its Response.

        Raises:
            RequestFailed: it wasn't carried out, or that is unknown.
        """


class TencentApi:
    """The API, through the official SDK, which doesn't repeat a request by itself."""

    def __init__(
        self, access: Access, *, secrets: Collection[str] = (), seconds: float = REQUEST_SECONDS
    ) -> None:
        """Reach the API.

        Args:
            access: the region and the keys.
            secrets: values that no error's text may show, even if the API's text has them.
            seconds: how long a request may take.
        """
        self._access = access
        credentials = access.credentials
        self._secrets = [*secrets, credentials.secret_key, credentials.token or ""]
        self._seconds = seconds

    def call(self, service: str, action: str, parameters: Mapping[str, object]) -> Reply:
        """Carry out an action; see `Api`."""
        refused = _sdk_exception()
        request = f"{service}:{action}"
        try:
            response = self._client(service).call_json(action, dict(parameters))["Response"]
        except refused as error:
            raise self._failure(request, error) from None
        except (ValueError, KeyError, TypeError, RecursionError, RequestException):  # no such JSON
            response = None
        refusal = _refusal(response)
        if refusal is not None:
            raise self._failure(request, refusal)
        return Reply(request, response)

    @functools.cache  # noqa: B019 — one object for one command
    def _client(self, service: str) -> Any:  # noqa: ANN401 — the SDK has no types
        from tencentcloud.common.credential import Credential  # noqa: PLC0415
        from tencentcloud.common.profile.client_profile import ClientProfile  # noqa: PLC0415
        from tencentcloud.common.profile.http_profile import HttpProfile  # noqa: PLC0415

        access = self._access
        http = HttpProfile(
            reqTimeout=self._seconds,
            rootDomain=access.api_domain,
            certification=certificates(),  # the SDK reads no variable for it
        )
        if access.local_cloud is not None:
            http = HttpProfile(
                protocol="http",
                endpoint=urlsplit(access.local_cloud).netloc,
                reqTimeout=self._seconds,
            )
        module, name = _CLIENTS[service]
        client = getattr(import_module(module), name)(
            Credential(*access.credentials), access.region, ClientProfile(httpProfile=http)
        )
        if access.local_cloud is not None:  # else a proxy variable would apply even to 127.0.0.1
            client.request.conn.proxy = None
            client.request.conn._session.trust_env = False  # noqa: SLF001 — the SDK has no option
        return client

    def _failure(self, request: str, error: TencentCloudSDKException) -> RequestFailed:
        code = str(error.code or _UNREADABLE)
        if code == "ClientNetworkError":  # its text quotes an address
            return NoAnswer(request, "no answer", "", ADVICE[kind_of(error)])
        if code in _BROKEN:  # its text quotes a whole page
            return NoAnswer(request, "no answer", f" ({code})", AGAIN)
        kind = RequestFailed
        if denied(code):
            kind = NotPermitted
        elif code.startswith("AuthFailure"):
            kind = CredentialsRefused
        return kind(request, code, self._detail(error), next_step(request, code))

    def _detail(self, error: TencentCloudSDKException) -> str:
        """Return the API's own words in one line, with the RequestId that its support asks for."""
        message = " ".join(str(error.message or "").split()).rstrip(".;")
        for secret in filter(None, self._secrets):
            message = message.replace(secret, _HIDDEN)
        told = f", {message}" if message else ""
        return f"{told} (RequestId {error.requestId})" if error.requestId else told


def _refusal(reply: object) -> TencentCloudSDKException | None:
    """Return the error in a reply. The SDK looks for it only under two Content-Types."""
    refused = _sdk_exception()
    if not isinstance(reply, Mapping) or not reply:
        return refused(_UNREADABLE)
    if "Error" not in reply:
        return None
    told = reply["Error"] if isinstance(reply["Error"], Mapping) else {}
    return refused(told.get("Code"), told.get("Message"), reply.get("RequestId"))


def _sdk_exception() -> type[TencentCloudSDKException]:
    from tencentcloud.common.exception import (  # noqa: PLC0415 — see _CLIENTS
        tencent_cloud_sdk_exception as sdk,
    )

    kind: type[TencentCloudSDKException] = sdk.TencentCloudSDKException
    return kind
