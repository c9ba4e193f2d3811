"""Somebody who runs `sls`, with a checkout, an API key and a shell."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.deployments import DEPLOYER, state_of
from tests.support.environment import BUCKET, REGION, SECRET
from tests.support.roles import set_up_roles
from tests.support.served_deployments import Served
from tests.support.serverless_yml import configuration
from tests.support.sls import service_folder, sls


class User:
    """Somebody with a checkout, an API key and a shell."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.served = served
        self.folder = service_folder(folder)
        self.environ: dict[str, str] = {
            "INPUT_BUCKET": BUCKET,
            "CALLBACK_SECRET": SECRET,
            "TENCENTCLOUD_REGION": REGION,
            "TENCENTCLOUD_SECRET_ID": DEPLOYER.secret_id,
            "TENCENTCLOUD_SECRET_KEY": DEPLOYER.secret_key,
            "LOCAL_CLOUD": served.url,
        }
        self.reads("uploads/")

    def reads(self, prefix: str) -> None:
        """Have other photos be cards, in .env."""
        self.environ |= {"INPUT_PREFIX": prefix}
        self.environ["CARD_TYPE_RULES"] = f"{prefix}driver/=DriverLicense"
        set_up_roles(self.served.api.account, INPUT_PREFIX=prefix)

    def writes(self, change: Mapping[str, Any]) -> None:
        """Change serverless.yml: values at dotted paths."""
        text = json.dumps(configuration(change))
        (self.folder / "serverless.yml").write_text(text, encoding="utf-8")

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `sls`; no secret may be seen, nor a stack trace."""
        ended = sls(self.folder, *arguments, environ=self.environ)
        seen = ended.stdout + ended.stderr
        for secret in (SECRET, DEPLOYER.secret_key, "Traceback", "at process."):
            assert secret not in seen
        return ended

    def does(self, *arguments: str) -> list[str]:
        """Run `sls` with success; returns the actions that changed something."""
        before = len(self.served.api.calls)
        ended = self.runs(*arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return [call.action for call in self.served.api.calls[before:] if call.changes]

    def is_refused(self, *arguments: str) -> str:
        """Run `sls` without success; returns the one sentence that it says."""
        ended = self.runs(*arguments)
        assert ended.returncode == 1, ended.stdout + ended.stderr
        (sentence,) = ended.stderr.splitlines()
        return sentence

    def deployed(self) -> dict[str, Any]:
        """What is deployed."""
        return state_of(self.served.api.account)
