"""Carry out an audit: list the cards, read their bodies if asked, judge each, and report."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import NamedTuple

from cli.audit.bodies import BodyRules, CardRead, objects_of, read_card
from cli.audit.findings import Audited, Report, Totals
from cli.audit.judgement import AuditFinding, Rules, is_counted, judge
from cli.audit.seals import SealCheck
from cli.bucket.cards import HASHED, CardListing, ListedCard, list_cards
from cli.bucket.documents import note_of
from cli.bucket.listing import checked_prefix
from cli.bucket.reading import read_bodies
from cli.terminal.progress import Advance
from shared.pipeline.context import Context
from shared.pipeline.state import SINCE
from shared.store import Listed
from shared.times import from_rfc3339, is_rfc3339, rfc3339


class AuditScope(NamedTuple):
    """What is audited: keys that begin with `prefix` (None: all), written since (Unix seconds).

    With `seals` all is held against the seals; `expect` is the SHA-256 of one that must be there.
    """

    prefix: str | None = None
    newer_than: float = 0.0
    deep: bool = False
    seals: bool = False
    expect: str | None = None


def audit(context: Context, scope: AuditScope, report: Report, paged: Advance) -> Audited:
    """Audit, and report each finding at once. Return the counts for the report's end.

    Raises:
        ConfigurationError: the prefix isn't under INPUT_PREFIX.
        CloudFault: COS couldn't be asked. The findings reported before are valid.
    """
    checked_prefix(context.settings, scope.prefix)
    started = _deployed_at(context)
    totals = Totals()

    def found(finding: AuditFinding) -> None:
        totals.count_finding(finding.kind)
        report.found(finding)

    with ExitStack() as stack:
        seals = stack.enter_context(_seals(context, scope, paged)) if scope.seals else None
        see = {"see_results": seals.add_page} if seals else {}
        listing = stack.enter_context(
            list_cards(context, scope.prefix, paged, with_pending=True, with_reviews=True, **see)
        )
        now = listing.at or context.now()
        rules = Rules(
            now=now,
            deployed_at=started,
            give_up_seconds=context.settings.give_up_after_seconds,
            input_prefix=context.settings.input_prefix,
            newer_than=scope.newer_than,
        )
        if seals is not None:
            seals.read_rest(paged)
            for finding in seals.findings(deep=scope.deep):
                found(finding)
        for read in _read(context, scope, _cards(scope, listing)):
            verdict = judge(read.card, rules, read.reasons)
            totals.count_card(read.card, verdict, rules.input_prefix)
            totals.count_bodies(read)
            for finding in (*verdict.findings, *read.findings):
                found(finding)
    head, counts = (
        _head(scope, now, started),
        totals.document(strange=listing.strange, deep=scope.deep),
    )
    if seals is not None:
        head["newest_seal"] = seals.newest()
        counts["sealed"] = seals.document()
    return Audited(head, counts, totals)


@contextmanager
def _seals(context: Context, scope: AuditScope, paged: Advance) -> Iterator[SealCheck]:
    """Read the seals before anything is listed: what they name was there before."""
    with closing(sqlite3.connect("")) as database:
        check = SealCheck(context, database)
        check.read_seals(scope.expect, paged)
        yield check


def _deployed_at(context: Context) -> float | None:
    """Return when the deployment began (Unix seconds); None if since.json doesn't say it."""
    found = note_of(context, SINCE).get("since")
    return from_rfc3339(str(found)) if is_rfc3339(found) else None


def _cards(scope: AuditScope, listing: CardListing) -> Iterator[ListedCard]:
    """Yield the cards in scope. Whether a hashed key is under a prefix, only its photo tells."""
    for card in listing:
        if scope.prefix is None or card.photo is not None or not card.name.startswith(HASHED):
            yield card


def _read(context: Context, scope: AuditScope, cards: Iterable[ListedCard]) -> Iterator[CardRead]:
    if not scope.deep:
        return (CardRead(card) for card in cards)
    input_prefix = context.settings.input_prefix

    def to_read(card: ListedCard) -> list[Listed]:
        return objects_of(card) if is_counted(card, input_prefix, scope.newer_than) else []

    read = read_bodies(context.store, cards, to_read)
    rules = BodyRules(context.settings.minimum_score)
    return (read_card(card, bodies, rules) for card, bodies in read)


def _head(scope: AuditScope, at: float, deployed_at: float | None) -> dict[str, object]:
    return {
        "at": rfc3339(at),
        "prefix": scope.prefix,
        "since": rfc3339(scope.newer_than) if scope.newer_than else None,
        "deployed_at": None if deployed_at is None else rfc3339(deployed_at),
    }
