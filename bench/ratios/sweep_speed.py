"""R7: how fast sweep sends what is in line, where only waiting takes time."""

from __future__ import annotations

import time

from bench.light import card_key, light_cloud, waiting_name
from bench.peers.sdk import Calls, client
from bench.quiet import quiet
from bench.ratio import Figures, Part, Ratio, at_least
from bench.timing import in_turn
from shared.cloud import open_context
from shared.log import Log
from shared.pipeline.sweep import sweep
from shared.workers import Threads
from tests.support.environment import ENVIRONMENT

_LATENCY = 0.05
_CARDS, _QUICK_CARDS = 2000, 480
_ONE_BY_ONE = 8
_UNCAPPED = "10000"
_LONGEST_SECONDS = 200


def _measure(*, quick: bool) -> Figures:
    cards = _QUICK_CARDS if quick else _CARDS

    def ours() -> float:
        with light_cloud(cards, _LATENCY) as address:
            return cards / _seconds_of_sweep(address, cards)

    def theirs() -> float:
        with light_cloud(_ONE_BY_ONE, _LATENCY) as address:
            calls = Calls(client(address))
            began = time.monotonic()
            for number in range(_ONE_BY_ONE):
                calls.send_again(card_key(number), waiting_name(number))
            return _ONE_BY_ONE / (time.monotonic() - began)

    return Figures({"": Part(at_least(40), in_turn(ours, theirs))})


def _seconds_of_sweep(address: str, cards: int) -> float:
    """How long a run takes that sends them all.

    Raises:
        RuntimeError: it didn't.
    """
    environ = ENVIRONMENT | {"LOCAL_CLOUD": address, "REQUESTS_PER_SECOND": _UNCAPPED}
    with quiet():
        log = Log("sweep", None, "INFO")
        context = open_context("sweep", log, submits=True, environ=environ)
        began = time.monotonic()
        with Threads(context.settings.requests_per_second) as workers:
            status = sweep(context, until=time.time() + _LONGEST_SECONDS, workers=workers)
        seconds = time.monotonic() - began
    if status.pending["submitted"] != cards:
        raise RuntimeError("sweep left cards in line")
    return seconds


SWEEP_SPEED = Ratio(
    "R7",
    "cards a second that sweep sends, its ceiling lifted",
    "the same requests one by one with the SDK",
    _measure,
)
