"""A whole account on one port: COS, CI, SCF, CAM and STS, with nothing in it yet but a bucket.

What somebody makes of it with `card-ocr setup` and `sls deploy` then runs: in the roles of the
functions, on the uploads, calls and timers of the local cloud.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from coslocal.ci.service import ACCOUNT
from coslocal.credentials import CredentialStore
from coslocal.server import LocalServer
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from local.running import SAMPLES
from tests.support.clouds import BUCKET, policies
from tests.support.deployed import invoker, make_deployed
from tests.support.served_deployments import FUNCTIONS, Served
from tests.support.tencent_api import TencentApi, on_one_port
from tests.support.tencent_api.cam import create_role
from tests.support.tencent_api.state import Account, Caller, Document, StoredFunction

_OF_SCF = ("TENCENTCLOUD_", "LOCAL_CLOUD")


@contextmanager
def served_account(folder: Path) -> Iterator[Served]:
    """Serve an account; code is unpacked below `folder`. Uploads wait for `cloud.start`."""
    server, session = LocalServer(), requests.Session()
    session.trust_env = False
    account = Account(uin=ACCOUNT, url_of=lambda _function: f"{server.url}/functions/callback")
    api = TencentApi(CredentialStore(), account)
    cloud = LocalCloud(
        ScriptedRecogniser.for_samples(SAMPLES),
        Setup(
            url=server.url,
            functions=FUNCTIONS,
            bucket=BUCKET,
            policies=policies({}),
            bucket_exists=False,  # or CI would serve it already
        ),
        make_function=make_deployed(account, "card-ocr-prod-", folder),
        session=session,
    )
    cloud.cos.create_bucket(BUCKET)
    api.credentials = cloud.credentials
    account.new_credential = lambda role: cloud.credential_of_role(role.rpartition("-")[2])
    account.invoke = lambda function, event: _invoked(cloud, folder, function, event)
    server.serve(on_one_port(api, cloud.app))
    try:
        yield Served(cloud, api, server.url)
    finally:
        cloud.stop()
        server.stop()


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


def _invoked(cloud: LocalCloud, folder: Path, function: StoredFunction, event: object) -> Document:
    """Invoke, with what SCF adds to the environment of that function."""
    environment = cloud.environment(function.name.rpartition("-")[2])
    added = {name: value for name, value in environment.items() if name.startswith(_OF_SCF)}
    return invoker(folder, added)(function, event)
