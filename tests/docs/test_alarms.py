"""The alarms of docs/operating.md watch figures that exist, and `card-ocr status` raises each."""

from __future__ import annotations

import re

import pytest

from cli.status.attention import FROM_CARDS, SHARES
from docs.blocks import ROOT
from shared.pipeline.status import StatusCounter
from tests.cli.alarms.test_symptoms import SYMPTOMS

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
    assert {"attempt", "record_failed", "refused"} <= set(EVENTS)


def test_the_percents_are_those_of_status() -> None:
    named = {"failed": "failed", "nothing found": "nothing_found", "needs review": "needs_review"}
    rows = re.findall(r"^\| \*\*(.+?)\*\* \|.+ \| above (\d+) %", TABLE, re.MULTILINE)
    shares = {named.get(name, "by_sweep"): int(percent) for name, percent in rows}
    again = re.search(r"above 1\.(\d) in an hour", TABLE)
    assert again is not None
    assert {**shares, "sent_again": 10 * int(again[1])} == SHARES
    assert FROM_CARDS == 10  # "from ten cards on"


def test_each_alarm_has_a_symptom_that_status_is_shown() -> None:
    assert sorted({symptom.alarm for symptom in SYMPTOMS} - {""}) == sorted(
        name for name, _ in ROWS
    )


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_one_that_the_functions_log(event: str) -> None:
    assert re.search(rf"log(_attempt)?(\.\w+)?\((context, [\w.]+, )?\"{event}\"", SOURCE)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_one_of_the_status(field: str) -> None:
    status = StatusCounter().status("2026-01-31T08:15:00Z", None, is_whole=True)
    assert field in status.document()
