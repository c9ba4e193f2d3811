"""Counting log lines as CLS does for an alarm: the condition on fields, the SQL, the trigger.

SQLite runs the SQL; what it lacks of CLS's functions (614/44061) is added.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

from coslocal.functions.interface import LogLine

_WHOSE = re.compile(r'SCF_FunctionName:"([\w-]+)"')


class _CountIf:
    def __init__(self) -> None:
        self.count = 0

    def step(self, holds: object) -> None:
        self.count += bool(holds)

    def finalize(self) -> int:
        return self.count


def _extract(text: str, pattern: str, group: int = 0) -> str | None:
    found = re.search(pattern, text)
    return found[group] if found else None


def counted(query: str, lines: Iterable[LogLine]) -> Mapping[str, int]:
    """The one row that a query gives."""
    whose, sign, columns = query.partition(" | SELECT ")
    assert sign
    names = set(_WHOSE.findall(whose))
    assert whose == " OR ".join(f'SCF_FunctionName:"{name}"' for name in _WHOSE.findall(whose))
    with closing(sqlite3.connect(":memory:")) as database:
        database.row_factory = sqlite3.Row
        database.execute("PRAGMA case_sensitive_like = ON")
        database.create_aggregate("count_if", 1, _CountIf)
        database.create_function("regexp_extract", 2, _extract)
        database.create_function("regexp_extract", 3, _extract)
        database.execute("CREATE TABLE log (SCF_RequestId TEXT, SCF_Message TEXT)")
        rows = [
            (_extract(line.text, '"request_id": "([^"]*)"', 1), line.text)
            for line in lines
            if line.function in names
        ]
        database.executemany("INSERT INTO log VALUES (?, ?)", rows)
        row = dict(database.execute(f"SELECT {columns} FROM log").fetchone())  # noqa: S608
        return {name: count or 0 for name, count in row.items()}  # Python's own says NULL of none


def is_raised(alarm: Mapping[str, Any], lines: Iterable[LogLine]) -> bool:
    """Whether an alarm of these parameters of CreateAlarm is raised by the lines of its time."""
    (target,) = alarm["AlarmTargets"]
    row = counted(target["Query"], lines)
    text = re.sub(r"\$1\.(\w+)", lambda found: str(row[found[1]]), alarm["Condition"])
    assert re.fullmatch(r"[0-9 +*<>=&|()-]+", text), text
    return bool(eval(text.replace("&&", "and").replace("||", "or")))  # noqa: S307 — only numbers
