"""How many objects an audit will list, for the time left: as many as the last one did.

No listing says how long it is. The number lies beside this machine's copy of bodies; if it can't
be read or written, no time left is shown.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def last_count(index: Path) -> int | None:
    """How many objects the last audit of everything listed."""
    try:
        return int(_beside(index).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def remember_count(index: Path, count: int) -> None:
    """Note how many it were."""
    with suppress(OSError):
        index.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _beside(index).write_text(str(count), encoding="ascii")


def _beside(index: Path) -> Path:
    return index.with_suffix(".count")
