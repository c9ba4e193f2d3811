"""What is deployed runs: the uploaded zips, with the environment the deployment gave them.

The functions are the runtime's own process, with nothing to import but the unpacked upload, in a
folder that nothing may be written to.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from unittest import mock

from coslocal.functions import Returned
from deploy.__main__ import main
from deploy.commands import session
from tests.support.deployed import written_beside
from tests.support.deployments import DEPLOYER, VirtualClock
from tests.support.environment import BUCKET, SECRET
from tests.support.served_deployments import Served, served_deployment
from tests.support.serverless_yml import document
from tests.support.unpacked import runtime


def run(served: Served, package: Path, *arguments: str) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "INPUT_BUCKET": BUCKET,
        "CARD_TYPE_RULES": "uploads/driver/=DriverLicense",
        "CALLBACK_SECRET": SECRET,
        "TENCENTCLOUD_SECRET_ID": DEPLOYER.secret_id,
        "TENCENTCLOUD_SECRET_KEY": DEPLOYER.secret_key,
        "LOCAL_CLOUD": served.url,
    }
    handed_over = {**json.loads(document(environ=environ)), "package": {"path": str(package)}}
    with (
        mock.patch.object(sys, "stdin", io.StringIO(json.dumps(handed_over))),
        mock.patch.dict(os.environ, environ, clear=True),
        mock.patch.object(session, "time", VirtualClock()),
    ):
        assert main(arguments) == 0


def test_the_uploaded_zips_process_the_specimens_end_to_end(tmp_path: Path) -> None:
    runtime()
    with served_deployment(tmp_path / "code") as served:
        # Given what `sls package` and `sls deploy` make of the repository
        run(served, tmp_path / "package", "package")
        run(served, tmp_path / "package", "deploy")
        # Then each specimen has its result, as it was drawn, and was called back for
        served.run_specimens()
        # And a sweep finds nothing to do
        swept = served.cloud.functions["sweep"].invoke({"Type": "Timer", "Message": "reconcile"})
        assert isinstance(swept, Returned)
        # And nothing was written beside the code
        assert written_beside(tmp_path / "code") == set()
