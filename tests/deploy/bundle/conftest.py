from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.bundle.compiled import find_runtime
from deploy.commands.package import package
from deploy.configuration.document import read_service
from tests.support.serverless_yml import document
from tests.support.unpacked import unpack

FUNCTIONS = ("submit", "callback", "sweep")


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the zips of this repository, as `sls package` makes them here."""
    folder = tmp_path_factory.mktemp("packaged")
    package(read_service(document())._replace(package_path=folder))
    return folder


@pytest.fixture(scope="session")
def unpacked(packaged: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Each function's code as it lies in SCF; needs the runtime to be of use."""
    if find_runtime() is None:
        return {}
    folder = tmp_path_factory.mktemp("code")
    return {name: unpack(packaged / f"{name}.zip", folder / name) for name in FUNCTIONS}
