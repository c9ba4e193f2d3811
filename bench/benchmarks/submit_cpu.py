"""submit-cpu: what submit costs around the SDK's calls, in an instance that is warm."""

from __future__ import annotations

import itertools
import os
from unittest import mock

from bench.measurement import Benchmark, Figures, Part
from bench.peers.sdk import Calls, client
from bench.timing import cpu_seconds, in_turn, quiet
from functions.submit.index import main_handler
from tests.load.light_cloud import LightCloud, served
from tests.support.environment import BUCKET, ENVIRONMENT

_GOAL = 1.15
_TURNS = 5
_BURSTS = 20
_CARDS = 10
_AGE_SECONDS = 3  # submit waits until a photo is a second old


def _measure(*, quick: bool) -> Figures:
    cloud = LightCloud()
    with served(cloud, 0) as address:
        calls = Calls(client(address))
        folders = itertools.count()

        def keys() -> list[str]:
            folder = next(folders)
            names = [f"uploads/{folder}/{number}.jpg" for number in range(_CARDS)]
            for name in names:
                cloud.put(name, b"a photo", _AGE_SECONDS)
            return names

        def ours() -> float:
            events = [cos_event(key) for key in keys()]
            environment = ENVIRONMENT | {"LOCAL_CLOUD": address}
            with mock.patch.dict(os.environ, environment), quiet():
                return cpu_seconds(lambda event: main_handler(event, None), events)

        def theirs() -> float:
            return cpu_seconds(calls.submit, keys())

        ours()
        theirs()  # both are warm now
        ratios = in_turn(ours, theirs, _TURNS, _BURSTS // 2 if quick else _BURSTS)
    return Figures({"": Part(_GOAL, ratios)})


def cos_event(key: str) -> dict[str, object]:
    """The event of one upload, with what submit reads of it."""
    name, _, appid = BUCKET.rpartition("-")
    written = {"key": f"/{appid}/{name}/{key}"}
    return {
        "Records": [{"cos": {"cosObject": written, "cosBucket": {"name": name, "appid": appid}}}]
    }


SUBMIT_CPU = Benchmark(
    "submit-cpu",
    "CPU time of submit for a card, in a warm instance",
    "÷ the same requests by the SDK's methods",
    _measure,
)
