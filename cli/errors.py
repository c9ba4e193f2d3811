"""Every error of the command line's own.

CardOcrError                in shared/errors.py
├── IndexUnusable           this machine's copy of results can't be opened, read or written
└── …StorageFault           in shared/errors.py
    └── ObjectRefused       COS refuses to show one photo, and others not
"""

from __future__ import annotations

from pathlib import Path

from shared.errors import CardOcrError, StorageFault


class IndexUnusable(CardOcrError):
    """The index is locked, can't be written, or the disk is full. It holds nothing of its own."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path}: {problem}; the file can be deleted at any time, and --no-index does without"
        )


class ObjectRefused(StorageFault):
    """COS refuses the HEAD of one photo, which may well be there."""
