"""`invoke local` runs a function of the repository in a process, here on the local cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import requests

from coslocal.client import official_client
from coslocal.cos.errors import CosError
from coslocal.server import LocalServer
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from tests.support.clouds import CARD
from tests.support.deployments import DEPLOYER, ENVIRONMENT, Deployment, document
from tests.support.environment import BUCKET, REGION, SECRET
from tests.support.event_files import FOLDER
from tests.support.privacy import leaks


@pytest.fixture
def served() -> Iterator[LocalCloud]:
    server, session = LocalServer(), requests.Session()
    session.trust_env = False
    cloud = LocalCloud(ScriptedRecogniser(), Setup(url=server.url, functions=()), session=session)
    cloud.credentials.add(DEPLOYER)
    server.serve(cloud.app)
    yield cloud
    server.stop()


def run(cloud: LocalCloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {
        "PATH": os.environ["PATH"],
        **ENVIRONMENT,
        "LOCAL_CLOUD": cloud.setup.url,
        "CALLBACK_URL": "https://callback.example/card",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "deploy", "invoke-local", *arguments],
        cwd=Path(__file__).parents[3],
        env=environ,
        input=json.dumps(document(Path("unused"))),
        capture_output=True,
        text=True,
        check=False,
    )
    assert leaks(ended.stdout + ended.stderr, [SECRET, DEPLOYER.secret_key]) == set()
    return ended


def test_a_stranger_is_refused_by_callback(served: LocalCloud) -> None:
    path = str(FOLDER / "callback-json-object.json")
    ended = run(served, "--function", "callback", "--path", path)
    assert (ended.returncode, json.loads(ended.stdout)["statusCode"]) == (0, 403)
    assert json.loads(ended.stderr)["event"] == "refused"


def test_an_upload_is_submitted_with_the_operators_keys(served: LocalCloud) -> None:
    # Given a photo in the bucket, and the event of its upload
    client = official_client(served.setup.url, DEPLOYER, REGION)
    client.put_object(Bucket=BUCKET, Key="uploads/a.jpg", Body=CARD)
    ended = run(served, "--function", "submit", "--path", str(FOLDER / "cos-put.json"))
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"records": 1})
    assert [job.state for job in served.jobs] == ["Submitted"]


def test_a_function_that_fails_fails_the_command(served: LocalCloud) -> None:
    served.cos.before_effect = lambda _request: CosError("AccessDenied", "no")
    ended = run(served, "--function", "sweep")
    assert (ended.returncode, ended.stdout) == (1, "")
    *_, raised, said = ended.stderr.splitlines()
    assert raised.startswith("StorageFault: ")
    assert said == "sweep failed: what it wrote above says why"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "SSL_CERT_FILE"])
def test_a_function_takes_the_way_out_of_this_network_that_the_command_takes(
    deployment: Deployment, name: str
) -> None:
    given = __file__ if name == "SSL_CERT_FILE" else "invented"
    deployment.environ |= {name: given, "CALLBACK_URL": "https://callback.example/card"}
    with mock.patch.object(subprocess, "run", return_value=mock.Mock(returncode=0)) as started:
        deployment.deployed("invoke-local", "--function", "sweep")
    environment = started.call_args.kwargs["env"]
    assert environment[name] == given
    assert "TENCENTCLOUD_SECRET_KEY" not in environment
