"""sending-cpu: what sweep takes of a core while it sends as fast as CI accepts jobs."""

from __future__ import annotations

import time
from statistics import median

from bench.cards_in_line import card_key, light_cloud, waiting_name
from bench.measurement import Benchmark, Figures, Part
from bench.peers.sdk import Calls, client
from bench.timing import TURNS, cpu_seconds, quiet
from shared.cloud import open_context
from shared.log import Log
from shared.pipeline.sweep import sweep
from shared.workers import Threads
from tests.support.environment import ENVIRONMENT

_GOAL = 1 / 3
_PER_SECOND = 100  # CI's quota
_LATENCY = 0.05  # seconds that a request takes
_CARDS, _QUICK_CARDS = 1000, 300
_OF_THE_SDK = 100
_LONGEST_SECONDS = 200


def _measure(*, quick: bool) -> Figures:
    cards = _QUICK_CARDS if quick else _CARDS
    turns = [_cores_of_sweep(cards) for _ in range(TURNS)]
    beside = median(_cores_of_the_sdk() for _ in range(TURNS))
    return Figures({"": Part(_GOAL, turns)}, {"the same requests by the SDK's methods": beside})


def _cores_of_sweep(cards: int) -> float:
    """What a run that sends them all takes of a core.

    Raises:
        RuntimeError: it did not send them all.
    """
    with light_cloud(cards, _LATENCY) as address, quiet():
        environ = ENVIRONMENT | {"LOCAL_CLOUD": address, "REQUESTS_PER_SECOND": str(_PER_SECOND)}
        context = open_context("sweep", Log("sweep", None, "INFO"), submits=True, environ=environ)
        began = time.process_time()
        with Threads(context.settings.requests_per_second) as workers:
            status = sweep(context, until=time.time() + _LONGEST_SECONDS, workers=workers)
        seconds = time.process_time() - began
    if status.pending["submitted"] != cards:
        raise RuntimeError("sweep left cards in line")
    return seconds / cards * _PER_SECOND


def _cores_of_the_sdk() -> float:
    """What the same requests take of a core, one after the other and with nothing around them."""
    with light_cloud(_OF_THE_SDK, 0) as address:
        calls = Calls(client(address))
        seconds = cpu_seconds(
            lambda number: calls.send_again(card_key(number), waiting_name(number)),
            range(_OF_THE_SDK),
        )
    return seconds / _OF_THE_SDK * _PER_SECOND


SENDING_CPU = Benchmark(
    "sending-cpu", "CPU of sweep while it sends 100 cards a second", "cores", _measure
)
