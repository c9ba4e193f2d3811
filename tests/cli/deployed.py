"""A deployment that works, for tests that break one thing of it."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.connect.service import service_of
from coslocal.agenda import MovableClock
from deploy.commands.deploy import deploy
from shared.times import from_rfc3339
from tests.cli.operators import Answer, Operator
from tests.support.accounts import FUNCTIONS, OwnedCloud, account, grant_ci_its_role
from tests.support.serverless_yml import document
from tests.support.tencent_api import TencentApi
from tests.support.tencent_api.functions import ACTIONS
from tests.support.tencent_api.state import Caller, StoredFunction
from tests.support.tencent_clients import CREATE, SERVED, zip_with


def as_printed(handed_over: dict[str, Any]) -> str:
    """The document that the plugin hands over, in the form in which `sls print` has it."""
    stage = handed_over["stage"]
    place = {"name": "tencent", "stage": stage, "region": handed_over["region"]}
    functions = {
        key: {**function, "name": f"{handed_over['service']}-{stage}-{key}"}
        for key, function in handed_over["functions"].items()
    }
    return json.dumps(
        {
            "service": handed_over["service"],
            "provider": {**place, **handed_over["provider"]},
            "functions": functions,
        }
    )


class Functions(NamedTuple):
    """An account whose functions are there; what they do is no matter."""

    operator: Operator
    api: TencentApi

    def function(self, key: str) -> StoredFunction:
        return self.api.account.functions[SERVED, f"card-ocr-prod-{key}"]

    def log(self, key: str, at: str, request: str, text: str) -> None:
        """Have a function log a line; one without fields is one that CLS couldn't index."""
        name = f"card-ocr-prod-{key}"
        fields = {"SCF_FunctionName": name, "SCF_RequestId": request, "SCF_Message": text}
        line = {"Time": from_rfc3339(at) * 1000, "LogJson": json.dumps(fields)}
        self.function(key).logs.append(line)


@contextmanager
def functions(operator: Operator) -> Iterator[Functions]:
    with account() as owned:
        operator.serves(owned)
        for key in FUNCTIONS:
            body = {**CREATE, "FunctionName": f"card-ocr-prod-{key}"}
            ACTIONS["CreateFunction"](owned.api.account, Caller(SERVED, None), body)
        yield Functions(operator, owned.api)


class Deployment:
    """Setup has run, the functions are deployed, and sweep has swept."""

    def __init__(
        self, operator: Operator, owned: OwnedCloud, clock: MovableClock, folder: Path
    ) -> None:
        self.operator = operator
        self.cloud = owned
        self.local = owned.local
        self.api = owned.api
        self.clock = clock
        self.without: Sequence[str] = ()  # places that are taken out of serverless.yml
        self._folder = folder

    def set_up(self) -> None:
        assert self.operator.calls("setup", "--yes").status == 0
        grant_ci_its_role(self.cloud.api.account)
        service = service_of(self.printed())._replace(package_path=self._folder)
        for key in FUNCTIONS:
            (self._folder / f"{key}.zip").write_bytes(zip_with(""))
        deploy(service, argparse.Namespace(dry_run=False))
        self.sweep()

    def printed(self) -> str:
        """What `sls print` says in the present environment; a test with Node compares."""
        return as_printed(json.loads(document(environ=os.environ, remove=self.without)))

    def sweep(self) -> None:
        self.cloud.invoke("sweep", {"Type": "Timer", "TriggerName": "sweep", "Message": ""})

    def function(self, key: str) -> StoredFunction:
        return self.api.account.functions["ap-guangzhou", f"card-ocr-prod-{key}"]

    def doctor(self, *words: str) -> Answer:
        return self.operator.calls("doctor", *words)

    def findings(self, *words: str) -> dict[str, dict[str, Any]]:
        """The doctor's findings by the check's name."""
        document = self.doctor("--json", *words).document()
        return {finding["check"]: finding for finding in document["checks"]}


@contextmanager
def deployed(
    operator: Operator,
    patch: pytest.MonkeyPatch,
    folder: Path,
    without: Sequence[str] = (),
    **settings: str,
) -> Iterator[Deployment]:
    clock = MovableClock()
    with account(clock, **settings) as owned:
        operator.serves(owned)
        deployment = Deployment(operator, owned, clock, folder)
        deployment.without = without
        patch.setattr("cli.connect.service.printed", lambda _environ, _stage: deployment.printed())
        deployment.set_up()
        yield deployment
