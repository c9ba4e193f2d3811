from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Literal

import pytest

from coslocal.typed_json import Unreadable, read_object


@dataclass
class Inner:
    lists: bool = True


@dataclass
class Outer:
    code: str | None
    effect: Literal["drop", "delay"] = "drop"
    seconds: float = 0.0
    times: int = 1
    inner: Inner = field(default_factory=Inner)

    def __post_init__(self) -> None:
        if self.code == "forbidden":
            raise ValueError("code is a forbidden one")


def test_an_object_is_read_with_its_defaults() -> None:
    assert read_object(Outer, {"code": None}) == Outer(None)
    document = {"code": "a", "effect": "delay", "seconds": 2, "inner": {"lists": False}}
    assert read_object(Outer, document) == Outer("a", "delay", 2, inner=Inner(lists=False))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("[]", "the body is no JSON object"),
        ("{}", "code is missing"),
        ('{"code": 7}', "code is text or null"),
        ('{"code": "a", "colour": 1}', "colour is unknown; known are code, effect, seconds"),
        ('{"code": "a", "effect": "explode"}', "effect is one of drop, delay"),
        ('{"code": "a", "effect": ["drop"]}', "effect is one of drop, delay"),
        ('{"code": "a", "times": "two"}', "times is a whole number from 0 up"),
        ('{"code": "a", "times": -1}', "times is a whole number from 0 up"),
        ('{"code": "a", "times": true}', "times is a whole number from 0 up"),
        ('{"code": "a", "times": 1.5}', "times is a whole number from 0 up"),
        ('{"code": "a", "seconds": NaN}', "seconds is a number from 0 up"),
        ('{"code": "a", "seconds": 1e999}', "seconds is a number from 0 up"),
        ('{"code": "a", "inner": "x"}', "inner is no JSON object"),
        ('{"code": "a", "inner": {"lists": 1}}', "lists is true or false"),
        ('{"code": "forbidden"}', "code is a forbidden one"),
    ],
)
def test_what_is_wrong_with_an_object_is_said(document: str, message: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(message)):
        read_object(Outer, json.loads(document))
