"""The corpus of bad inputs, and how to build an input from its description.

tests/bad_inputs/README.md says how inputs are described.
"""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import xmltodict

from tests.support.cards import finished_job, job_node
from tests.support.event_files import event_for
from tests.support.pictures import png

FOLDER = Path(__file__).parents[1] / "bad_inputs" / "corpus"
SAMPLES = Path(__file__).parents[2] / "local" / "samples"
ABSENT = "%ABSENT%"

Names = Mapping[str, str]


class Case(NamedTuple):
    """`input` is a description that `build` understands; `expected` is the family's own."""

    name: str
    input: Any
    expected: Any


def families() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read(family: str) -> list[Case]:
    text = (FOLDER / f"{family}.json").read_text(encoding="utf-8")
    return [Case(**case) for case in json.loads(text)]


def cases(family: str) -> pytest.MarkDecorator:
    """Parametrises a test with `case`, one for each of the family."""
    given = read(family)
    return pytest.mark.parametrize("case", given, ids=[case.name for case in given])


def build(description: Any, names: Names | None = None) -> Any:
    """The input that is described; `names` are put in place of their `%NAME%`."""
    names = names or {}
    if isinstance(description, str):
        return _filled(description, names)
    if isinstance(description, list):
        return [build(part, names) for part in description]
    if not isinstance(description, dict):
        return description
    (name, argument), *more = description.items() or [("", None)]
    if name in _MAKERS and not more:
        return _MAKERS[name](build(argument, names), names)
    return {_filled(key, names): build(value, names) for key, value in description.items()}


def as_bytes(value: Any) -> bytes:
    """Text as UTF-8; a lone surrogate as what a broken client would send."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def _filled(text: str, names: Names) -> str:
    for name, value in names.items():
        text = text.replace(f"%{name}%", value)
    return text


def _join(parts: list[Any], _names: Names) -> Any:
    if any(isinstance(part, bytes) for part in parts):
        return b"".join(as_bytes(part) for part in parts)
    return "".join(parts)


def _nest(depth: int, _names: Names) -> list[Any]:
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    return nested


def _job(changes: dict[str, Any], names: Names) -> dict[str, Any]:
    job = finished_job(job_id=names.get("JOB"), key=names.get("KEY"), user_data=names.get("TOKEN"))
    node: dict[str, Any] = changed(job_node(job), changes)
    return node


def changed(value: Any, changes: Any) -> Any:
    """The value with some of its names changed, at every level; `%ABSENT%` removes one."""
    if not isinstance(value, dict) or not isinstance(changes, dict):
        return changes
    merged = {**value, **{name: changed(value.get(name), new) for name, new in changes.items()}}
    return {name: child for name, child in merged.items() if child != ABSENT}


def _xml(changes: dict[str, Any], names: Names) -> str:
    document: str = xmltodict.unparse({"Response": {"JobsDetail": _job(changes, names)}})
    return document


def _record(changes: dict[str, Any], _names: Names) -> dict[str, Any]:
    (record,) = event_for("uploads/a.jpg")["Records"]
    built: dict[str, Any] = changed(record, changes)
    return built


def _bmp(size: list[int], _names: Names) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, *size, 1, 24, 0, 0, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header


_MAKERS: dict[str, Callable[[Any, Names], Any]] = {
    "$repeat": lambda given, _: given[0] * given[1],
    "$list": lambda given, _: [given[0]] * given[1],
    "$join": _join,
    "$hex": lambda text, _: bytes.fromhex(text),
    "$encode": lambda given, _: given[1].encode(given[0]),
    "$gzip": lambda value, _: gzip.compress(as_bytes(value), mtime=0),
    "$base64": lambda value, _: base64.b64encode(as_bytes(value)).decode(),
    "$json": lambda value, _: json.dumps(value),
    "$nest": _nest,
    "$job": _job,
    "$xml": _xml,
    "$record": _record,
    "$png": lambda size, _: png(size[0], size[1], 8, 2, b"\0"),
    "$bmp": _bmp,
    "$sample": lambda path, _: (SAMPLES / path).read_bytes(),
}
