from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud, Setup
from tests.support.clouds import Cloud, setup_with, watched


@pytest.fixture
def local_cloud_setup() -> Setup:
    return setup_with()


@pytest.fixture
def local_cloud(local_cloud: LocalCloud) -> Iterator[Cloud]:
    with watched(local_cloud) as cloud:
        yield cloud
