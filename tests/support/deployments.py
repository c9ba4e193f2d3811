"""A cloud to deploy into: the local cloud's COS and the stand-in of the API, without sockets.

`python -m deploy` runs in this process, as the plugin would start it: the document on standard
input, the keys and secrets in the environment.
"""

from __future__ import annotations

import copy
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

from coslocal.client import official_client
from coslocal.credentials import Credential, CredentialStore
from coslocal.wsgi_adapter import carried_into
from deploy.__main__ import main
from deploy.commands import session
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from tests.support import serverless_yml
from tests.support.clouds import LOCK
from tests.support.environment import BUCKET, REGION, SECRET
from tests.support.roles import set_up_roles
from tests.support.tencent_api import TencentApi, on_one_port
from tests.support.tencent_api.state import Account
from tests.support.tencent_clients import zip_with

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEPLOYER = Credential("AKIDinventeddeployer", "invented-key-of-the-deployer")
SINCE = "ocr/state/since.json"
URL = "http://127.0.0.1:8000"

ENVIRONMENT = {
    "CALLBACK_SECRET": SECRET,
    "TENCENTCLOUD_SECRET_ID": DEPLOYER.secret_id,
    "TENCENTCLOUD_SECRET_KEY": DEPLOYER.secret_key,
    "LOCAL_CLOUD": URL,
}

_PASSING = {"AddTime", "ModTime", "FunctionId", "ResourceId"}


def document(package: Path) -> dict[str, Any]:
    """What the plugin hands over for the repository's serverless.yml, with a tag and a level."""
    change = {"provider.tags": {"project": "card-ocr"}, "provider.environment.LOG_LEVEL": "INFO"}
    without = ("functions.submit.concurrency",)
    read: dict[str, Any] = json.loads(serverless_yml.document(change, remove=without))
    return {**read, "region": REGION, "package": {"path": str(package)}}


