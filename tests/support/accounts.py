"""A whole account in this process: the local cloud, and the SCF, CAM and STS API beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import requests
from requests.adapters import HTTPAdapter

from local.ci.service import ACCOUNT
from local.wsgi_adapter import WsgiAdapter
from tests.support.clouds import Cloud, cloud
from tests.support.tencent_api import TencentApi, on_one_port
from tests.support.tencent_api.state import Account

FUNCTIONS = ("submit", "callback", "sweep")


class OwnedCloud(Cloud):
    """A local cloud, and what the account's owner is shown of it."""

    api: TencentApi


@contextmanager
def account(**settings: str) -> Iterator[OwnedCloud]:
    """An account in which nothing is set up yet but the bucket; the functions run all the same."""
    with cloud(functions=FUNCTIONS, **settings) as opened:
        owned = OwnedCloud(opened.local)
        owned.api = TencentApi(opened.local.credentials, Account(uin=ACCOUNT, busy_polls=0))
        adapter = WsgiAdapter(on_one_port(owned.api, opened.local.app))

        def send(
            _self: HTTPAdapter, request: requests.PreparedRequest, **options: Any
        ) -> requests.Response:
            return adapter.send(request, **options)

        with mock.patch.object(HTTPAdapter, "send", send):
            yield owned
