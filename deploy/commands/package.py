"""`sls package`: check the configuration, then make a zip of each function."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.bundle.compiled import VERSION, find_runtime
from deploy.bundle.contents import MANIFEST, archive, contents, manifest
from deploy.configuration.checks import check, missing_variables
from deploy.configuration.service import Service
from deploy.errors import BundleFailed

ROOT = Path(__file__).parents[2]

_NO_BYTECODE = (
    f"There is no CPython {VERSION} here, so the zips hold only sources: they work, but every cold "
    "start compiles them, and imports take more than twice as long.\n"
)


def package(service: Service) -> None:
    """Write the zips and their manifest into the service's package folder.

    Raises:
        WrongConfiguration: a value of serverless.yml or the environment can't be deployed.
        ConfigurationError: a variable of the functions is wrong.
        BundleFailed: a zip couldn't be made; what was packaged before stays as it is.
    """
    check(service, os.environ)
    built = contents(ROOT, service.functions, find_runtime())
    zips = {key: archive(files) for key, files in built.functions.items()}
    _write(service.package_path, {f"{key}.zip": content for key, content in zips.items()})
    _write(service.package_path, {MANIFEST: manifest(built, zips).encode()})
    for key, content in zips.items():
        sys.stdout.write(f"{service.zip_path(key)}  {len(content) / 1e6:.2f} MB\n")
    if built.runtime is None:
        sys.stdout.write(_NO_BYTECODE)
    missing = missing_variables(service, os.environ)
    if missing:
        sys.stdout.write(
            f"Not set: {' and '.join(missing)}. `sls package` doesn't need them, but `sls deploy` "
            "does: see .env.example.\n"
        )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            unfinished = folder / f"{name}.unfinished"
            unfinished.write_bytes(content)
            unfinished.replace(folder / name)
    except OSError as error:
        raise BundleFailed(f"{folder} can't be written: {error.strerror}") from None
