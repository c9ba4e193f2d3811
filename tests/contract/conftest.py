from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.wire import Wire, tapped


@pytest.fixture
def wire() -> Iterator[Wire]:
    with tapped() as heard:
        yield heard
