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


def environment_of(command: Sequence[str]) -> dict[str, str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if command is IN_THE_SOURCE:
        environment["PYTHONPATH"] = str(SOURCE)
    return environment


def answered(
    *options: str, folder: Path, command: Sequence[str] = IN_THE_SOURCE, **variables: str
) -> tuple[int, str, str]:
    """Run it to its end; returns its status, and what it writes to either stream."""
    done = subprocess.run(
        [*command, *options],
        cwd=folder,
        env={**environment_of(command), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_SECONDS,
    )
    return done.returncode, done.stdout, done.stderr


@contextmanager
def running(
    *options: str,
    folder: Path,
    command: Sequence[str] = IN_THE_SOURCE,
    printed: list[str] | None = None,
    **more: str,
) -> Iterator[Mapping[str, str]]:
    """Run it until the block is left; yields the variables that it prints, and its PID.

    It must end with 0, unless it is killed. The other lines that it prints are in `printed` at the
    end; `more` is in its environment.
    """
    printed = [] if printed is None else printed
    process = subprocess.Popen(
        [*command, "up", "--port", "0", *options],
        cwd=folder,
        env={**environment_of(command), **more},
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
            name, equals, value = line.rstrip("\n").partition("=")
            if equals and name.isupper():
                variables[name] = value
            else:
                printed.append(line.rstrip("\n"))
        else:
            raise AssertionError(process.stderr.read())
        variables["PID"] = str(process.pid)
        yield variables
        process.send_signal(signal.SIGINT)
        logged, written = process.communicate(timeout=WAIT_SECONDS)
        printed.extend(logged.splitlines())
        assert (process.returncode, written) in ((0, ""), (-signal.SIGKILL, ""))
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
