"""An emulator for tests; pytest finds the plugin by itself once the package is installed.

The fixture `emulator` needs no sockets: while a test has it, whatever this process asks of
*.myqcloud.com is answered by it. `serverless` is one with a project's serverless.yml deployed, each
function in processes of its own. What the other fixtures return, a test or its folder may override.

pytest loads this module in every run, so it imports the emulator when a fixture is asked for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from coslocal.ci.job_types import JobType
    from coslocal.emulator import Emulator
    from coslocal.settings import Settings


@pytest.fixture
def emulator_settings() -> Settings:
    """How `emulator` is set up: bucket, region, and which functions there are."""
    from coslocal.settings import Settings  # noqa: PLC0415 - see above

    return Settings()


@pytest.fixture
def emulator_job_types() -> Sequence[JobType]:
    """What CI does, besides recognising nothing."""
    return ()


@pytest.fixture
def serverless_file(request: pytest.FixtureRequest) -> Path:
    """The project of `serverless`: the nearest serverless.yml, from the test's folder up."""
    from coslocal.project import FILE  # noqa: PLC0415 - see above

    for folder in request.path.parents:
        if (folder / FILE).is_file():
            return folder / FILE
    return pytest.fail(f"no folder from {request.path.parent} up has a {FILE}")


@pytest.fixture
def emulator(
    emulator_settings: Settings, emulator_job_types: Sequence[JobType]
) -> Iterator[Emulator]:
    """An emulator on a clock that `advance` moves; events wait for `run_until_idle`."""
    from coslocal.agenda import ManualClock  # noqa: PLC0415 - see above
    from coslocal.emulator import Emulator  # noqa: PLC0415 - see above

    clock = ManualClock(time.time())
    emulator = Emulator(emulator_settings, emulator_job_types, clock=clock)
    with emulator.in_process():
        yield emulator


@pytest.fixture
def serverless(serverless_file: Path, emulator_job_types: Sequence[JobType]) -> Iterator[Emulator]:
    """An emulator with the functions of `serverless_file`, on a clock that `advance` moves.

    It is on a socket too, at `settings.url`, where the functions' processes find it.
    """
    from coslocal.agenda import ManualClock  # noqa: PLC0415 - see above
    from coslocal.emulator import Emulator  # noqa: PLC0415 - see above
    from coslocal.project import read_project  # noqa: PLC0415 - see above
    from coslocal.server import served  # noqa: PLC0415 - see above

    project = read_project(serverless_file)

    def make(url: str, _session: object) -> Emulator:
        clock = ManualClock(time.time())
        return Emulator(project.settings(url), emulator_job_types, clock=clock)

    with served(make, workers=0) as emulator, emulator.in_process():
        yield emulator
