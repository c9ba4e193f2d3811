"""Deliberate bugs that the simulation has to notice, each bound to names.

A bug replaces functions or constants by others. A name that is gone fails loudly, and a rename
within an expression breaks no bug.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.simulation.wrong_claims import (
    Make,
    absent_at_once,
    absent_at_the_end,
    always,
    another_attempts_job,
    any_attempts_job,
    claimed_after_post,
    constant,
    deleted_first,
    deleted_on_conflict,
    given_up_is_sent,
    old_claim_used,
    overwritten,
    rejected_unclaimed,
    result_before_claim,
    retried_post,
    taken_is_used,
    undated_used,
    unknown_is_refused,
    unknown_result_is_none,
    versioning_unseen,
    without_claim_to_give_up,
    without_first_claim,
    without_next_claim,
)
from tests.simulation.wrong_reading import (
    any_signature,
    archived_sent,
    as_it_is,
    attempts_without_limit,
    body_believed,
    by_first_claim,
    closed_unheeded,
    denied_for_good,
    denied_once,
    expired_accepted,
    fault_is_gone,
    gone_unmarked,
    history_lost,
    never_noted,
    not_asked_whether_pending,
    not_heeded,
    not_looked_at_again,
    note_needed,
    output_is_input,
    passing_always,
    refusals_uncounted,
    replacement_unseen,
    signed_by_first,
    signed_by_machine,
    stale_source,
    unreadable_is_gone,
    written_again_unseen,
)


class Change(NamedTuple):
    """A name, as `module:name` or `module:Class.name`, and what takes the original's place."""

    target: str
    make: Make


class Bug(NamedTuple):
    """A bug; `told_by` names the histories that show it."""

    name: str
    changes: tuple[Change, ...]
    told_by: str = "history"


def _bug(name: str, target: str, make: Make, told_by: str = "history") -> Bug:
    return Bug(name, (Change(f"shared.{target}", make),), told_by)


_P = "pipeline"
_ACQUIRE = f"{_P}.claim:acquire_claim"
_HEAD = f"{_P}.perform:head_photo"
_BEGIN = f"{_P}.perform:Performer.begin"

