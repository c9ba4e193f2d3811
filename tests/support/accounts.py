"""A whole account in this process: the local cloud, and the SCF, CAM and STS API beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coslocal.agenda import Clock, MovableClock
from coslocal.ci.service import ACCOUNT
from coslocal.functions import Returned
from coslocal.wsgi_adapter import carried_into
from tests.support.clouds import Cloud, cloud
from tests.support.tencent_api import TencentApi, on_one_port
from tests.support.tencent_api.cam import create_role
from tests.support.tencent_api.state import Account, Caller, StoredFunction

FUNCTIONS = ("submit", "callback", "sweep")


class OwnedCloud(Cloud):
    """A local cloud, and what the account's owner is shown of it."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud.local)
        local, self.calls = cloud.local, cloud.calls
        owner = Account(
            uin=ACCOUNT,
            busy_polls=0,
            url_of=lambda _function: f"{local.setup.url}/functions/callback",
            invoke=self._invoked,
            new_credential=lambda role: local.credential_of_role(role.rpartition("-")[2]),
        )
        self.api = TencentApi(local.credentials, owner)
        self.app = on_one_port(self.api, local.app)

    def _invoked(self, function: StoredFunction, event: object) -> dict[str, Any]:
        outcome = self.local.functions[function.name.rpartition("-")[2]].invoke(event)  # type: ignore[arg-type]
        returned = isinstance(outcome, Returned)
        message = json.dumps(outcome.value) if isinstance(outcome, Returned) else outcome.message
        return {"InvokeResult": 0 if returned else 1, "RetMsg": message, "Log": ""}


@contextmanager
def account(clock: Clock | None = None, **settings: str) -> Iterator[OwnedCloud]:
    """An account in which nothing is set up yet but the bucket; the functions run all the same."""
    with cloud(clock or MovableClock(), FUNCTIONS, **settings) as opened:
        owned = OwnedCloud(opened)
        with carried_into(owned.app):
            yield owned


def grant_ci_its_role(account: Account) -> None:
    """Do what CI's console does when the account's owner agrees."""
    trust = {
        "version": "2.0",
        "statement": [
            {
                "action": "name/sts:AssumeRole",
                "effect": "allow",
                "principal": {"service": "ci.qcloud.com"},
            }
        ],
    }
    body = {"RoleName": "CI_QCSRole", "PolicyDocument": json.dumps(trust)}
    create_role(account, Caller("ap-guangzhou", None), body)
