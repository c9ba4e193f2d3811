"""The files of events/, loaded by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "events"
JOB_ID = "a3c193f288b2c11eeb60f39de2f86f409"
"""The job that callbacks and messages tell of."""


def names(start: str = "") -> list[str]:
    return sorted(path.name for path in FOLDER.glob(f"{start}*.json"))


def load(name: str, token: str = "", job_id: str = JOB_ID) -> dict[str, Any]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    event: dict[str, Any] = json.loads(text.replace("<token>", token).replace(JOB_ID, job_id))
    return event


def event_for(*keys: str) -> dict[str, Any]:
    """The COS event of these uploads."""
    records = []
    for key in keys:
        (record,) = load("cos-put.json")["Records"]
        record["cos"]["cosObject"]["key"] = f"/1250000000/cards/{key}"
        records.append(record)
    return {"Records": records}
