"""The official SDK for Node.js: installed from its registry, and its pages' examples, run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tests.command import running

SDK: Final = Path(__file__).parent / "node"
LEGACY: Final = {"getV4Auth"}
"""Methods for an API that is not COS's any more: the JSON API, version 4."""


def installed(folder: Path) -> Path:
    """Install the SDK into a folder, which is returned."""
    for name in ("package.json", "package-lock.json", "examples.js"):
        shutil.copy(SDK / name, folder)
    install = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(install, cwd=folder, check=True)
    return folder


def run(folder: Path) -> tuple[dict[str, str | None], set[str]]:
    """Run every example with the SDK that is in a folder.

    Returns what was raised, None for nothing, by the example's name; and the SDK's methods.
    """
    with tempfile.TemporaryDirectory() as empty, running(folder=Path(empty)) as variables:
        done = subprocess.run(
            ["node", "examples.js"],  # noqa: S607 - whichever Node is in use
            cwd=folder,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=250,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    return found["endings"], set(found["methods"])
