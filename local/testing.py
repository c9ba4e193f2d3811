"""A local cloud for tests, in their own process: `pytest_plugins = ["local.testing"]`.

The fixture `local_cloud` is a cloud without sockets: while a test has it, whatever this process
asks of *.myqcloud.com is answered by it. What is deployed on it is what the other two fixtures say,
which a test's own folder may override.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from local.agenda import Clock, ManualClock
from local.cloud import LocalCloud, Setup
from local.functions import Function, Handler, InProcessFunction
from local.functions.interface import WriteLog
from local.functions.repository import in_process
from local.recognition.scripted import ScriptedRecogniser


@pytest.fixture
def local_cloud_setup() -> Setup:
    """How the cloud is set up: bucket, region, settings, and which functions there are."""
    return Setup()


@pytest.fixture
def local_cloud_handlers() -> Mapping[str, Handler]:
    """The handlers that stand for this repository's own, by the function's name."""
    return {}


@pytest.fixture
def local_cloud(
    local_cloud_setup: Setup, local_cloud_handlers: Mapping[str, Handler]
) -> Iterator[LocalCloud]:
    """A local cloud on a clock that `advance` moves; events wait for `run_until_idle`."""
    clock = ManualClock(time.time())
    with opened(local_cloud_setup, clock=clock, handlers=local_cloud_handlers) as cloud:
        yield cloud


@contextmanager
def opened(
    setup: Setup, *, clock: Clock = time.time, handlers: Mapping[str, Handler] | None = None
) -> Iterator[LocalCloud]:
    """Put a local cloud in the cloud's place until the block is left.

    Raises:
        ValueError: A handler is for a function that isn't deployed, where nothing would call it.
    """
    given = handlers or {}
    unused = sorted(given.keys() - set(setup.functions))
    if unused:
        deployed = ", ".join(setup.functions)
        raise ValueError(f"{unused[0]} has a handler and is not deployed; deployed are {deployed}")

    def make(name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
        if name in given:
            return InProcessFunction(name, given[name], environment, write_log)
        return in_process(name, environment, write_log)

    cloud = LocalCloud(ScriptedRecogniser(), setup, clock=clock, make_function=make)
    with cloud.in_process():
        yield cloud
