"""What a new instance is spared before its handler can be called."""

from __future__ import annotations

import subprocess
import sys

import pytest

_COLLECTIONS = """
import gc
import shared
before = gc.get_stats()[0]["collections"]
import functions.{name}.index
print(gc.get_stats()[0]["collections"] - before)
"""
_MODULES = """
import sys
import functions.submit.index
print(*(name for name in sys.modules if name.startswith("shared.card.")))
"""


def printed(script: str) -> list[str]:
    """What a new interpreter prints."""
    return subprocess.check_output([sys.executable, "-c", script], text=True).split()


@pytest.mark.parametrize("name", ["submit", "callback", "sweep"])
def test_no_garbage_is_looked_for_while_a_handler_is_imported(name: str) -> None:
    assert printed(_COLLECTIONS.format(name=name)) == ["0"]


def test_submit_starts_without_what_reads_a_card() -> None:
    assert printed(_MODULES) == []
