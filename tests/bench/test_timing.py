from __future__ import annotations

import gc
import sys

from bench.timing import cpu_seconds, in_turn, process_cpu_seconds


def test_the_sides_alternate_within_a_turn() -> None:
    order = []

    def side(name: str, seconds: float) -> float:
        order.append(name)
        return seconds

    ratios = in_turn(lambda: side("ours", 1), lambda: side("theirs", 4), turns=2, bursts=2)
    assert ratios == [0.25, 0.25]
    assert order == ["ours", "theirs"] * 4


def test_garbage_is_not_collected_meanwhile() -> None:
    seen = []
    assert cpu_seconds(lambda item: seen.append((item, gc.isenabled())), ["a", "b"]) >= 0
    assert seen == [("a", False), ("b", False)]
    assert gc.isenabled()


def test_a_process_is_measured_and_heard() -> None:
    seconds, printed = process_cpu_seconds([sys.executable, "-c", "print('here')"], {})
    assert printed == b"here\n"
    assert seconds > 0
