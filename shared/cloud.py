"""Requests to the cloud: the official SDK's clients, and the context of an invocation with them.

With LOCAL_CLOUD every request keeps its URL, its Host header and its signature; only the bytes go
to another address. Nothing else differs between one machine and production.

The SDK's own loggers print object keys, callback URLs with their tokens and, at DEBUG, signing
keys. This module turns these loggers off.
"""

from __future__ import annotations

import logging
import math
import os
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from qcloud_cos import CosConfig, CosS3Client
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import ProxyManager
from urllib3.response import HTTPResponse

from shared.documents import Deliverer
from shared.jobs.service import CiJobService
from shared.log import Log
from shared.pipeline.context import Context
from shared.settings.load import Credentials, Settings, load
from shared.store.cos import CosStore

CONNECT_SECONDS = 5
READ_SECONDS = 20
MAX_CONNECTIONS = 64  # to one host; with more threads, each request could open a new one
# A proxy or gateway can drop a connection that was idle for longer, without notice. A POST on it
# would be lost, and nobody would know whether CI got it. So the pool opens a new connection.
IDLE_SECONDS = 15

for _name in ("qcloud_cos", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Cloud:
    """The SDK's clients for one set of credentials.

    `idempotent` repeats a request once after a 5xx or a lost reply. `once` repeats none.
    """

    def __init__(self, region: str, credentials: Credentials, session: requests.Session) -> None:
        self.region = region
        configuration = CosConfig(
            Region=region,
            SecretId=credentials.secret_id,
            SecretKey=credentials.secret_key,
            Token=credentials.token,
            Timeout=(CONNECT_SECONDS, READ_SECONDS),
            AllowRedirects=False,
            AutoSwitchDomainOnRetry=False,
        )
        self.once = CosS3Client(configuration, retry=0, session=session)
        self.idempotent = CosS3Client(configuration, retry=1, session=session)


def connect(settings: Settings) -> Cloud:
    """Return the clients for these settings: new clients if the credentials changed."""
    return _cloud(settings.region, settings.credentials, settings.local_cloud)


@lru_cache(maxsize=1)
def _cloud(region: str, credentials: Credentials, local_cloud: str | None) -> Cloud:
    return Cloud(region, credentials, open_session(local_cloud))


class CloudSession(requests.Session):
    """A session without cookies, hooks and redirects, since we use none of them.

    The search for them took a twelfth of submit's CPU time.
    """

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepare a request of the SDK, which has signed it already."""
        prepared = requests.PreparedRequest()
        prepared.prepare_method(request.method)
        prepared.prepare_url(request.url, request.params)
        prepared.prepare_headers({**self.headers, **request.headers})
        prepared.prepare_body(request.data, None)
        prepared.prepare_auth(request.auth)
        return prepared

    def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
        """Send a request once, and read the reply unless the SDK asks for a stream."""
        del options["allow_redirects"]
        response = self.get_adapter(request.url or "").send(request, **options)  # type: ignore[arg-type]
        if not options["stream"]:
            response.content  # noqa: B018 — reading it gives the connection back
        return response


def open_session(local_cloud: str | None) -> requests.Session:
    """Open an HTTP session to the cloud, or to its stand-in on this machine."""
    session = CloudSession()
    if local_cloud is None:
        session.mount("https://", CloudAdapter())
    else:
        session.trust_env = False  # a proxy variable would be honoured even for 127.0.0.1
        session.mount("https://", LocalCloudAdapter(local_cloud))
    return session


class _Idle:
    """A connection that the pool opens anew if it was idle for too long."""

    _used_at = math.inf

    def getresponse(self) -> HTTPResponse:
        """Read the head of a reply, and note the time."""
        self._used_at = time.monotonic()
        response: HTTPResponse = super().getresponse()  # type: ignore[misc]  # it is mixed in
        return response

    @property
    def is_connected(self) -> bool:
        """Return whether the pool may use the connection again."""
        is_idle = time.monotonic() - self._used_at > IDLE_SECONDS
        return not is_idle and bool(super().is_connected)  # type: ignore[misc]


class _HttpConnection(_Idle, HTTPConnection):  # type: ignore[misc]
    pass


class _HttpsConnection(_Idle, HTTPSConnection):  # type: ignore[misc]
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class CloudAdapter(HTTPAdapter):
    """Sends requests to the cloud. Never uses a connection that was idle for too long."""

    def __init__(self) -> None:
        super().__init__(pool_maxsize=MAX_CONNECTIONS)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> ProxyManager:  # noqa: ANN401 — requests' own
        """Return the manager of a proxy that the environment names, with the same pools."""
        manager: ProxyManager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class LocalCloudAdapter(CloudAdapter):
    """Carries a request to the local cloud with URL, Host and signature unchanged."""

    def __init__(self, local_cloud: str) -> None:
        super().__init__()
        self._local_cloud = local_cloud

    def send(  # type: ignore[override]  # the parameters are requests' own
        self, request: requests.PreparedRequest, **options: object
    ) -> requests.Response:
        """Send a request with the real host in `Host`, since it goes to another address."""
        request.headers["Host"] = urlsplit(request.url or "").netloc
        return super().send(request, **options)  # type: ignore[arg-type]

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,  # noqa: ARG002 — the local cloud serves every host
        verify: bool | str | None,  # noqa: ARG002, FBT001
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
        cert: tuple[str, str] | str | None = None,  # noqa: ARG002
    ) -> HTTPConnectionPool:
        """Connect to the local cloud, whatever the URL says."""
        pool: HTTPConnectionPool = self.poolmanager.connection_from_url(self._local_cloud)
        return pool


def open_context(
    deliverer: Deliverer, log: Log, *, submits: bool, environ: Mapping[str, str] | None = None
) -> Context:
    """Open the context of this invocation.

    Args:
        deliverer: the function that runs.
        log: the invocation's log.
        submits: whether the function sends jobs.
        environ: the process's environment if None. It is read at each invocation, since
            credentials rotate.

    Raises:
        ConfigurationError: a variable is missing or wrong; nothing has been sent.
    """
    settings = load(os.environ if environ is None else environ, submits=submits)
    log.know_keys(settings.callback_secrets[0], shown=settings.log_keys)
    cloud = connect(settings)
    return Context(
        deliverer=deliverer,
        settings=settings,
        store=CosStore(cloud, settings),
        jobs=CiJobService(cloud, settings),
        log=log,
        now=time.time,
        monotonic=time.monotonic,
        sleep=_sleep,
        new_owner=lambda: secrets.token_hex(8),
    )


def _sleep(seconds: float) -> None:
    time.sleep(seconds)
