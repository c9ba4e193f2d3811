"""R4: what submit costs around the SDK's calls, in an instance that is warm."""

from __future__ import annotations

import itertools
import os
from unittest import mock

from bench.peers.sdk import Calls, client
from bench.quiet import quiet
from bench.ratio import Figures, Part, Ratio, at_most
from bench.records import cos_event
from bench.timing import cpu_seconds, in_turn
from functions.submit.index import main_handler
from tests.load.light_cloud import LightCloud
from tests.load.light_server import served
from tests.support.environment import ENVIRONMENT

_TURNS = 5
_BURSTS = 20
_CARDS = 10


def _measure(*, quick: bool) -> Figures:
    cloud = LightCloud()
    with served(cloud, 0) as address:
        calls = Calls(client(address))
        folders = itertools.count()

        def keys() -> list[str]:
            folder = next(folders)
            names = [f"uploads/{folder}/{number}.jpg" for number in range(_CARDS)]
            for name in names:
                cloud.put(name, b"a photo")
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
    return Figures({"": Part(at_most(1.15), ratios)})


SUBMIT_CPU = Ratio(
    "R4", "CPU time of submit, a card, warm", "the same requests by the SDK's methods", _measure
)
