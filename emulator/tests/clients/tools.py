"""The commands of other people that are tried, in an environment of their own.

`COSLOCAL_CLIENTS` may name a folder that holds them; else PyPI and Debian are asked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

VARIABLE: Final = "COSLOCAL_CLIENTS"
FROM_PYPI: Final = ("s3cmd==2.4.0", "coscmd==1.9.0.6", "awscli==1.46.3")
FROM_DEBIAN: Final = "rclone"
NAMES: Final = ("s3cmd", "coscmd", "aws", "rclone")


def installed(folder: Path) -> Path:
    """The folder of the commands: the one that the variable names, or one below `folder`."""
    named = os.environ.get(VARIABLE)
    found = Path(named) if named else _install(folder)
    missing = [name for name in NAMES if not (found / name).exists()]
    assert not missing, f"{found} lacks {', '.join(missing)}"
    return found


def _install(folder: Path) -> Path:
    environment = folder / "environment"
    _run(sys.executable, "-m", "venv", str(environment), folder=folder)
    python = str(environment / "bin" / "python")
    _run(python, "-m", "pip", "install", "--quiet", *FROM_PYPI, folder=folder)
    _run("apt-get", "download", FROM_DEBIAN, folder=folder)
    (package,) = folder.glob(f"{FROM_DEBIAN}_*.deb")
    _run("dpkg", "-x", str(package), str(folder / "debian"), folder=folder)
    (environment / "bin" / FROM_DEBIAN).symlink_to(folder / "debian/usr/bin" / FROM_DEBIAN)
    return environment / "bin"


def _run(*command: str, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-2000:]}"
