"""The bodies of our objects, as commands read them: whatever lies there breaks no command.

JSON can hold numbers that no database and no clock can carry, and half characters that no file can.
A body that holds one is none of ours.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from shared.documents import Attempt, read_attempt
from shared.pipeline.context import Context
from shared.pipeline.state import load

_MOST = 2**53  # beyond it a number isn't the same everywhere


def document_in(body: bytes | None) -> dict[str, Any] | None:
    """Return the JSON object in a body; None if there is none, or none that can be carried."""
    try:
        document = json.loads(
            body or b"", parse_int=_integer, parse_float=_number, parse_constant=_refuse
        )
        json.dumps(document, ensure_ascii=False).encode()  # half a character can't be
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def attempt_in(body: bytes) -> Attempt | None:
    """Return the attempt in a pending object's body; None if it is none of ours."""
    return None if document_in(body) is None else read_attempt(body)


def note_of(context: Context, name: str) -> dict[str, object]:
    """Return a state object, without the members that can't be carried; see `load`.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    found = load(context, name).items()
    return {name: value for name, value in found if _can_be_carried({name: value})}


def _can_be_carried(document: dict[str, object]) -> bool:
    try:
        return document_in(json.dumps(document).encode()) is not None
    except RecursionError:
        return False


def _integer(text: str) -> int:
    return int(text) if abs(int(text)) <= _MOST else _refuse(text)


def _number(text: str) -> float:
    return float(text) if abs(float(text)) <= _MOST else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number that can be carried")
