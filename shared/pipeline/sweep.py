"""Sweep: finishes the cards that a crash, a throttle or a lost callback left pending.

It runs every five minutes. It begins at the card at which the last run stopped, and goes on for as
long as its time allows. Two runs at once are safe: sending, rejecting and giving up need a claim,
and results are create-once.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.errors import CloudFault
from shared.pipeline.budget import open_budget
from shared.pipeline.context import Context
from shared.pipeline.gate import CREATE_ONCE_UNPROVEN, NOT_CREATE_ONCE, Closed, Gate, Holds
from shared.pipeline.perform import Performer
from shared.pipeline.reconcile import reconcile
from shared.pipeline.scan import Reached, Run, Scan
from shared.pipeline.state import CURSOR, STATUS, creates_once, load, save
from shared.pipeline.status import Status, StatusCounter
from shared.workers import OneByOne, Workers

# If a run sends nothing, it reads at most as many cards as it could have sent in this time.
VAIN_READS_SECONDS = 120


def sweep(
    context: Context,
    *,
    until: float,
    workers: Workers | None = None,
    counter: StatusCounter | None = None,
) -> Status:
    """Look at all pending cards once, or until the time `until` (Unix seconds).

    `counter` counts each card that was looked at.

    Raises:
        CloudFault: COS failed in a way that ends the run; the next run goes on.
    """
    workers, counter = workers or OneByOne(), counter or StatusCounter()
    half = context.now() + (until - context.now()) / 2
    shut = _why_shut(context)
    holds = Holds(workers.lock)  # asks COS anew: its answer to an earlier run may be out of date
    budget = open_budget(context, holds, workers.lock(), lambda: context.now() >= half)
    gate = Gate(context, holds, budget, shut, workers.lock, lambda: context.now() >= until)
    gate.ask()
    performer = Performer(context, gate)
    most = context.settings.requests_per_second * VAIN_READS_SECONDS
    run = Run(context, gate, performer.perform, workers, until, most)
    is_whole = _if_listed(context, lambda: _scan(run, counter).is_whole)
    _if_listed(context, lambda: reconcile(run, performer))
    why_closed = gate.closed.why if gate.closed else None
    status = counter.status(context.at(), why_closed, is_whole=is_whole, jobs=gate.jobs_today)
    save(context, STATUS, status.document())
    return status


def _scan(run: Run, counter: StatusCounter) -> Reached:
    """Send the cards that an earlier run's circuit turned away, if any. Then look at all cards.

    The first card that was turned away comes after the name `send_after` of the cursor object.
    Sending begins there, so the cards that CI refuses don't delay the others.
    """
    cursor = load(run.context, CURSOR)
    after, send_after = _text(cursor.get("after")), _text(cursor.get("send_after"))
    has_place = send_after is not None and run.gate.closed is None
    if has_place:
        half = run._replace(until=run.context.now() + (run.until - run.context.now()) / 2)
        sent = Scan(half, None, only_sends=True).run(send_after)
        send_after = _sends_on_after(run, sent, send_after)
    reached = Scan(run, counter, sends=send_after is None).run(after)
    if send_after is None:
        send_after = _sends_on_after(run, reached, None)
    place: dict[str, object] = {"after": reached.after}
    if send_after is not None:
        place["send_after"] = send_after
    save(run.context, CURSOR, place)
    return reached


def _sends_on_after(run: Run, sent: Reached, before: str | None) -> str | None:
    """Return the name after which the next run begins to send, None if this run tried all cards."""
    if sent.turned_away_after is not None and run.gate.closed is not None:
        is_circuit_open = run.gate.closed.code == "CircuitOpen"
        return sent.turned_away_after if is_circuit_open else before
    return None if sent.is_whole or before is None else sent.after or before


def _why_shut(context: Context) -> Closed | None:
    """Return why this run may send nothing at all, None if create-once has an effect."""
    try:
        return None if creates_once(context) else Closed("NotCreateOnce", NOT_CREATE_ONCE)
    except CloudFault as fault:
        context.log.warning("no_canary", problem=str(fault))
        return Closed("NotCreateOnce", CREATE_ONCE_UNPROVEN)


def _if_listed(context: Context, work: Callable[[], bool | None]) -> bool:
    """Do some work. If COS or CI fails, log it and return False: the run goes on."""
    try:
        return work() is not False
    except CloudFault as fault:
        context.log.warning("not_listed", problem=str(fault))
        return False


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
