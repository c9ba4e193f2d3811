"""What holds for every test: how hypothesis searches, what is watched, and what is made once."""

from __future__ import annotations

import functools
import gc
import os

import hypothesis
import typer.main

pytest_plugins = ["tests.support.privacy", "tests.support.skips"]

# `ci` tries the same examples every time. `dev` tries new ones; a failure prints the seed that
# brings them back (`--hypothesis-seed`). Both print the line that replays the one that failed.
hypothesis.settings.register_profile("ci", derandomize=True, print_blob=True, deadline=None)
hypothesis.settings.register_profile("dev", print_blob=True, deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

# Making the parser of `card-ocr` takes longer than most of its commands; it keeps no state.
typer.main.get_command = functools.cache(typer.main.get_command)


def pytest_collection_finish() -> None:
    """Spare the garbage collector the tests themselves: they live as long as the process."""
    gc.collect()
    gc.freeze()
