"""An emulator for tests, in their own process: `pytest_plugins = ["coslocal.testing"]`.

The fixture `emulator` needs no sockets: while a test has it, whatever this process asks of
*.myqcloud.com is answered by it. What the other two fixtures return, a test or its folder may
override.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from coslocal.agenda import ManualClock
from coslocal.ci.recognition import NothingRecognised, Recogniser
from coslocal.emulator import Emulator
from coslocal.settings import Settings


@pytest.fixture
def emulator_settings() -> Settings:
    """How the emulator is set up: bucket, region, and which functions there are."""
    return Settings()


@pytest.fixture
def emulator_recogniser() -> Recogniser:
    """What reads the pictures of CI's jobs."""
    return NothingRecognised()


@pytest.fixture
def emulator(emulator_settings: Settings, emulator_recogniser: Recogniser) -> Iterator[Emulator]:
    """An emulator on a clock that `advance` moves; events wait for `run_until_idle`."""
    clock = ManualClock(time.time())
    emulator = Emulator(emulator_settings, emulator_recogniser, clock=clock)
    with emulator.in_process():
        yield emulator