class VirtualClock:
    """Time that passes only if somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    monotonic = __call__

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Ended(NamedTuple):
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


class Deployment:
    """One account with its bucket and roles, and a service that can be deployed into it.

    Attributes:
        document: What serverless.yml says; a test changes it.
        environ: The process's environment.
        clock: What passes while a command waits.
        watch: Is shown the account after each request to the API.
        answers: What stands between the commands and the API, None for nothing.
    """

    def __init__(self, folder: Path) -> None:
        self.cloud = LocalCloud(ScriptedRecogniser(), Setup(functions=(), url=URL))
        self.cloud.credentials.add(DEPLOYER)
        self.clock = VirtualClock()
        self.api = new_api(self.cloud.credentials, clock=self.clock)
        self.document = document(folder / ".serverless")
        self.environ = dict(ENVIRONMENT)
        self.watch: Callable[[Account], None] = lambda _account: None
        self.answers: WSGIApplication | None = None
        self.package("first")

    @property
    def package_folder(self) -> Path:
        """Where the zips are."""
        return Path(self.document["package"]["path"])

    def package(self, version: str) -> None:
        """Make small zips, which a `version` tells apart."""
        self.package_folder.mkdir(exist_ok=True)
        for key in self.document["functions"]:
            source = f"def main_handler(event, context):\n    return {f'{key} {version}'!r}\n"
            (self.package_folder / f"{key}.zip").write_bytes(zip_with(source))

    def set_bucket(self, bucket: str) -> None:
        """Have a bucket of the cloud be the one that photos are uploaded to."""
        self.cloud.cos.create_bucket(bucket)
        self.document["functions"]["submit"]["events"][0]["cos"]["bucket"] = bucket
        self.document["provider"]["environment"]["INPUT_BUCKET"] = bucket

    def set_prefix(self, prefix: str) -> None:
        """Have other photos be cards: those under `prefix`."""
        self.document["functions"]["submit"]["events"][0]["cos"]["prefix"] = prefix
        self.document["provider"]["environment"]["INPUT_PREFIX"] = prefix
        self.set_up()

    def set_stage(self, stage: str) -> None:
        """Deploy as another stage, in roles of its own."""
        self.document["stage"] = stage
        for key, function in self.document["functions"].items():
            function["role"] = f"card-ocr-{stage}-{key}"
        self.set_up()

    def set_up(self) -> None:
        """Make the roles that the document needs, as `card-ocr setup` does."""
        environment = {k: v for k, v in self.document["provider"]["environment"].items() if v}
        set_up_roles(self.api.account, self.document["stage"], **environment)

    def run(self, *arguments: str) -> Ended:
        """Run a command; no secret may stand in what it prints."""
        out, err = io.StringIO(), io.StringIO()
        stdin = io.StringIO(json.dumps(self.document))
        with (
            mock.patch.object(sys, "stdin", stdin),
            mock.patch.dict(os.environ, self.environ, clear=True),
            mock.patch.object(session, "time", self.clock),
            self._requests(),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            status = main(arguments)
        ended = Ended(status, out.getvalue(), err.getvalue())
        for name, value in self.environ.items():
            if "SECRET" in name and value:
                assert value not in ended.out + ended.err, f"{name} is printed"
        return ended

    def deployed(self, *arguments: str) -> Ended:
        """Run a command that must succeed, `deploy` where none is named."""
        ended = self.run(*(arguments or ("deploy",)))
        assert (ended.status, ended.err) == (0, "")
        return ended

    def actions(self) -> list[str]:
        """Deploy for the first time; returns every action that takes."""
        self.deployed()
        return self.api.actions()

    def changes(self, *arguments: str) -> list[str]:
        """The actions by which a command that succeeds changes something."""
        before = len(self.api.calls)
        self.deployed(*arguments)
        return [call.action for call in self.api.calls[before:] if call.changes]

    def state(self) -> dict[str, Any]:
        """Everything that was deployed, but for times and numbers that differ each time."""
        return {"functions": state_of(self.api.account), "since": self.since() is not None}

    def function(self, key: str) -> Any:
        """A deployed function, as the stand-in keeps it."""
        return self.api.account.functions[REGION, f"card-ocr-prod-{key}"]

    def since(self) -> str | None:
        """When the deployment began, as the bucket says."""
        stored = self.cloud.cos.read_object(BUCKET, SINCE)
        return None if stored is None else str(json.loads(stored.body)["since"])

    def forget(self) -> None:
        """A new account, as quick as the last, and a bucket without a trace of that."""
        busy_polls = self.api.account.busy_polls
        self.api = new_api(self.cloud.credentials, clock=self.clock, busy_polls=busy_polls)
        self.set_up()
        client = official_client(URL, DEPLOYER, REGION)
        with self._requests():
            client.delete_object(Bucket=BUCKET, Key=SINCE)

    def put(self, key: str) -> None:
        """Put an object into the bucket, whose content nobody reads."""
        client = official_client(URL, DEPLOYER, REGION)
        with self._requests():
            client.put_object(Bucket=BUCKET, Key=key, Body=b"{}")

    def lock(self) -> None:
        """Have COS keep for 30 days what is put into the bucket from now on."""
        client = official_client(URL, DEPLOYER, REGION)
        with self._requests():
            client.put_bucket_object_lock(BUCKET, LOCK)

    def _requests(self) -> AbstractContextManager[None]:
        """Carry every request of this process into the app, whatever host it is for."""
        return carried_into(on_one_port(self._watched, self.cloud.app))

    def _watched(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        reply = (self.answers or self.api)(environ, start_response)
        self.watch(self.api.account)
        return reply


class Altered:
    """The API with another reply to some of its actions: whatever `change` makes of it."""

    def __init__(self, api: TencentApi, change: Callable[[str, Any], Any]) -> None:
        self._api = api
        self._change = change

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status: list[str] = []

        def hear(line: str, *_rest: Any) -> Callable[[bytes], object]:
            status.append(line)
            return lambda _written: None

        body = b"".join(self._api(environ, hear))
        changed = self._change(environ["HTTP_X_TC_ACTION"], json.loads(body))
        body = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(status[0], headers)
        return [body]


def new_api(credentials: CredentialStore, **account: Any) -> TencentApi:
    """The API of an account that has the roles and nothing else."""
    api = TencentApi(credentials, Account(**account))
    set_up_roles(api.account)
    return api


def state_of(account: Account) -> dict[str, Any]:
    """An account's functions by name, but for times and numbers that differ each time."""
    functions = {
        function.name: {
            "configuration": function.configuration,
            "code": function.zip_file,
            "triggers": sorted(function.triggers, key=lambda one: str(one["TriggerDesc"])),
            "asynchronous": function.asynchronous,
            "reserved": function.reserved_memory,
            "status": function.status,
        }
        for function in account.functions.values()
    }
    found: dict[str, Any] = _lasting(copy.deepcopy(functions))
    return found


def _lasting(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lasting(one) for key, one in value.items() if key not in _PASSING}
    return [_lasting(one) for one in value] if isinstance(value, list) else value
