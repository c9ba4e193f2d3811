"""The shortest history found that still breaks the same rule: faults left out one after another."""

from __future__ import annotations

from shared.store.layout import name_of_key
from tests.simulation.history import Outcome, tell
from tests.simulation.world import Call

_ROUNDS = 3
_LONGEST_SUBJECT = 90


def shrink(outcome: Outcome) -> Outcome:
    """Leave out every fault without which the rule is broken all the same."""
    rule = outcome.broken[0].rule
    without: set[tuple[str, int]] = set()
    for _ in range(_ROUNDS):
        before = len(outcome.struck)
        for struck in reversed(outcome.struck):
            fault = (struck.process, struck.number)
            told = tell(outcome.seed, without | {fault})
            if told.broken and told.broken[0].rule == rule:
                without.add(fault)
                outcome = told
        if len(outcome.struck) == before:
            break
    return outcome


def lines(outcome: Outcome) -> list[str]:
    """A broken history in words: the card's calls, every fault, and the rule."""
    if not outcome.broken:
        return [_line(call) for call in outcome.calls]
    card = _card(outcome)
    told = [call for call in outcome.calls if call.fault or (card and card in call.subject)]
    posts = [call for call in outcome.calls if call.call == "submit" and call not in told]
    found = sorted({*told, *posts}, key=lambda call: call.at)
    ended = [f"BROKEN  {rule} — {text} ({process})" for rule, text, process in outcome.broken]
    return [_line(call) for call in found] + ended


def _card(outcome: Outcome) -> str | None:
    """The card it is about, as it stands in the names of our objects."""
    broken, last = outcome.broken[0], outcome.calls[-1]
    keys = {call.subject for call in outcome.calls if call.call == "upload"}
    about = [name for name in map(name_of_key, keys) if name in broken.text + last.subject]
    return max(about, key=len, default=None)


def _line(call: Call) -> str:
    hours, seconds = divmod(call.at, 3600)
    clock = f"{hours:3.0f}:{seconds // 60:02.0f}:{seconds % 60:06.3f}"
    subject = call.subject if len(call.subject) < _LONGEST_SUBJECT else f"…{call.subject[-70:]}"
    fault = f"  ← {call.fault}" if call.fault else ""
    return f"{clock}  {call.process[-46:]:46}  {call.call:12}  {subject}{fault}"
