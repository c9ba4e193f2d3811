"""The repository's specimens, which the page offers to users who have no card to upload."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.recognition.truth import read_truths

_FIRST: Final = ("id/straight.jpg", "driver/straight.jpg", "id/angle.jpg")


@dataclass(frozen=True)
class Sample:
    """One specimen: its name below the folder, and the ETag that it has in the bucket."""

    name: str
    card_type: str
    content: bytes
    etag: str


def read_samples(folder: Path) -> dict[str, Sample]:
    """Return every sample under `folder` by its name. Those that show most come first."""
    found = {}
    for path, truth in read_truths(folder):
        content, name = path.read_bytes(), path.relative_to(folder).as_posix()
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        found[name] = Sample(name, truth.card_type, content, etag)
    first = [name for name in _FIRST if name in found]
    return {name: found[name] for name in dict.fromkeys((*first, *found))}
