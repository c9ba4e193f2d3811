"""The files of events/, loaded by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "events"


def names() -> list[str]:
    return sorted(path.name for path in FOLDER.glob("*.json"))


def load(name: str, token: str = "") -> dict[str, Any]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    event: dict[str, Any] = json.loads(text.replace("<token>", token))
    return event


def event_for(*keys: str) -> dict[str, Any]:
    """The COS event of these uploads."""
    records = []
    for key in keys:
        (record,) = load("cos-put.json")["Records"]
        record["cos"]["cosObject"]["key"] = f"/1250000000/cards/{key}"
        records.append(record)
    return {"Records": records}
