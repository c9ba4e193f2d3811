"""The deliberate bugs that the simulation has to notice."""

from __future__ import annotations

from tests.simulation import wrong_claims, wrong_reading
from tests.simulation.planted import Bug, Change, Make


def _constant(value: object) -> Make:
    return lambda _original: value


def _always(value: object) -> Make:
    return lambda _original: lambda *_arguments, **_named: value


def _bug(name: str, target: str, make: Make, told_by: str = "history") -> Bug:
    return Bug(name, (Change(f"shared.{target}", make),), told_by)


_P = "pipeline"

BUGS = (
    *wrong_claims.BUGS,
    *wrong_reading.BUGS,
    _bug("a claim that never grows old", f"{_P}.claim:CLAIM_SECONDS", _constant(10**12)),
    _bug("a signature that never ends", f"{_P}.claim:SIGNED_SECONDS", _constant(700)),
    _bug("stale after one minute", f"{_P}.decide:STALE_SECONDS", _constant(60)),
    _bug(
        "absence believed from any later job",
        f"{_P}.job_lookup:PROOF_AFTER_SECONDS",
        _constant(0),
    ),
    _bug(
        "token without the key digest",
        "callback_token:CallbackToken.is_for",
        _always(value=True),
        "twins",
    ),
    _bug("UserData not compared", f"{_P}.callback:_is_same", _always(value=True)),
    _bug("a passing failure made final", f"{_P}.attempt:PASSING", _constant(frozenset())),
    _bug("reconcile without since.json", f"{_P}.state:since", _always("1970-01-01T00:00:00Z")),
    _bug("reconcile never runs", f"{_P}.reconcile:reconcile", _always(None)),
    _bug("sent on after a refusal", f"{_P}.gate:Circuit.hear", _always(None)),
    _bug("the day's limit not heeded", f"{_P}.budget:Budget.take", _always(value=True)),
    _bug("a refused card is due at once", f"{_P}.decide:_wait_of", _always(0)),
    _bug("an archived attempt left alone", f"{_P}.scan:Scan._read_name", _always(None), "archived"),
    _bug("the canary not heeded", f"{_P}.state:creates_once", _always(value=True)),
    _bug("a hold asked for once", f"{_P}.gate:ASK_AGAIN_SECONDS", _constant(10**6)),
    _bug("the day's jobs not counted", f"{_P}.budget:_count", _always(0)),
    # -- what the design pinned later
    _bug("no wait for COS's clock", f"{_P}.attempt:clock_wait", _always(0), "replaced"),
    _bug(
        "age from the first claim",
        f"{_P}.decide:PendingCard.first_sent_at",
        lambda _original: property(lambda card: card.attempt.first_claimed_at),
        "held",
    ),
    _bug("no deletion record", f"{_P}.perform:Performer._record_jobs", _always(None), "denied"),
    _bug(
        "no end after twenty refused cards",
        f"{_P}.gate:REFUSED_IN_A_ROW",
        _constant(10**6),
        "starved",
    ),
    _bug("sending begins at the start", f"{_P}.sweep:_sends_on_after", _always(None), "starved"),
    _bug("the first job not alone", f"{_P}.gate:Gate.is_first_answered", _always(value=True)),
    Bug(
        "forget without its first look",
        (Change("cli.delete.forget:FIRST_LOOK_SECONDS", _constant(0)),),
        "forgotten",
    ),
    Bug(
        "forget believes a listing that lags",
        (Change("cli.delete.forget:_possible_names", _always(())),),
        "forgotten",
    ),
    Bug(
        "forget without its second look",
        (Change("cli.delete.forget:_is_done", _always(value=True)),),
        "forgotten",
    ),
)
