"""The real `sls` on a service folder that shares everything but serverless.yml with this one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.serverless_yml import ROOT

OSLS = ROOT / "node_modules" / "osls" / "bin" / "serverless.js"
_SHARED = ("build", "deploy", "functions", "requirements", "shared")
_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "PYENV_", "PIP_", "NPM_", "npm_")


def service_folder(folder: Path, configuration: Mapping[str, Any] | None = None) -> Path:
    """Make a service folder with a configuration, or with the repository's serverless.yml."""
    folder.mkdir(parents=True, exist_ok=True)
    (ROOT / "build").mkdir(exist_ok=True)
    for name in _SHARED:
        (folder / name).symlink_to(ROOT / name)
    if configuration is None:
        shutil.copy(ROOT / "serverless.yml", folder)
    else:  # JSON is YAML
        (folder / "serverless.yml").write_text(json.dumps(configuration), encoding="utf-8")
    return folder


def inherited() -> dict[str, str]:
    """What programs need of this environment: where they lie, and from where packages come."""
    return {name: value for name, value in os.environ.items() if name.startswith(_INHERITED)}


def sls(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None, program: Path = OSLS
) -> subprocess.CompletedProcess[str]:
    """Run the command line with none of this process's variables but what programs need."""
    quiet = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off", "CI": "1"}
    return subprocess.run(
        ["node", str(program), *arguments],  # noqa: S607 — whichever Node is in use
        cwd=folder,
        env={**inherited(), **quiet, "VENV": sys.prefix, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
