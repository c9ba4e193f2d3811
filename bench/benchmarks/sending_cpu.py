"""sending-cpu: what sweep takes of a core while it sends as fast as CI accepts jobs."""

from __future__ import annotations

import time
from statistics import median

from bench.cards_in_line import card_key, light_cloud, waiting_name
from bench.measurement import Benchmark, Figures, Part
from bench.peers.sdk import Calls, client
from bench.timing import TURNS, quiet
from shared.cloud import open_context
from shared.log import Log
from shared.pipeline.sweep import sweep
from shared.workers import Threads
from tests.support.environment import ENVIRONMENT

_GOAL = 1.15
_PER_SECOND = 100  # CI's quota
_LATENCY = 0.05  # seconds that a request takes
_CARDS, _QUICK_CARDS = 1000, 300
_LONGEST_SECONDS = 200


def _measure(*, quick: bool) -> Figures:
    cards = _QUICK_CARDS if quick else _CARDS
    pairs = [(_cores_of_sweep(cards), _cores_of_the_sdk(cards)) for _ in range(TURNS)]
    ratios = [ours / theirs for ours, theirs in pairs]
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    return Figures(
        {"": Part(_GOAL, ratios)}, {"sweep, in cores": ours, "the SDK, in cores": theirs}
    )


def _cores_of_sweep(cards: int) -> float:
    """Return what a run that sends them all takes of a core.

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


def _cores_of_the_sdk(cards: int) -> float:
    """Return what the same requests take of a core, in as many threads and at the same rate."""
    with light_cloud(cards, _LATENCY) as address:
        calls = Calls(client(address))
        first = time.monotonic()

        def send(number: int) -> None:
            time.sleep(max(0, first + number / _PER_SECOND - time.monotonic()))
            calls.send_again(card_key(number), waiting_name(number))

        began = time.process_time()
        with Threads(_PER_SECOND) as workers:
            workers.map(send, range(cards))
        return (time.process_time() - began) / cards * _PER_SECOND


SENDING_CPU = Benchmark(
    "sending-cpu",
    "CPU time of sweep while it sends 100 cards a second",
    "÷ the same requests by the SDK's methods, in as many threads",
    _measure,
)
