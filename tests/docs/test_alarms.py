"""The alarms of docs/operating.md watch figures that exist."""

from __future__ import annotations

import re

import pytest

from docs.blocks import ROOT
from shared.pipeline.status import StatusCounter

TABLE = (ROOT / "docs/operating.md").read_text(encoding="utf-8").partition("\n## Alarms")[2]
ROWS = re.findall(
    r"^\| \*\*(.+?)\*\* \| (.+?) \| .+ \|$", TABLE.partition("\n## ")[0], re.MULTILINE
)
SOURCE = "".join(
    path.read_text(encoding="utf-8")
    for folder in ("shared", "functions")
    for path in (ROOT / folder).rglob("*.py")
)
EVENTS = sorted({name for _, text in ROWS for name in re.findall(r"log events? `(\w+)`", text)})
FIELDS = sorted({name for _, text in ROWS for name in re.findall(r"`status.json`, `(\w+)", text)})


def test_there_are_alarms_with_figures() -> None:
    assert len(ROWS) == 7
    assert {"attempt", "record_failed", "refused"} <= set(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_one_that_the_functions_log(event: str) -> None:
    assert re.search(rf"log(_attempt)?(\.\w+)?\((context, [\w.]+, )?\"{event}\"", SOURCE)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_one_of_the_status(field: str) -> None:
    status = StatusCounter().status("2026-01-31T08:15:00Z", None, is_whole=True)
    assert field in status.document()
