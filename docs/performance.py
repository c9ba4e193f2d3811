"""The tables of performance.md: what `make bench` measured last, and the model of a month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from bench import results
from bench.model import Month, rows
from bench.ratios import RATIOS
from docs.markdown import table

_MONTHS = (1_000, 1_000_000, 100_000_000)


def measurements() -> str:
    """Every measurement in results.json, a row for each of its parts."""
    return table(
        ("", "measured", "beside", "ratio", "low to high", "goal", ""), list(_measurements())
    )


def cost_model() -> str:
    """What a month comes to, with the settings as they are by default."""
    months = [Month(cards=cards) for cards in _MONTHS]
    columns = [dict(rows(month)) for month in months]
    head = ("cards a month", *(f"{cards:,}" for cards in _MONTHS))
    unpriced = [name for name in columns[0] if not name.startswith("cost")]
    return table(head, [(name, *(column[name] for column in columns)) for name in unpriced])


def cost_settings() -> str:
    """Every setting of the model, with its default."""
    return table(
        ("setting", "default", "meaning"),
        [
            (
                f"`--{one.name.replace('_', '-')}`",
                f"{one.default:,g}" if one.default else "0",
                one.metadata["meaning"],
            )
            for one in fields(Month)
        ],
    )


def _measurements() -> Iterator[tuple[str, ...]]:
    entries = results.read()
    for ratio in RATIOS:
        entry = entries.get(ratio.name)
        if entry is None:
            continue
        fewer = ", with fewer cards" if entry["quick"] else ""
        for about, part in entry.get("parts", {"": entry}).items():
            yield (
                ratio.name,
                f"{ratio.measured}: {about}" if about else ratio.measured,
                ratio.beside,
                f"{part['ratio']:.3f}",
                f"{part['low']:.3f} to {part['high']:.3f}",
                part["goal"],
                ("met" if part["met"] else "**missed**") + fewer,
            )
        for program, value in entry.get("beside", {}).items():
            yield (ratio.name, program, "", f"{value:.3f}", "", "", "")
