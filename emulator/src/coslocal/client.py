"""The official SDK's client, with the emulator in the cloud's place; it needs `coslocal[sdk]`."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from qcloud_cos import CosConfig, CosS3Client
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool

from coslocal.credentials import Credential


class EmulatorAdapter(HTTPAdapter):
    """Changes only where the bytes go: URL, Host header and signature stay the cloud's own."""

    def __init__(self, emulator_url: str) -> None:
        super().__init__()
        self._emulator_url = emulator_url

    def add_headers(
        self,
        request: requests.PreparedRequest,
        **kwargs: object,  # noqa: ARG002 - requests calls it with the options of `send`
    ) -> None:
        """Name the host the URL is for, since the connection is to another."""
        request.headers["Host"] = urlsplit(request.url or "").netloc

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,  # noqa: ARG002 - every request goes to the same place
        verify: bool | str | None,  # noqa: ARG002, FBT001
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
        cert: tuple[str, str] | str | None = None,  # noqa: ARG002
    ) -> HTTPConnectionPool:
        """Return a connection to the emulator."""
        pool: HTTPConnectionPool = self.poolmanager.connection_from_url(self._emulator_url)
        return pool


def official_client(emulator_url: str, credential: Credential, region: str) -> CosS3Client:
    """Return the official SDK's client; its requests go to `emulator_url`, http://127.0.0.1:8000."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", EmulatorAdapter(emulator_url))
    session.mount("http://", EmulatorAdapter(emulator_url))
    config = CosConfig(
        Region=region,
        SecretId=credential.secret_id,
        SecretKey=credential.secret_key,
        Token=credential.token,
    )
    return CosS3Client(config, session=session)
