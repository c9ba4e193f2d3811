"""A reply of any other form is one sentence: never a traceback, never exit status 70.

Each seed breaks one value of one reply in one command. `SEEDS` in the environment is how many
seeds there are, `SEED` the one to replay.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployed import invoker
from tests.support.deployments import Altered, Deployment

COMMANDS = (
    ("deploy",),
    ("deploy-function", "--function", "submit"),
    ("info",),
    ("logs", "--function", "sweep"),
    ("invoke", "--function", "sweep"),
    ("remove",),
)
DEEP: Any = json.loads("[" * 200 + "]" * 200)
FORMS: tuple[Any, ...] = (
    None,
    7,
    -1.5,
    True,
    "text",
    "",
    "{",
    [],
    [1],
    ["a"],
    [None],
    {},
    {"a": 1},
    DEEP,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a reply."""
    yield path
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in pairs:
            yield from places(inner, (*path, name))


class Broken:
    """Breaks one reply: the one of that number."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self._chance = chance
        self._number = number
        self.seen = 0
        self.broke = ""

    def __call__(self, _action: str, reply: Any) -> Any:
        self.seen += 1
        return self._break(reply) if self.seen == self._number else reply

    def _break(self, reply: Any) -> Any:
        *path, last = self._chance.choice([place for place in places(reply) if place])
        form = self._chance.choice(FORMS)
        inner = reply
        for name in path:
            inner = inner[name]
        inner[last] = form
        self.broke = f"{[*path, last]} is {str(form)[:20]}"
        return reply


def seeds() -> list[int]:
    if "SEED" in os.environ:
        return [int(os.environ["SEED"])]
    return list(range(int(os.environ.get("SEEDS", "100"))))


@pytest.mark.parametrize("seed", seeds())
def test_a_reply_of_any_other_form_is_one_sentence(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 — a seed to replay
    deployment = Deployment(tmp_path)
    deployment.api.account.invoke = invoker(tmp_path)
    command = chance.choice(COMMANDS)
    if command != ("deploy",) or chance.random() < 0.5:
        deployment.deployed()
        deployment.package("second")
    calls = 60 if command == ("deploy",) else 20
    broken = Broken(chance, 1 + chance.randrange(calls))
    deployment.answers = Altered(deployment.api, broken)
    ended = deployment.run(*command)
    assert ended.status in {0, 1}, f"{command}: {broken.broke}: {ended.err}"
    assert ended.err.count("\n") <= (ended.status or 2), broken.broke
    if "UnreadableReply" in ended.err:
        assert "run the same command again" in ended.err


@pytest.mark.parametrize("levels", [1500, 100_000])
def test_a_reply_that_is_nested_deeply_is_one_sentence(deployment: Deployment, levels: int) -> None:
    deep = b'{"Response":{"AccountId":' + b"[" * levels + b"]" * levels + b"}}"
    deployment.answers = Altered(deployment.api, lambda _action, _reply: deep)
    ended = deployment.run("info")
    assert (ended.status, ended.err.count("\n")) == (1, 1)
    assert "UnreadableReply" in ended.err


def test_what_a_terminal_can_not_show_is_escaped(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").configuration["Runtime"] = "Python\ud800"
    assert "Python\\ud800" in deployment.deployed("info").out
