"""Where the commands of the simulation write to."""

from __future__ import annotations

import sys


def say(*lines: str) -> None:
    """Write lines, at once: whoever waits sees how far it is."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()
