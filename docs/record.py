"""Transcripts: what a command prints to a newcomer, in a fresh clone of what is committed."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path


def record(root: Path, target: str) -> None:
    """Run `make <target>` and keep what it prints in docs/<target>.txt.

    Raises:
        subprocess.CalledProcessError: the command failed; nothing is kept.
    """
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(root), str(clone)], check=True)  # noqa: S603, S607
        lines = [f"$ make {target}\n", *_printed(clone, target)]
    (root / f"docs/{target}.txt").write_text(abridged("".join(lines)), encoding="utf-8")


def abridged(transcript: str) -> str:
    """The transcript without pytest's lines of dots."""
    return re.sub(r"(^(tests/\S+ )?\.+ +\[ *\d+%\]\n)+", "…\n", transcript, flags=re.MULTILINE)


def _printed(clone: Path, target: str) -> list[str]:
    """The lines of a command, shown while it runs."""
    command = ["make", target]
    lines = []
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            lines.append(line.replace(str(clone), "…"))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return lines
