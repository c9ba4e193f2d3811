from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.commands.package import package
from deploy.configuration.document import read_service
from tests.support.deployments import Deployment
from tests.support.serverless_yml import ENVIRON, document
from tests.support.unpacked import runtime, unpack


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path)


@pytest.fixture
def existing(deployment: Deployment) -> Deployment:
    """A deployment that is there already."""
    deployment.deployed()
    return deployment


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the zips of this repository, as `sls package` makes them here."""
    folder = tmp_path_factory.mktemp("packaged")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRON.items():
            patch.setenv(name, value)
        package(read_service(document())._replace(package_path=folder))
    return folder


@pytest.fixture(scope="session")
def unpacked(packaged: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Each function's code as it lies in SCF; skips without the runtime."""
    runtime()
    folder = tmp_path_factory.mktemp("code")
    return {zipped.stem: unpack(zipped, folder / zipped.stem) for zipped in packaged.glob("*.zip")}
