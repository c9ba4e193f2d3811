"""How many objects an audit will list, for the time left: as many as the last one did.

COS doesn't say how long a listing is. The audit keeps the number beside this machine's copy of
bodies. If it can't read or write the number, it shows no time left.
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
