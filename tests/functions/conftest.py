from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.clouds import DELIVERIES, Cloud, delivering


@pytest.fixture(params=DELIVERIES)
def local_cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """The same cloud for each way in which a result can come."""
    with delivering(request.param) as opened:
        yield opened
