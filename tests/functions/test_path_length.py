"""How many modules one upload crosses, from its event to its result."""

from __future__ import annotations

import sys
from types import FrameType

from docs.blocks import ROOT
from tests.support.clouds import cloud

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
