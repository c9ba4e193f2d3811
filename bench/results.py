"""results.json, which keeps the last measurements, and the lines that `make bench` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.measurement import Figures, Part

PATH = Path(__file__).parent / "results.json"

Entry = Mapping[str, Any]


def read(path: Path = PATH) -> dict[str, Entry]:
    """Return the entries of the file by the name of the benchmark; none if there is no file."""
    if not path.exists():
        return {}
    entries: dict[str, Entry] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def write(entries: Mapping[str, Entry], path: Path = PATH) -> None:
    """Write the file."""
    text = json.dumps(entries, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def entry(figures: Figures, *, quick: bool) -> Entry:
    """Return a measurement as the file has it.

    If it has several parts, the numbers at its top are those of the part that uses up most of its
    goal; `met` is true if all parts meet theirs.
    """
    parts = figures.parts
    found = _document(max(parts.values(), key=lambda part: part.strain))
    found["met"] = all(part.is_met for part in parts.values())
    found["quick"] = quick
    if len(parts) > 1:
        found["parts"] = {name: _document(part) for name, part in parts.items()}
    if figures.beside:
        found["beside"] = {name: _rounded(value) for name, value in figures.beside.items()}
    return found


def lines(name: str, entry: Entry) -> Iterator[str]:
    """Return the printed lines of a benchmark: one for each part."""
    for about, part in entry.get("parts", {"": entry}).items():
        spread = f"{part['low']:.3f} to {part['high']:.3f}"
        met = "met" if part["met"] else "MISSED"
        yield f"{name:<16}{part['value']:>8.3f}  {spread:<19} {part['goal']:<9}{met:<8}{about}"
        for problem in part.get("problems", ()):
            yield f"      {problem}"
    for program, value in entry.get("beside", {}).items():
        yield f"{'':<16}{value:>8.3f}  {program}"


def _document(part: Part) -> dict[str, Any]:
    problems = {"problems": list(part.problems)} if part.problems else {}
    return {
        "value": _rounded(part.value),
        "low": _rounded(min(part.values)),
        "high": _rounded(max(part.values)),
        "goal": f"≤ {part.goal:.3g}",
        "met": part.is_met,
        "turns": len(part.values),
        **problems,
    }


def _rounded(value: float) -> float:
    return round(value, 4)
