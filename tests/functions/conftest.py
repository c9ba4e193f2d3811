from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.clouds import Cloud, cloud


@pytest.fixture
def local_cloud() -> Iterator[Cloud]:
    with cloud() as opened:
        yield opened
