"""What a new instance is spared before its handler can be called."""

from __future__ import annotations

import subprocess
import sys
from types import FrameType

import pytest

from docs.blocks import ROOT
from tests.support.clouds import cloud

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


# How many modules one upload crosses, from its event to its result.


MOST = 24
FOLDERS = ("shared", "functions")


def test_one_upload_crosses_few_modules() -> None:
    crossed: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            crossed.add(frame.f_code.co_filename)

    with cloud() as opened:
        sys.setprofile(note)
        try:
            etag = opened.upload("uploads/a.jpg")
        finally:
            sys.setprofile(None)
        assert opened.result("uploads/a.jpg", etag)["outcome"] == "recognised"
    ours = [f"{ROOT}/{folder}/" for folder in FOLDERS]
    modules = sorted(
        name.removeprefix(f"{ROOT}/") for name in crossed if name.startswith(tuple(ours))
    )
    assert len(modules) <= MOST
