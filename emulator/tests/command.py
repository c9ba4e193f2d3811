"""The command `coslocal up`, as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"
IN_THE_SOURCE: Sequence[str] = (sys.executable, "-m", "coslocal")
WAIT_SECONDS = 30.0


@contextmanager
def running(
    *options: str, folder: Path, command: Sequence[str] = IN_THE_SOURCE
) -> Iterator[Mapping[str, str]]:
    """Run it until the block is left; yields the variables that it prints. It must end with 0."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if command is IN_THE_SOURCE:
        environment["PYTHONPATH"] = str(SOURCE)
    process = subprocess.Popen(
        [*command, "up", "--port", "0", *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    variables: dict[str, str] = {}
    try:
        for line in process.stdout:
            if line.startswith("ready: "):
                break
            name, _, value = line.rstrip("\n").partition("=")
            variables[name] = value
        else:
            raise AssertionError(process.stderr.read())
        yield variables
        process.send_signal(signal.SIGINT)
        _, written = process.communicate(timeout=WAIT_SECONDS)
        assert (process.returncode, written) == (0, "")
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
