"""The way to the cloud: the official SDK's clients, and the context of an invocation on them.

With LOCAL_CLOUD every request keeps its URL, its Host header and its signature; only the bytes go
to another address. Nothing else differs between one machine and production.

The SDK's own loggers print object keys, callback URLs with their tokens and, at DEBUG, signing
keys: they are silenced here for good.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from qcloud_cos import CosConfig, CosS3Client
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool

from shared.documents import Deliverer
from shared.jobs.service import CiJobService
from shared.log import Log
from shared.pipeline.context import Context
from shared.settings.load import Credentials, Settings, load
from shared.store.cos import CosStore

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


class CloudSession(requests.Session):
    """A session without cookies, hooks and redirects: COS and CI have none that we follow.

    Looking for them was a twelfth of submit's CPU time.
    """

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepare what the SDK asks for, which always has its own signature."""
        prepared = requests.PreparedRequest()
        prepared.prepare_method(request.method)
        prepared.prepare_url(request.url, request.params)
        prepared.prepare_headers({**self.headers, **request.headers})
        prepared.prepare_body(request.data, None)
        prepared.prepare_auth(request.auth)
        return prepared

    def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
        """Send it once, and read the reply unless the SDK asks for a stream."""
        del options["allow_redirects"]
        response = self.get_adapter(request.url or "").send(request, **options)  # type: ignore[arg-type]
        if not options["stream"]:
            response.content  # noqa: B018 — reading it gives the connection back
        return response


def open_session(local_cloud: str | None) -> requests.Session:
    """Open an HTTP session to the cloud, or to its stand-in on this machine."""
    session = CloudSession()
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


def open_context(
    deliverer: Deliverer, log: Log, *, submits: bool, environ: Mapping[str, str] | None = None
) -> Context:
    """Open the context of this invocation, on the real cloud.

    Without an `environ` the process's is read, and anew each time, since credentials rotate.

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
