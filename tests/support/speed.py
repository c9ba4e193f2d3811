"""What makes the suite faster and changes no test.

A pytest plugin.
"""

from __future__ import annotations

import functools
import gc

import pytest
import typer.main


def pytest_configure(config: pytest.Config) -> None:
    """Build `card-ocr` once: reading the options of its commands takes as long as many a test."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setattr(typer.main, "get_command", functools.cache(typer.main.get_command))


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what was imported and collected: all of it stays."""
    gc.collect()
    gc.freeze()
