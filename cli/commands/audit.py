from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, get_args

import typer

from cli.audit.findings import JsonReport, TextReport
from cli.audit.run import AuditScope
from cli.audit.run import audit as audit_once
from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.seal.manifest import SHA256
from cli.terminal.formats import moment
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CommonOptions, Reveal
from cli.terminal.progress import progress
from shared.documents import Outcome
from shared.errors import ConfigurationError

_OUTCOMES = (*get_args(Outcome), "needs_review")


Prefix = Annotated[
    str | None,
    typer.Option(help="Only photos whose keys begin so; under INPUT_PREFIX."),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Only what was written since: 2026-01-31 or 2026-01-31T08:15:00Z, in UTC.",
    ),
]
Deep = Annotated[
    bool,
    typer.Option(
        "--deep", help="Read each result, review and pending object too, once: a GET each."
    ),
]
Seals = Annotated[
    bool,
    typer.Option("--seals", help="Find what was changed, removed or inserted since it was sealed."),
]
Expect = Annotated[
    str | None,
    typer.Option(
        metavar="SHA256",
        help="What `card-ocr seal` printed last and you kept: this seal must be there. As --seals.",
        show_default=False,
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        metavar="OUTCOME,…",
        help="Exit with 1 if the last run of any photo has this outcome, or needs_review, and no "
        "review; reads the results, as --deep does.",
        show_default=False,
    ),
]


def audit(
    *,
    prefix: Prefix = None,
    since: Since = None,
    deep: Deep = False,
    seals: Seals = False,
    expect: Expect = None,
    fail_on: FailOn = None,
    reveal: Reveal = False,
    common: CommonOptions,
) -> None:
    """Say of every upload whether it has a result, is pending, or is missing.

    It lists the photos, results, reviews and pending objects, a request for each thousand, and
    writes nothing to the bucket. Missing: an hour old, newer than the deployment, and neither
    pending nor with a result. Stuck: pending for longer than GIVE_UP_AFTER_SECONDS. Broken: a
    review without its result or, with --deep, a body that contradicts its name. With --deep,
    contradictory: fields, checks, needs_review or outcome that don't follow from what CI read. With
    --seals, changed, removed (in no deletion record), inserted (its time is that of a seal without
    it), returned (deleted, and there again), chain (the seals themselves); and touched, copied in
    place with the same content, which is no fault. The exit status is 1 if anything is any of
    these but touched, or a card has an outcome that --fail-on names.
    """
    context, _ = reading(open_operator_context(common))
    wanted = _outcomes(fail_on) if fail_on else ()
    deep = deep or bool(wanted)
    newer_than = moment("--since", since) if since else 0.0
    expected = _sha256(expect)
    scope = AuditScope(prefix, newer_than, deep, seals or expected is not None, expected)
    if scope.seals and (prefix is not None or since is not None):
        raise ConfigurationError(
            "--seals", "is about the whole bucket: leave out --prefix, --since"
        )
    report = (JsonReport if common.json else TextReport)(masking_of(context, reveal=reveal).key)
    shown = not (common.json and sys.stdout.isatty())  # findings would run through the bar
    with progress("listed", shown=shown) as paged:
        audited = audit_once(context, scope, report, paged)
    named = {outcome: audited.totals.last_outcomes[outcome] for outcome in wanted}
    counts = {**audited.counts, **({"fail_on": named} if named else {})}
    report.end(audited._replace(counts=counts))
    if audited.totals.needs_attention or any(named.values()):
        raise typer.Exit(NEEDS_ATTENTION)


def _sha256(text: str | None) -> str | None:
    """Return a SHA-256 in lower case.

    Raises:
        ConfigurationError: it is none.
    """
    if text is not None and not SHA256.fullmatch(text.lower()):
        raise ConfigurationError("--expect", "is no SHA-256; write 64 hex digits")
    return text and text.lower()


def _outcomes(text: str) -> Sequence[str]:
    """Return the outcomes in a text such as `failed,rejected`.

    Raises:
        ConfigurationError: a name in `text` is not an outcome.
    """
    names = tuple(dict.fromkeys(text.split(",")))
    if not set(names).issubset(_OUTCOMES):
        of = ", ".join(_OUTCOMES)
        raise ConfigurationError("--fail-on", f"is {text!r}; name some of {of}, with commas")
    return names
