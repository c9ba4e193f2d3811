"""A reply of any other form is one sentence: never a traceback, never exit status 70.

Each seed breaks one value of one reply in one command. `SEEDS` in the environment is how many
seeds there are, `SEED` the one to replay.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.deployed import invoker
from tests.support.deployments import Deployment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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
    """The API with one broken reply: the one of that number."""

    def __init__(self, api: WSGIApplication, chance: random.Random, number: int) -> None:
        self._api = api
        self._chance = chance
        self._number = number
        self.seen = 0
        self.broke = ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status: list[str] = []

        def hear(line: str, *_rest: Any) -> Callable[[bytes], object]:
            status.append(line)
            return lambda _written: None

        body = b"".join(self._api(environ, hear))
        if self.seen == self._number:
            body = json.dumps(self._break(json.loads(body))).encode()
        self.seen += 1
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(status[0], headers)
        return [body]

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
    broken = Broken(deployment.api, chance, chance.randrange(calls))
    deployment.answers = broken
    ended = deployment.run(*command)
    assert ended.status in {0, 1}, f"{command}: {broken.broke}: {ended.err}"
    assert ended.err.count("\n") <= (ended.status or 2), broken.broke
    if "UnreadableReply" in ended.err:
        assert "run the same command again" in ended.err