BUGS = (
    _bug("no claim", _ACQUIRE, without_first_claim),
    _bug("claim after POST", _BEGIN, claimed_after_post),
    _bug("a taken claim is used all the same", _ACQUIRE, taken_is_used),
    Bug(
        "result checked before the claim",
        (
            Change(f"shared.{_ACQUIRE}", result_before_claim),
            Change(
                f"shared.{_P}.claim:_unless_done", lambda _original: lambda _context, claim: claim
            ),
        ),
    ),
    _bug(
        "result not checked at all",
        f"{_P}.claim:_unless_done",
        lambda _original: lambda _context, claim: claim,
    ),
    _bug(
        "sent although nobody knows of a result",
        f"{_P}.claim:_unless_done",
        unknown_result_is_none,
    ),
    _bug("retry under POST", f"{_P}.perform:Performer._post", retried_post),
    _bug("a claim that never grows old", f"{_P}.claim:CLAIM_SECONDS", constant(10**12)),
    _bug("a signature by this machine's clock", f"{_P}.claim:signed_until", signed_by_machine),
    _bug("a signature by the first claim's time", f"{_P}.claim:signed_until", signed_by_first),
    _bug("a signature that never ends", f"{_P}.claim:SIGNED_SECONDS", constant(700)),
    _bug("a claim without a date used", _ACQUIRE, undated_used),
    _bug("unknown taken for refused", f"{_P}.attempt:decide_answer", unknown_is_refused),
    _bug("unknown sent again at once", f"{_P}.job_lookup:JobLookup.answer", absent_at_once),
    _bug(
        "waiting sent again under its old claim",
        f"{_P}.perform:Performer._claim_next",
        old_claim_used,
    ),
    _bug("two sweeps without the next claim", _ACQUIRE, without_next_claim),
    _bug("rejection without a claim", _BEGIN, rejected_unclaimed),
    _bug("give-up without a claim", _ACQUIRE, without_claim_to_give_up),
    _bug("a card given up in vain is sent again", f"{_P}.decide:_give_up", given_up_is_sent),
    _bug("result overwritten", f"{_P}.perform:write_result", overwritten),
    _bug(
        "pending deleted before the result is written", f"{_P}.perform:write_result", deleted_first
    ),
    _bug("stale after one minute", f"{_P}.decide:STALE_SECONDS", constant(60)),
    _bug(
        "absence believed from an empty listing",
        f"{_P}.job_lookup:JobLookup.answer",
        absent_at_the_end,
    ),
    _bug(
        "absence believed from any later job",
        f"{_P}.job_lookup:PROOF_AFTER_SECONDS",
        constant(0),
    ),
    _bug("another version's job adopted", f"{_P}.job_lookup:JobLookup._see", another_attempts_job),
    _bug("another attempt's job adopted", f"{_P}.job_lookup:JobLookup._see", any_attempts_job),
    _bug(
        "photo not looked at before the next attempt",
        f"{_P}.attempt:decide_claimed",
        replacement_unseen,
    ),
    _bug("photo not looked at again", f"{_P}.attempt:decide_result", not_looked_at_again),
    _bug(
        "a photo written again goes unnoticed",
        f"{_P}.attempt:_compared",
        written_again_unseen,
        "replaced",
    ),
    _bug("a photo that is gone goes unmarked", f"{_P}.attempt:_compared", gone_unmarked),
    _bug(
        "token without the key digest",
        "callback_token:CallbackToken.is_for",
        always(value=True),
        "twins",
    ),
    _bug("UserData not compared", f"{_P}.callback:_is_same", always(value=True)),
    _bug("the body believed", f"{_P}.callback:_believed", body_believed),
    _bug("a wrong signature accepted", "callback_token:_signer", any_signature),
    _bug("an old token accepted", "callback_token:verify", expired_accepted),
    _bug("a passing failure made final", f"{_P}.attempt:PASSING", constant(frozenset())),
    _bug("a final failure made passing", f"{_P}.attempt:job_outcome", passing_always),
    _bug("reconcile without since.json", f"{_P}.state:since", always("1970-01-01T00:00:00Z")),
    _bug("reconcile never runs", f"{_P}.reconcile:reconcile", always(None)),
    _bug("a job denied once taken for lost", f"{_P}.decide:_decide_denied", denied_once),
    Bug(
        "nothing is too young to give up",
        (
            Change(f"shared.{_P}.decide:_was_sent_long_ago", always(value=True)),
            Change(f"shared.{_P}.decide:_is_given_up", never_noted),
        ),
    ),
    _bug("sent on after a refusal", f"{_P}.gate:Circuit.hear", always(None)),
    _bug(
        "sent on after a refusal of another card at work", f"{_P}.gate:Slot.wait", closed_unheeded
    ),
    _bug("the day's limit not heeded", f"{_P}.budget:Budget.take", always(value=True)),
    _bug("a refused card is due at once", f"{_P}.decide:_wait_of", always(0)),
    _bug("attempts without a limit", f"{_P}.decide:_next_attempt", attempts_without_limit),
    _bug("an archived note stops the sweep", f"{_P}.state:load", note_needed, "archived"),
    _bug(
        "an archived attempt left alone",
        f"{_P}.scan:Scan._read_name",
        always(None),
        "archived",
    ),
    _bug("a photo that COS won't show taken for gone", _HEAD, unreadable_is_gone, "refused"),
    _bug("a denied photo rejected", _HEAD, denied_for_good, "refused"),
    _bug("a byte order mark is no reply", "jobs.reply:_decoded", as_it_is, "history"),
    _bug("an archived photo is sent", f"{_P}.attempt:decide_claimed", archived_sent, "archived"),
    _bug("the canary not heeded", f"{_P}.state:creates_once", always(value=True)),
    _bug("a hold not heeded", f"{_P}.gate:Holds.ask", not_heeded("Held", "OverBudget")),
    _bug("a hold asked for once", f"{_P}.gate:ASK_AGAIN_SECONDS", constant(10**6)),
    _bug("the day's jobs not counted", f"{_P}.budget:_count", always(0)),
    Bug(
        "sent although nobody knows of holds",
        (
            Change(f"shared.{_P}.gate:Holds.ask", not_heeded("GateUnknown")),
            Change(f"shared.{_P}.gate:Gate.is_up_to_date", always(value=True)),
        ),
    ),
    _bug("versioning not noticed", _ACQUIRE, versioning_unseen),
    _bug("output taken for input", f"{_P}.submit:submit_upload", output_is_input),
    _bug("an event with a fault not asked for again", _HEAD, fault_is_gone),
    # -- what the design pinned later
    _bug(
        "a callback for a card that is not pending",
        f"{_P}.callback:_claimed",
        not_asked_whether_pending,
        "forgotten",
    ),
    _bug(
        "a conflict's pending object deleted by callback",
        f"{_P}.perform:write_result",
        deleted_on_conflict,
        "denied",
    ),
    _bug("no wait for COS's clock", f"{_P}.attempt:clock_wait", always(0), "replaced"),
    _bug("what HEAD saw is not in the claim", f"{_P}.perform:Performer._as_seen", stale_source),
    _bug("refusals not counted", f"{_P}.attempt:decide_answer", refusals_uncounted),
    _bug(
        "age from the first claim",
        f"{_P}.decide:PendingCard.first_sent_at",
        by_first_claim,
        "held",
    ),
    _bug("attempts before forgotten", f"{_P}.decide:_following", history_lost),
    _bug("no deletion record", f"{_P}.perform:Performer._record_jobs", always(None), "denied"),
    _bug(
        "no end after twenty refused cards",
        f"{_P}.gate:REFUSED_IN_A_ROW",
        constant(10**6),
        "starved",
    ),
    _bug("sending begins at the start", f"{_P}.sweep:_sends_on_after", always(None), "starved"),
    _bug("the first job not alone", f"{_P}.gate:Gate.is_first_answered", always(value=True)),
    Bug(
        "forget without its first look",
        (Change("cli.delete.forget:FIRST_LOOK_SECONDS", constant(0)),),
        "forgotten",
    ),
    Bug(
        "forget believes a listing that lags",
        (Change("cli.delete.forget:_possible_names", always(())),),
        "forgotten",
    ),
    Bug(
        "forget without its second look",
        (Change("cli.delete.forget:_is_done", always(value=True)),),
        "forgotten",
    ),
)
