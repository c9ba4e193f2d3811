from __future__ import annotations

import pytest

from local.cloud import Setup
from local.testing import opened


def test_a_handler_that_nothing_would_call_is_an_error() -> None:
    handlers = {"sumbit": lambda _event, _context: None}
    with (
        pytest.raises(ValueError, match="sumbit has a handler and is not deployed"),
        opened(Setup(functions=["submit"]), handlers=handlers),
    ):
        pass
