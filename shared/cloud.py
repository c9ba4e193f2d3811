"""The way to the cloud: the official SDK's clients, and the one bend that leads to a local cloud.

With LOCAL_CLOUD every request keeps its URL, its Host header and its signature; only the bytes go
to another address. Nothing else differs between one machine and production.

The SDK's own loggers print object keys, callback URLs with their tokens and, at DEBUG, signing
keys: they are silenced here for good.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import requests
from qcloud_cos import CosConfig, CosS3Client
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from shared.settings.load import Credentials, Settings

CONNECT_SECONDS = 5
READ_SECONDS = 20
MAX_CONNECTIONS = 64  # to one host; more threads than that would open new ones all the time
# A connection that idled longer may have been dropped without a word; the next POST on it would
# be lost and its outcome unknown, so a fresh one is opened.
_IDLE_SECONDS = 15

for _name in ("qcloud_cos", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Cloud:
    """The SDK's clients for one set of credentials.

    `idempotent` asks once more after a 5xx or a lost reply; `once` never sends anything twice.
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


class _Connections:
    """The process's HTTP session and the clients on it, for as long as both stay good."""

    def __init__(self) -> None:
        self._cloud: Cloud | None = None
        self._made_for: tuple[str, Credentials, str | None] | None = None
        self._session: requests.Session | None = None
        self._used_at = 0.0

    def cloud(self, settings: Settings) -> Cloud:
        wanted = (settings.region, settings.credentials, settings.local_cloud)
        now = time.monotonic()
        stale = now - self._used_at > _IDLE_SECONDS
        self._used_at = now
        if self._cloud is None or self._made_for != wanted or stale:
            if self._session is not None:
                self._session.close()
            self._session = open_session(settings.local_cloud)
            self._cloud = Cloud(settings.region, settings.credentials, self._session)
            self._made_for = wanted
        return self._cloud


_connections = _Connections()


def connect(settings: Settings) -> Cloud:
    """Return the clients for these settings: new ones if the credentials changed."""
    return _connections.cloud(settings)


def open_session(local_cloud: str | None) -> requests.Session:
    """Open an HTTP session to the cloud, or to its stand-in on this machine."""
    session = requests.Session()
    if local_cloud is None:
        session.mount("https://", HTTPAdapter(pool_maxsize=MAX_CONNECTIONS))
    else:
        session.trust_env = False  # a proxy variable would be honoured even for 127.0.0.1
        session.mount("https://", LocalCloudAdapter(local_cloud))
    return session


class LocalCloudAdapter(HTTPAdapter):
    """Carries a request to the local cloud with URL, Host and signature unchanged."""

    def __init__(self, local_cloud: str) -> None:
        super().__init__(pool_maxsize=MAX_CONNECTIONS)
        self._local_cloud = local_cloud

    def send(  # type: ignore[override]  # the parameters are requests' own
        self, request: requests.PreparedRequest, **options: object
    ) -> requests.Response:
        """Name the real host, since the connection's is another."""
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


def never_connected(error: BaseException) -> bool:
    """Return whether a failed request surely sent nothing, since no connection was made for it.

    The SDK turns every exception into one of its own and keeps the first only as its context.
    """
    return any(
        isinstance(cause, (NewConnectionError, ConnectTimeoutError, ProxyError))
        or type(cause).__name__ == "SSLCertVerificationError"
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, what it was raised from, and urllib3's `reason`, each once."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += cause.args
