"""The stand-in of the API on a socket, and the official SDK's client in front of it."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tencentcloud.common.credential import Credential as SdkCredential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.scf.v20180416.scf_client import ScfClient

from coslocal.credentials import Credential, CredentialStore
from coslocal.server import LocalServer
from tests.support.tencent_api import TencentApi
from tests.support.tencent_api.state import Account

SERVED = "ap-guangzhou"
DEPLOYER = Credential("AKIDinventeddeployer", "invented-key-of-the-deployer")


def zip_with(source: str) -> bytes:
    """A zip whose index.py is `source`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), source)
    return content.getvalue()


CREATE: dict[str, Any] = {
    "FunctionName": "f-1",
    "Code": {"ZipFile": base64.b64encode(zip_with("")).decode()},
    "Handler": "index.main_handler",
    "Runtime": "Python3.10",
    "Environment": {"Variables": [{"Key": "A", "Value": "b"}]},
}


class ServedApi(TencentApi):
    """The API, and where it is served."""

    url = ""


@contextmanager
def served_api(**account: Any) -> Iterator[ServedApi]:
    """The API on a port of its own; the arguments are those of `Account`."""
    api = ServedApi(CredentialStore(DEPLOYER), Account(**account))
    server = LocalServer()
    api.url = server.url
    server.serve(api)
    try:
        yield api
    finally:
        server.stop()


class Client:
    """The official SDK, at the stand-in."""

    def __init__(self, api: ServedApi) -> None:
        http = HttpProfile(protocol="http", endpoint=api.url.removeprefix("http://"))
        self.scf = ScfClient(
            SdkCredential(DEPLOYER.secret_id, DEPLOYER.secret_key),
            SERVED,
            ClientProfile(httpProfile=http),
        )

    def call(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        """What an action is answered with."""
        response: dict[str, Any] = self.scf.call_json(action, body)["Response"]
        return response
