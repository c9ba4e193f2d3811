"""A JSON object as a dataclass, or a sentence that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

MOST: Final = 10**15
"""A number is smaller: a time so far away is still one that a clock can have."""


class Unreadable(Exception):
    """The object is none of the kind; the message says why."""


def read_object(kind: type[T], document: object, name: str = "the body") -> T:
    """Return the dataclass `kind` that a JSON object describes, by its fields' names and types.

    Known are text, numbers from 0 up, booleans, `Literal`, None, dataclasses, and `Mapping` for any
    JSON object.

    Raises:
        Unreadable: A field is missing, unknown or of another type, or `kind` itself refuses it.
    """
    if not isinstance(document, Mapping):
        raise Unreadable(f"{name} is no JSON object")
    known: Any = fields(kind)  # type: ignore[arg-type] # of any dataclass
    names = [one.name for one in known]
    unknown = sorted(document.keys() - set(names))
    if unknown:
        raise Unreadable(f"{unknown[0]} is unknown; known are {', '.join(names)}")
    for one in known:
        if one.name not in document and one.default is one.default_factory is MISSING:
            raise Unreadable(f"{one.name} is missing")
    hints = get_type_hints(kind)
    values = {one: _value(hints[one], value, one) for one, value in document.items()}
    try:
        return kind(**values)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _value(hint: Any, value: object, name: str) -> object:  # noqa: ANN401 - a type of any form
    if is_dataclass(hint):
        return read_object(hint, value, name)  # type: ignore[arg-type] # no instance of one
    if not _fits(hint, value):
        raise Unreadable(f"{name} is {_described(hint)}")
    return value


def _fits(hint: Any, value: object) -> bool:  # noqa: ANN401 - as above
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(one, value) for one in get_args(hint))
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint is float:
        return _fits(int, value) or (isinstance(value, float) and 0 <= value < MOST)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST
    return isinstance(value, get_origin(hint) or hint)


def _described(hint: Any) -> str:  # noqa: ANN401 - as above
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_described(one) for one in get_args(hint))
    if get_origin(hint) is Literal:
        return f"one of {', '.join(get_args(hint))}"
    if get_origin(hint) is Mapping:
        return "a JSON object"
    words = {
        bool: "true or false",
        float: "a number from 0 up",
        int: "a whole number from 0 up",
        str: "text",
        NoneType: "null",
    }
    return words[hint]
